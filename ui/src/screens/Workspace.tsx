import { type ReactNode, useCallback, useEffect, useState } from "react";
import type { ItemId, ItemSort } from "../ipc/view";
import { ItemDetail } from "../parts/ItemDetail";
import { ItemList } from "../parts/ItemList";
import { Tools } from "../parts/Tools";
import { useHead, useRowWindow } from "../state/context";
import { itemRows } from "../state/rows";
import { accountOf } from "../state/session";
import { words } from "../words/words";
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
}

/** The list on the left; what is known of the chosen item on the right. */
export function Workspace({ selection, onSelect, otherwise }: Props) {
	const { session } = useHead();
	const [sort, setSort] = useState<ItemSort>("arrival");
	const window = useRowWindow({ kind: "items", sort }, itemRows);
	const select = useCallback((item: ItemId, index: number) => onSelect({ item, index }), [onSelect]);

	const item = selection?.item ?? null;
	const index = selection?.index ?? 0;
	useEffect(() => window?.pin(item, index), [window, item, index]);

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
	return (
		<div className={styles.workspace}>
			<section className={styles.left} aria-label={words("list.label")}>
				<Tools sort={sort} onSort={setSort} />
				{window !== null && <ItemList window={window} total={window.total ?? 0} onSelect={select} />}
			</section>
			<main className={styles.right}>
				{item === null ? otherwise : chosen !== null && <ItemDetail key={chosen.id} item={chosen} />}
			</main>
		</div>
	);
}
