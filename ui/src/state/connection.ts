import type { Backend } from "../ipc/backend";
import type { Head, QueryChange, QueryId, Update } from "../ipc/view";

/** What the page knows outside its lists. */
export interface Snapshot {
	/** None until the first update. */
	readonly head: Head | null;
	/** The update that is to be acknowledged once it is on screen. */
	readonly sequence: number | null;
	/** The last change of each query that changed in this subscription. */
	readonly queries: ReadonlyMap<QueryId, QueryChange>;
	/** Whether the host could not be reached. */
	readonly lost: boolean;
}

export const nothingYet: Snapshot = { head: null, sequence: null, queries: new Map(), lost: false };

/** The snapshot after an update. */
export function receive(before: Snapshot, update: Update): Snapshot {
	let queries = before.queries;
	if (update.queries.length > 0) {
		const changed = new Map(queries);
		for (const change of update.queries) {
			const known = changed.get(change.query);
			if (known === undefined || known.revision <= change.revision) changed.set(change.query, change);
		}
		queries = changed;
	}
	return { head: update.head ?? before.head, sequence: update.sequence, queries, lost: false };
}

/**
 * The one subscription of the page.
 *
 * Whoever holds rows listens here directly, so that rows of another account are dropped before
 * anything is drawn again.
 */
export class Connection {
	readonly #backend: Backend;
	readonly #listeners = new Set<() => void>();
	#snapshot = nothingYet;

	constructor(backend: Backend) {
		this.#backend = backend;
	}

	/** Subscribes; called once. */
	start(): void {
		this.#backend.subscribe((update) => this.#set(receive(this.#snapshot, update))).catch(this.#lose);
	}

	readonly snapshot = (): Snapshot => this.#snapshot;

	readonly listen = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	/** Says that an update is on screen. */
	acknowledge(sequence: number): void {
		this.#backend.acknowledge(sequence).catch(this.#lose);
	}

	/** Forgets a query that was closed. */
	forget(query: QueryId): void {
		if (!this.#snapshot.queries.has(query)) return;
		const queries = new Map(this.#snapshot.queries);
		queries.delete(query);
		this.#snapshot = { ...this.#snapshot, queries };
	}

	readonly #lose = (): void => this.#set({ ...this.#snapshot, lost: true });

	#set(snapshot: Snapshot): void {
		this.#snapshot = snapshot;
		for (const listener of this.#listeners) listener();
	}
}
