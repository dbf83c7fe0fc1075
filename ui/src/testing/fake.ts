import type { Backend } from "../ipc/backend";
import type {
	AlertDetail,
	AlertHandle,
	AlertRow,
	EvidenceRow,
	Forgotten,
	FoundTenant,
	Head,
	HistoryRow,
	ItemId,
	ItemRow,
	ListSpec,
	Passport,
	Place,
	QueryChange,
	QueryId,
	Registration,
	Rows,
	Shown,
	Update,
	UserError,
} from "../ipc/view";
import { flat } from "../words/shown";
import {
	about,
	count,
	detail,
	evidenceRows,
	forgotten,
	foundTenant,
	noSums,
	passport,
	problem,
	rawLines,
	registration,
	head as someHead,
	sumUp,
} from "./fixtures";

interface World {
	head: Head;
	items: readonly ItemRow[];
	alerts: ReadonlyMap<ItemId, readonly AlertRow[]>;
	detail: AlertDetail;
	evidence: readonly EvidenceRow[];
	/** The lines of an alert's raw text. */
	raw: readonly Shown[];
	history: readonly HistoryRow[];
	/** What there is to forget. */
	forgotten: Forgotten;
	/** What a domain leads to. */
	found: FoundTenant;
	registration: Registration;
	passport: Passport;
	/** What every AADSTS number means. */
	explained: UserError;
}

interface Query {
	readonly spec: ListSpec;
	revision: number;
}

/**
 * A host made of arrays: keeps the contract, does no work.
 *
 * Commands are recorded as `[name, argument]`; one that is named in `failing` is rejected.
 */
export class FakeHost implements Backend {
	readonly commands: (readonly [string, ...unknown[]])[] = [];
	readonly acknowledged: number[] = [];
	readonly requests: { query: QueryId; from: number; to: number }[] = [];
	readonly failing = new Map<string, UserError | "unexpected">();
	/** While set, rows wait in it until a test lets them go. */
	held: (() => void)[] | null = null;
	/** While set, a search of the history waits in it likewise. */
	heldSearches: (() => void)[] | null = null;
	#sought = "";
	#world: World;
	readonly #queries = new Map<QueryId, Query>();
	#lastQuery = 0;
	#sequence = 0;
	#onUpdate: ((update: Update) => void) | null = null;

	constructor(world: Partial<World> = {}) {
		const items = world.items ?? [];
		const head = summed(world.head ?? someHead(), items);
		this.#world = {
			items,
			alerts: world.alerts ?? new Map(),
			detail: world.detail ?? detail,
			evidence: world.evidence ?? evidenceRows,
			raw: world.raw ?? rawLines,
			history: world.history ?? [],
			forgotten: world.forgotten ?? forgotten,
			found: world.found ?? foundTenant,
			registration: world.registration ?? registration,
			passport: world.passport ?? passport,
			explained: world.explained ?? problem("signInRefused", { number: 53003 }),
			head: head.counts.items === 0 ? { ...head, counts: count(items) } : head,
		};
	}

	/** Changes the world, and tells the page as the host would. */
	change(part: Partial<World>): void {
		const items = part.items ?? this.#world.items;
		const changed = { ...(part.head ?? this.#world.head), ...(part.items ? { counts: count(items) } : {}) };
		const head = summed(changed, items);
		this.#world = { ...this.#world, ...part, head };
		this.#send({ head, queries: this.#changed(() => true) });
	}

	get openQueries(): number {
		return this.#queries.size;
	}

	subscribe(onUpdate: (update: Update) => void): Promise<void> {
		this.#onUpdate = onUpdate;
		this.#sequence = 0;
		this.#send({ head: this.#world.head, queries: [] });
		return Promise.resolve();
	}

	acknowledge(sequence: number): Promise<void> {
		this.acknowledged.push(sequence);
		return Promise.resolve();
	}

	openList(list: ListSpec) {
		this.#lastQuery += 1;
		this.#queries.set(this.#lastQuery, { spec: list, revision: 0 });
		return Promise.resolve({ query: this.#lastQuery, revision: 0, total: this.#list(list).length });
	}

	rows(query: QueryId, from: number, to: number): Promise<Rows> {
		this.requests.push({ query, from, to });
		const open = this.#queries.get(query);
		if (open === undefined) return Promise.reject({ code: "gone", facts: {} } satisfies UserError);
		const { spec, revision } = open;
		const rows: Rows = {
			epoch: this.#world.head.epoch,
			revision,
			total: this.#list(spec).length,
			from,
			// Rows of a kind, as the list's own kind says.
			rows: { kind: spec.kind, list: this.#list(spec).slice(from, to) } as Rows["rows"],
		};
		const { held } = this;
		if (held === null) return Promise.resolve(rows);
		return new Promise((resolve) => held.push(() => resolve(rows)));
	}

	closeList(query: QueryId): Promise<void> {
		this.#queries.delete(query);
		return Promise.resolve();
	}

	alertDetail(_alert: AlertHandle): Promise<AlertDetail> {
		return Promise.resolve({ ...this.#world.detail, epoch: this.#world.head.epoch });
	}

	signIn: Backend["signIn"] = (to, otherAccount) => this.#record("signIn", to, otherAccount);
	cancelSignIn: Backend["cancelSignIn"] = () => this.#record("cancelSignIn");
	reopenBrowser: Backend["reopenBrowser"] = () => this.#record("reopenBrowser");
	signOut: Backend["signOut"] = () => this.#record("signOut");
	connect: Backend["connect"] = (form) => this.#record("connect", form);
	disconnect: Backend["disconnect"] = (organisation) => this.#record("disconnect", organisation);
	switchAccount: Backend["switchAccount"] = (account) => this.#record("switchAccount", account);
	forgetAccount: Backend["forgetAccount"] = (account) => this.#record("forgetAccount", account);
	stepUp: Backend["stepUp"] = () => this.#record("stepUp");
	explain: Backend["explain"] = async (text) => {
		await this.#record("explain", text);
		return this.#world.explained;
	};
	passport: Backend["passport"] = async () => {
		await this.#record("passport");
		return this.#world.passport;
	};
	findTenant: Backend["findTenant"] = async (text) => {
		await this.#record("findTenant", text);
		return this.#world.found;
	};
	registration: Backend["registration"] = async (form) => {
		await this.#record("registration", form);
		return this.#world.registration;
	};
	copyRegistration: Backend["copyRegistration"] = (form, part) =>
		this.#record("copyRegistration", form, part);
	startCheck: Backend["startCheck"] = (organisation) => this.#record("startCheck", organisation);
	closeCheck: Backend["closeCheck"] = () => this.#record("closeCheck");
	setProxy: Backend["setProxy"] = (form) => this.#record("setProxy", form);
	clearProxy: Backend["clearProxy"] = () => this.#record("clearProxy");
	pickExtraCa: Backend["pickExtraCa"] = () => this.#record("pickExtraCa");
	clearExtraCa: Backend["clearExtraCa"] = () => this.#record("clearExtraCa");
	tryKeyring: Backend["tryKeyring"] = () => this.#record("tryKeyring");
	pickFolder: Backend["pickFolder"] = () => this.#record("pickFolder");
	pause: Backend["pause"] = () => this.#record("pause");
	resume: Backend["resume"] = () => this.#record("resume");
	cancel: Backend["cancel"] = (item) => this.#record("cancel", item);
	cancelAll: Backend["cancelAll"] = () => this.#record("cancelAll");
	copyDiagnostics: Backend["copyDiagnostics"] = () => this.#record("copyDiagnostics");
	setPreferences: Backend["setPreferences"] = (preferences) => {
		this.change({ head: { ...this.#world.head, preferences } });
		return this.#record("setPreferences", preferences);
	};
	about: Backend["about"] = () => Promise.resolve(about);
	pickFiles: Backend["pickFiles"] = () => this.#record("pickFiles");
	paste: Backend["paste"] = () => this.#record("paste");
	answerQuestion: Backend["answerQuestion"] = (question, goOn) =>
		this.#record("answerQuestion", question, goOn);
	readCloudOnly: Backend["readCloudOnly"] = () => this.#record("readCloudOnly");
	practiceFiles: Backend["practiceFiles"] = () => this.#record("practiceFiles");
	retry: Backend["retry"] = (item) => this.#record("retry", item);
	retryFailed: Backend["retryFailed"] = () => this.#record("retryFailed");
	clear: Backend["clear"] = () => this.#record("clear");
	goOn: Backend["goOn"] = () => this.#record("goOn");
	leaveUnfinished: Backend["leaveUnfinished"] = () => this.#record("leaveUnfinished");
	searchHistory: Backend["searchHistory"] = async (text) => {
		await this.#record("searchHistory", text);
		const { heldSearches } = this;
		if (heldSearches !== null) await new Promise<void>((resolve) => heldSearches.push(resolve));
		this.#sought = text;
		this.#send({ head: null, queries: this.#changed(({ kind }) => kind === "history") });
	};
	reopen: Backend["reopen"] = (entry) => this.#record("reopen", entry);
	forgetEverything: Backend["forgetEverything"] = async () => {
		await this.#record("forgetEverything");
		return this.#world.forgotten;
	};
	openPortal: Backend["openPortal"] = (page) => this.#record("openPortal", page);
	copy: Backend["copy"] = (field) => this.#record("copy", field);
	openLogFolder: Backend["openLogFolder"] = () => this.#record("openLogFolder");
	dismiss: Backend["dismiss"] = (notice) => this.#record("dismiss", notice);

	#record(name: string, ...given: unknown[]): Promise<void> {
		this.commands.push([name, ...given]);
		const failure = this.failing.get(name);
		return failure === undefined ? Promise.resolve() : Promise.reject(failure);
	}

	/** New revisions of the open queries of these lists. */
	#changed(which: (spec: ListSpec) => boolean): QueryChange[] {
		const queries: QueryChange[] = [];
		for (const [query, open] of this.#queries) {
			if (!which(open.spec)) continue;
			open.revision += 1;
			queries.push({ query, revision: open.revision, total: this.#list(open.spec).length });
		}
		return queries;
	}

	#send(update: Omit<Update, "sequence">): void {
		this.#onUpdate?.({ sequence: this.#sequence, ...update });
		this.#sequence += 1;
	}

	#list(spec: ListSpec): readonly unknown[] {
		switch (spec.kind) {
			case "items":
				return this.#items(spec);
			case "alerts":
				return this.#alerts(spec.item);
			case "evidence": {
				const kind = spec.only === null ? null : (this.#world.detail.evidence[spec.only]?.kind ?? null);
				const { evidence } = this.#world;
				return kind === null
					? evidence
					: evidence.filter((row) => JSON.stringify(row.kind) === JSON.stringify(kind));
			}
			case "raw":
				return this.#world.raw;
			case "sameContent": {
				const sha1 = this.#world.items.find(({ id }) => id === spec.item)?.sha1 ?? null;
				return this.#world.items
					.filter((each) => sha1 !== null && each.sha1 === sha1 && each.id !== spec.item)
					.map((each): Place => ({ item: each.id, name: each.name, folder: each.place }));
			}
			case "history":
				return this.#world.history.filter(({ name, place, sha1 }) =>
					[flat(name), place === null ? "" : flat(place), sha1].some((text) =>
						text.toLowerCase().includes(this.#sought.toLowerCase()),
					),
				);
			default:
				return spec satisfies never;
		}
	}

	#items(spec: Extract<ListSpec, { kind: "items" }>): readonly ItemRow[] {
		const { items } = this.#world;
		if (spec.sort === "arrival") return items;
		const rank = (row: ItemRow) => row.lookup?.answer?.severities.high ?? 0;
		return [...items].sort((one, other) => rank(other) - rank(one));
	}

	#alerts(item: ItemId): readonly AlertRow[] {
		return this.#world.alerts.get(item) ?? [];
	}
}

/** The head with the sums of these items, unless it has others. */
export function summed(head: Head, items: readonly ItemRow[]): Head {
	const { intake } = head;
	return intake.sums === noSums
		? { ...head, intake: { ...intake, sums: sumUp(items, intake.leftOut) } }
		: head;
}
