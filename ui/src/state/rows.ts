import type { Backend } from "../ipc/backend";
import { asFailure, type Failure } from "../ipc/failure";
import type {
	AlertRow,
	EvidenceRow,
	HistoryRow,
	ItemRow,
	ListSpec,
	Opened,
	Place,
	RowList,
	Rows,
	Shown,
} from "../ipc/view";
import type { Connection } from "./connection";

/** What a list holds, and how its rows are told apart. */
export interface RowKind<Row> {
	readonly of: (rows: RowList) => readonly Row[] | null;
	readonly id: (row: Row) => number;
	/** Rows a request; at most 200. */
	readonly page: number;
}

export const itemRows: RowKind<ItemRow> = {
	of: (rows) => (rows.kind === "items" ? rows.list : null),
	id: (row) => row.id,
	page: 100,
};

export const alertRows: RowKind<AlertRow> = {
	of: (rows) => (rows.kind === "alerts" ? rows.list : null),
	id: (row) => row.alert,
	page: 25,
};

export const evidenceRows: RowKind<EvidenceRow> = {
	of: (rows) => (rows.kind === "evidence" ? rows.list : null),
	id: (row) => row.index,
	page: 50,
};

/** The lines of an alert's raw text; they have no other name than their place. */
export const rawRows: RowKind<Shown> = {
	of: (rows) => (rows.kind === "raw" ? rows.list : null),
	id: () => 0,
	page: 100,
};

export const sameContentRows: RowKind<Place> = {
	of: (rows) => (rows.kind === "sameContent" ? rows.list : null),
	id: (row) => row.item,
	page: 50,
};

export const historyRows: RowKind<HistoryRow> = {
	of: (rows) => (rows.kind === "history" ? rows.list : null),
	id: (row) => row.id,
	page: 50,
};

/** Pages that are kept, so that scrolling back shows rows at once. */
const mostPages = 8;

interface Page<Row> {
	readonly revision: number;
	readonly rows: readonly Row[];
}

interface Pin<Row> {
	readonly id: number;
	readonly index: number;
	/** The row as last seen; none after a change of account. */
	readonly row: Row | null;
	/** The page that was looked through last while searching for a row that moved. */
	readonly searched: number | null;
	/** Whether the row was looked for in the whole list, and is not in it. */
	readonly gone: boolean;
}

/**
 * A window on a list of the host: holds only the pages in view, and the one row that is pinned.
 *
 * Rows of an older revision stay until newer ones arrive; rows of another epoch are dropped at once.
 */
export class RowWindow<Row> {
	readonly #backend: Backend;
	readonly #connection: Connection;
	readonly #spec: ListSpec;
	readonly #kind: RowKind<Row>;
	readonly #listeners = new Set<() => void>();
	readonly #pages = new Map<number, Page<Row>>();
	readonly #asked = new Map<number, { epoch: number; revision: number }>();
	#stopListening: (() => void) | null = null;
	#opened: Opened | null = null;
	#opening = false;
	/** Whether the query was opened anew and has not given a row since. */
	#reopened = false;
	#closed = false;
	#epoch: number;
	#shown = { from: 0, to: 1 };
	#pin: Pin<Row> | null = null;
	#version = 0;
	#failure: Failure | null = null;

	constructor(backend: Backend, connection: Connection, spec: ListSpec, kind: RowKind<Row>) {
		this.#backend = backend;
		this.#connection = connection;
		this.#spec = spec;
		this.#kind = kind;
		this.#epoch = connection.snapshot().head?.epoch ?? 0;
	}

	/** Opens the query; `close` ends it. */
	open(): void {
		this.#stopListening ??= this.#connection.listen(this.#heard);
		if (this.#opening || this.#opened !== null || this.#closed) return;
		this.#opening = true;
		this.#backend.openList(this.#spec).then(
			(opened) => {
				this.#opening = false;
				if (this.#closed) {
					this.#release(opened);
					return;
				}
				this.#opened = opened;
				this.#heard();
				this.#announce();
				this.#ask();
			},
			(reason: unknown) => {
				this.#opening = false;
				this.#fail(reason);
			},
		);
	}

	/** Ends the query; nothing is announced any more. */
	close(): void {
		this.#closed = true;
		this.#stopListening?.();
		this.#stopListening = null;
		if (this.#opened !== null) this.#release(this.#opened);
		this.#opened = null;
	}

	readonly listen = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	/** Grows whenever what this window gives has changed. */
	readonly version = (): number => this.#version;

	/** How many rows the list has; none until it is open. */
	get total(): number | null {
		return this.#opened?.total ?? null;
	}

	/** Why rows are missing, if asking for them failed. */
	get failure(): Failure | null {
		return this.#failure;
	}

	row(index: number): Row | undefined {
		const page = this.#pages.get(Math.floor(index / this.#kind.page));
		return page?.rows[index % this.#kind.page];
	}

	/** Names the rows in view, from inclusive, to exclusive. */
	show(from: number, to: number): void {
		if (from === this.#shown.from && to === this.#shown.to) return;
		this.#shown = { from, to };
		this.#ask();
	}

	/** Keeps one row at hand, wherever it moves; null lets it go. */
	pin(id: number | null, index: number): void {
		const row = this.row(index);
		const known = row !== undefined && this.#kind.id(row) === id ? row : null;
		this.#pin = id === null ? null : { id, index, row: known, searched: null, gone: false };
		this.#follow();
		this.#ask();
		this.#announce();
	}

	/** The pinned row, where it is now; its row is null while it is not known. */
	get pinned(): { id: number; index: number; row: Row | null } | null {
		return this.#pin !== null && !this.#pin.gone ? this.#pin : null;
	}

	/** Where the pinned row is in the list as it is now; none until that is known. */
	get pinnedPlace(): number | null {
		const { pinned } = this;
		if (pinned === null || pinned.row === null || this.#pin?.searched !== null) return null;
		const page = this.#pages.get(Math.floor(pinned.index / this.#kind.page));
		return page?.revision === this.#opened?.revision ? pinned.index : null;
	}

	/** Whether the row was pinned and is not in the list any more. */
	hasLost(id: number): boolean {
		return this.#pin !== null && this.#pin.id === id && this.#pin.gone;
	}

	/** Asks again after a failure. */
	retry(): void {
		this.#failure = null;
		this.#announce();
		if (this.#opened === null) this.open();
		else this.#ask();
	}

	readonly #heard = (): void => {
		const { head, queries } = this.#connection.snapshot();
		if (head !== null && head.epoch !== this.#epoch) {
			this.#epoch = head.epoch;
			this.#pages.clear();
			if (this.#pin !== null) this.#pin = { ...this.#pin, row: null, searched: null, gone: false };
			this.#failure = null;
			this.#announce();
			this.#ask();
		}
		const change = this.#opened === null ? undefined : queries.get(this.#opened.query);
		if (this.#opened !== null && change !== undefined && change.revision > this.#opened.revision) {
			this.#opened = { ...this.#opened, revision: change.revision, total: change.total };
			if (this.#pin !== null) this.#pin = { ...this.#pin, searched: null, gone: false };
			this.#follow();
			this.#failure = null;
			this.#announce();
			this.#ask();
		}
	};

	/** Asks for every page that is wanted and not there as it is now. */
	#ask(): void {
		const opened = this.#opened;
		if (opened === null || this.#closed || this.#failure !== null) return;
		const wanted = this.#wanted(opened.total);
		for (const page of wanted) {
			const fresh = this.#pages.get(page)?.revision === opened.revision;
			if (!fresh && !this.#asked.has(page)) this.#request(opened, page);
		}
		for (const page of this.#pages.keys()) {
			if (this.#pages.size <= mostPages) break;
			if (!wanted.has(page)) this.#pages.delete(page);
		}
	}

	#wanted(total: number): Set<number> {
		const size = this.#kind.page;
		const wanted = new Set<number>();
		if (total === 0) return wanted;
		const last = Math.floor((total - 1) / size);
		const from = Math.min(Math.floor(this.#shown.from / size), last);
		const to = Math.min(Math.floor(Math.max(this.#shown.to - 1, this.#shown.from) / size), last);
		for (let page = from; page <= to; page += 1) wanted.add(page);
		if (this.#pin !== null && !this.#pin.gone) {
			wanted.add(Math.min(this.#pin.searched ?? Math.floor(this.#pin.index / size), last));
		}
		return wanted;
	}

	#request(opened: Opened, page: number): void {
		const sent = { epoch: this.#epoch, revision: opened.revision };
		this.#asked.set(page, sent);
		// The whole page, also beyond the end: the list may grow before the host answers, and rows
		// that were not asked for would be missing from a page that is taken for new.
		const from = page * this.#kind.page;
		this.#backend.rows(opened.query, from, from + this.#kind.page).then(
			(rows) => {
				this.#asked.delete(page);
				if (this.#closed) return;
				this.#take(page, rows, sent.epoch);
			},
			(reason: unknown) => {
				this.#asked.delete(page);
				if (this.#closed) return;
				const failure = asFailure(reason);
				const gone = failure.kind === "told" && failure.error.code === "gone";
				if (!gone || this.#reopened) this.#fail(reason);
				else if (this.#opened?.query === opened.query) this.#reopen();
			},
		);
	}

	#take(page: number, rows: Rows, epochWhenSent: number): void {
		if (rows.epoch !== this.#epoch) {
			// Of another account. If this was asked before the change was known, it is asked again;
			// otherwise the change is on its way, and asks.
			if (epochWhenSent !== this.#epoch) this.#ask();
			return;
		}
		const list = this.#kind.of(rows.rows);
		const opened = this.#opened;
		if (list === null || opened === null) return;
		this.#reopened = false;
		this.#pages.delete(page);
		this.#pages.set(page, { revision: rows.revision, rows: list });
		if (rows.revision > opened.revision) {
			this.#opened = { ...opened, revision: rows.revision, total: rows.total };
		}
		this.#follow();
		this.#announce();
		this.#ask();
	}

	/** Keeps the pin on its row: where it was, or by looking through the list page by page. */
	#follow(): void {
		const opened = this.#opened;
		if (opened === null) return;
		const last = Math.ceil(opened.total / this.#kind.page) - 1;
		while (this.#pin !== null && !this.#pin.gone) {
			const pin = this.#pin;
			const number = Math.min(pin.searched ?? Math.floor(pin.index / this.#kind.page), last);
			const page = this.#pages.get(number);
			// A page that is not there as it is now is being asked for; the search goes on with it.
			if (last >= 0 && page?.revision !== opened.revision) return;
			const within = page?.rows.findIndex((row) => this.#kind.id(row) === pin.id) ?? -1;
			if (page !== undefined && within >= 0) {
				const index = number * this.#kind.page + within;
				this.#pin = { ...pin, index, row: page.rows[within] ?? null, searched: null };
				return;
			}
			const next = pin.searched === null ? 0 : pin.searched + 1;
			this.#pin = next > last ? { ...pin, row: null, gone: true } : { ...pin, searched: next };
		}
	}

	/** The host does not know the query any more: it is opened anew. */
	#reopen(): void {
		if (this.#opened !== null) this.#connection.forget(this.#opened.query);
		this.#opened = null;
		this.#reopened = true;
		this.#pages.clear();
		this.#asked.clear();
		this.open();
	}

	#release(opened: Opened): void {
		this.#connection.forget(opened.query);
		// A query that cannot be closed is one that the host does not have any more.
		this.#backend.closeList(opened.query).catch(() => {});
	}

	#fail(reason: unknown): void {
		this.#failure = asFailure(reason);
		this.#announce();
	}

	#announce(): void {
		this.#version += 1;
		for (const listener of this.#listeners) listener();
	}
}
