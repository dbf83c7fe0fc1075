import { type CSSProperties, type ReactNode, useCallback, useEffect, useId, useRef, useState } from "react";
import type { Arrival, ItemId, ItemRow, ItemSort } from "../../ipc/view";
import { useAction } from "../../state/actions";
import { useHead, useReach, useRowWindow } from "../../state/context";
import { isCloudOnly, isUnresolved } from "../../state/item";
import { usePreferences } from "../../state/preferences";
import { itemRows } from "../../state/rows";
import { useSay } from "../../state/said";
import { accountOf } from "../../state/session";
import { words } from "../../words/words";
import { ItemDetail } from "../item";
import { Intake, ItemList, Tools, Unfinished } from "../list";
import { Splitter, useBounded } from "./Splitter";
import styles from "./Workspace.module.css";

export interface Selection {
	readonly item: ItemId;
	readonly index: number;
}

interface Props {
	readonly selection: Selection | null;
	readonly onSelect: (selection: Selection | null) => void;
	/** What stands on the right while no item is chosen. */
	readonly otherwise: ReactNode;
	/** What stands there for a while in place of the chosen item, which stays chosen. */
	readonly instead?: ReactNode;
}

/** The list on the left; what is known of the chosen item on the right. */
export function Workspace({ selection, onSelect, otherwise, instead = null }: Props) {
	const { session, arrival, counts } = useHead();
	const [sort, setSort] = useState<ItemSort>("arrival");
	const window = useRowWindow({ kind: "items", sort }, itemRows);
	const select = useCallback((item: ItemId, index: number) => onSelect({ item, index }), [onSelect]);

	const item = selection?.item ?? null;
	const index = selection?.index ?? 0;
	useEffect(() => window?.pin(item, index), [window, item, index]);

	// Whoever gives one file wants to see that one; where nobody is signed in, they see first how to.
	const arrived = useRef(arrival?.number);
	const [sought, setSought] = useState<Arrival | null>(null);
	const shows = accountOf(session) !== null || item !== null;
	useEffect(() => {
		if (arrival === null || arrival.number === arrived.current) return;
		arrived.current = arrival.number;
		if (!shows) return;
		setSought(arrival);
		onSelect({ item: arrival.item, index: counts.items - 1 });
	}, [arrival, shows, counts.items, onSelect]);

	// What was chosen has left the list.
	const gone = item !== null && window?.hasLost(item) === true;
	useEffect(() => {
		if (gone) onSelect(null);
	}, [gone, onSelect]);

	// The first item is chosen for a person who is signed in; others are shown how to sign in.
	const first = accountOf(session) !== null && item === null ? window?.row(0)?.id : undefined;
	useEffect(() => {
		if (first !== undefined) onSelect({ item: first, index: 0 });
	}, [first, onSelect]);

	const pinned = window?.pinned ?? null;
	const chosen = pinned !== null && pinned.id === item ? pinned.row : null;
	const list = useRef<HTMLElement>(null);
	const detail = useRef<HTMLElement>(null);
	useItemKeys(chosen);
	useWays(list, detail);

	const id = useId();
	const [{ listWidth }] = usePreferences();
	const [moving, setMoving] = useState<number | null>(null);
	const width = useBounded(moving ?? listWidth);
	const columns = { "--list": `${width}px` } as CSSProperties;
	return (
		<div className={styles.workspace} style={columns}>
			<section ref={list} className={styles.left} aria-label={words("list.label")}>
				<div id={id} className={styles.column}>
					<Tools sort={sort} onSort={setSort} />
					<Unfinished aboveList />
					<Intake aboveList />
					{window !== null && (
						<ItemList window={window} total={window.total ?? 0} onSelect={select} arrival={sought} />
					)}
				</div>
				<Splitter width={width} moving={moving !== null} onMove={setMoving} controls={id} />
			</section>
			<main ref={detail} className={styles.right} tabIndex={-1}>
				{instead ??
					(item === null ? otherwise : chosen !== null && <ItemDetail key={chosen.id} item={chosen} />)}
			</main>
		</div>
	);
}

/** The keys of the chosen item. */
function useItemKeys(item: ItemRow | null): void {
	const { backend, run } = useReach();
	const account = accountOf(useHead().session);
	const say = useSay();
	const known = item !== null && item.sha1 !== null;
	useAction("copySha1", () => {
		if (item === null || !known) return false;
		void run(backend.copy({ kind: "item", item: item.id, part: "sha1" })).then((copied) => {
			if (copied) say(words("list.copied"));
		});
		return true;
	});
	useAction("openPortal", () => {
		if (item === null || !known || account === null) return false;
		void run(backend.openPortal({ kind: "file", item: item.id }));
		return true;
	});
	useAction("askAgain", () => {
		// A download has its own button, and what needs resolving cannot be asked.
		if (item === null || isCloudOnly(item) || isUnresolved(item)) return false;
		void run(backend.retry(item.id));
		return true;
	});
}

type Place = { readonly current: HTMLElement | null };

/** The ways from the list to the cards, and back. */
function useWays(list: Place, detail: Place): void {
	useAction("openCards", () => {
		const main = detail.current;
		if (main === null) return false;
		const card = main.querySelector<HTMLElement>("[data-testid=all-fields]");
		(card ?? main).focus();
		if (card?.getAttribute("aria-expanded") === "false") card.click();
		return true;
	});
	useAction("close", () => {
		if (detail.current?.contains(document.activeElement) !== true) return false;
		list.current?.querySelector<HTMLElement>("[role=listbox]")?.focus();
		return true;
	});
}
