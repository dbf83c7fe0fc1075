import { createContext, use, useEffect, useState, useSyncExternalStore } from "react";
import type { Backend } from "../ipc/backend";
import type { Failure } from "../ipc/failure";
import type { Head, ListSpec } from "../ipc/view";
import type { Connection, Snapshot } from "./connection";
import { type RowKind, RowWindow } from "./rows";

/** What every part of the page can reach. */
export interface Reach {
	readonly backend: Backend;
	readonly connection: Connection;
	/**
	 * Waits for a command, and shows its failure until the person has dismissed it.
	 *
	 * Gives whether it worked.
	 */
	readonly run: (command: Promise<void>) => Promise<boolean>;
}

export const ReachContext = createContext<Reach | null>(null);
export const HeadContext = createContext<Head | null>(null);

export function useReach(): Reach {
	const reach = use(ReachContext);
	if (reach === null) throw new Error("outside of the page");
	return reach;
}

/** The head; only below a screen that has one. */
export function useHead(): Head {
	const head = use(HeadContext);
	if (head === null) throw new Error("before the first update");
	return head;
}

/** The connection's snapshot, acknowledged once it is on screen. */
export function useSnapshot(connection: Connection): Snapshot {
	const snapshot = useSyncExternalStore(connection.listen, connection.snapshot);
	const { sequence } = snapshot;
	useEffect(() => {
		if (sequence !== null) connection.acknowledge(sequence);
	}, [connection, sequence]);
	return snapshot;
}

/** A window on a list, open while the component is there; `key` names the list. */
export function useRowWindow<Row>(spec: ListSpec, kind: RowKind<Row>): RowWindow<Row> | null {
	const { backend, connection } = useReach();
	const [window, setWindow] = useState<RowWindow<Row> | null>(null);
	const name = JSON.stringify(spec);
	useEffect(() => {
		const opened = new RowWindow(backend, connection, JSON.parse(name) as ListSpec, kind);
		setWindow(opened);
		opened.open();
		return () => opened.close();
	}, [backend, connection, kind, name]);
	useSyncExternalStore(window?.listen ?? listenToNothing, window?.version ?? noVersion);
	return window;
}

const listenToNothing = () => () => {};
const noVersion = () => 0;

/** A command that failed, shown until it is dismissed. */
export interface ToldFailure {
	readonly id: number;
	readonly failure: Failure;
}
