import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useNow } from "../../format/now";
import type { Arrival, ItemId, ItemRow } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { Problem } from "../../parts/Problem";
import { useAction } from "../../state/actions";
import { useHead } from "../../state/context";
import type { RowWindow } from "../../state/rows";
import { words } from "../../words/words";
import { ItemLine, ItemSkeleton, sentence } from "./ItemLine";
import styles from "./ItemList.module.css";

/** The height of a row in the style sheet, in pixels. */
const rowHeight = 58;
/** Rows that are drawn beyond the edges. */
const beyond = 6;
/** The height that is drawn before the list has been measured. */
const unmeasured = 600;

interface Props {
	readonly window: RowWindow<ItemRow>;
	readonly total: number;
	readonly onSelect: (item: ItemId, index: number) => void;
	/** What came in alone and was chosen: it is brought into sight, once each time. */
	readonly arrival: Arrival | null;
}

/** The items: draws only the rows in view, whatever their number; moved through by the arrow keys. */
export function ItemList({ window, total, onSelect, arrival }: Props) {
	const viewport = useRef<HTMLDivElement>(null);
	const clock = { now: useNow(30_000), zone: useHead().preferences.zone };
	const [top, setTop] = useState(0);
	const [height, setHeight] = useState(unmeasured);
	/** A row that is to be selected as soon as it is there. */
	const [wanted, setWanted] = useState<number | null>(null);

	const first = Math.max(0, Math.floor(top / rowHeight) - beyond);
	const end = Math.min(total, Math.ceil((top + height) / rowHeight) + beyond);
	const selected = window.pinned;

	useEffect(() => window.show(first, Math.max(end, first + 1)), [window, first, end]);

	useLayoutEffect(() => {
		const element = viewport.current;
		if (element === null || typeof ResizeObserver === "undefined") return;
		const observer = new ResizeObserver(() => setHeight(element.clientHeight || unmeasured));
		observer.observe(element);
		return () => observer.disconnect();
	}, []);

	const arrived = wanted === null ? undefined : window.row(wanted);
	useEffect(() => {
		if (wanted === null || arrived === undefined) return;
		setWanted(null);
		onSelect(arrived.id, wanted);
	}, [wanted, arrived, onSelect]);

	const place = arrival !== null && selected?.id === arrival.item ? window.pinnedPlace : null;
	const shown = useRef<number | null>(null);
	useEffect(() => {
		if (arrival === null || place === null || shown.current === arrival.number) return;
		shown.current = arrival.number;
		reveal(viewport.current, place);
	}, [arrival, place]);

	const current = wanted ?? selected?.index ?? -1;
	const go = useCallback(
		(step: number) => {
			if (total === 0) return false;
			const index = Math.max(0, Math.min(total - 1, step));
			reveal(viewport.current, index);
			setWanted(index);
			return true;
		},
		[total],
	);
	useAction("next", () => go(current + 1));
	useAction("previous", () => go(current - 1));

	/** The keys of any list; `keys.ts` has those that are this window's own. */
	const move = (event: KeyboardEvent) => {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		const screenful = Math.max(1, Math.floor(height / rowHeight) - 1);
		const steps: Record<string, number> = {
			PageDown: current + screenful,
			PageUp: current - screenful,
			Home: 0,
			End: total - 1,
		};
		const step = steps[event.key];
		if (step !== undefined && go(step)) event.preventDefault();
	};

	const indices = Array.from({ length: Math.max(0, end - first) }, (_, offset) => first + offset);
	const active = indices.some((index) => window.row(index)?.id === selected?.id) ? selected : null;

	return (
		<div className={styles.frame}>
			{window.failure !== null && (
				<Problem failure={window.failure}>
					<Button onPress={() => window.retry()}>{words("item.retry")}</Button>
				</Problem>
			)}
			<div
				ref={viewport}
				className={styles.viewport}
				role="listbox"
				tabIndex={0}
				data-keys="list"
				aria-label={words("list.label")}
				aria-activedescendant={active === null ? undefined : `item-${active.id}`}
				data-testid="items"
				onKeyDown={move}
				onScroll={(event) => setTop(event.currentTarget.scrollTop)}
			>
				<div className={styles.all} role="presentation" style={{ height: total * rowHeight }}>
					{indices.map((index) => {
						const row = window.row(index);
						const place = { transform: `translateY(${index * rowHeight}px)` };
						if (row === undefined) {
							return (
								<div key={`empty-${index}`} className={styles.row} style={place} role="presentation">
									<span className="spoken">{words("list.loading")}</span>
									<ItemSkeleton />
								</div>
							);
						}
						return (
							// biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, and names the active row
							// biome-ignore lint/a11y/useKeyWithClickEvents: the list answers the keys
							<div
								key={row.id}
								id={`item-${row.id}`}
								className={`${styles.row} ${row.id === selected?.id ? styles.selected : ""}`}
								style={place}
								role="option"
								aria-selected={row.id === selected?.id}
								aria-setsize={total}
								aria-posinset={index + 1}
								data-testid="item"
								onClick={() => onSelect(row.id, index)}
							>
								<span className="spoken">{sentence(row, clock)}</span>
								<ItemLine item={row} clock={clock} />
							</div>
						);
					})}
				</div>
			</div>
		</div>
	);
}

/** Scrolls as little as needed to have the row in view. */
function reveal(viewport: HTMLElement | null, index: number): void {
	if (viewport === null) return;
	const start = index * rowHeight;
	const below = start + rowHeight - viewport.clientHeight;
	if (viewport.scrollTop > start) viewport.scrollTop = start;
	else if (viewport.scrollTop < below) viewport.scrollTop = below;
}
