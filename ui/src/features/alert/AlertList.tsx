import { type ReactNode, useCallback, useState } from "react";
import type { AlertHandle, ItemId, Provenance } from "../../ipc/view";
import { PagedList } from "../../parts/PagedList";
import { alertRows } from "../../state/rows";
import { words } from "../../words/words";
import { AlertCard } from "./AlertCard";
import styles from "./AlertList.module.css";
import { AlertSkeleton } from "./AlertSkeleton";

/** The height of a card that is not expanded, in pixels: `--card` of its style, and the gap. */
const guess = 110;

interface Props {
	readonly item: ItemId;
	/** How many alerts there are. */
	readonly count: number;
	readonly provenance: Provenance;
}

/** The alerts of one item. */
export function AlertList({ item, count, provenance }: Props) {
	const [expanded, setExpanded] = useState<ReadonlySet<AlertHandle>>(new Set());
	const onToggle = useCallback((alert: AlertHandle) => {
		setExpanded((before) => {
			const after = new Set(before);
			if (!after.delete(alert)) after.add(alert);
			return after;
		});
	}, []);
	return (
		<Frame label={words("alerts.label")}>
			<PagedList
				spec={{ kind: "alerts", item }}
				kind={alertRows}
				guess={guess}
				expected={count}
				className={styles.page}
				row={(alert, position) => (
					<AlertCard
						key={alert.alert}
						alert={alert}
						item={item}
						provenance={provenance}
						position={position}
						expanded={expanded.has(alert.alert)}
						onToggle={onToggle}
					/>
				)}
				empty={() => <AlertSkeleton text={words("alert.loading")} />}
			/>
		</Frame>
	);
}

/** What stands in the place of the alerts while they are asked for. */
export function AlertsToCome({ text }: { text: string }) {
	return (
		<div className={styles.frame}>
			<div className={styles.list}>
				<AlertSkeleton text={text} />
			</div>
		</div>
	);
}

function Frame({ label, children }: { label: string; children: ReactNode }) {
	return (
		<div className={styles.frame}>
			{/* biome-ignore lint/a11y/useSemanticElements: the pages stand between the list and its items */}
			<div role="list" className={styles.list} aria-label={label} data-testid="alerts">
				{children}
			</div>
		</div>
	);
}
