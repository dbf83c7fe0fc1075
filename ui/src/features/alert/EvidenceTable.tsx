import { PagedList } from "../../parts/PagedList";
import { evidenceRows } from "../../state/rows";
import type { WordKey } from "../../words/words";
import { words } from "../../words/words";
import type { BodyProps } from "./AlertBody";
import { EvidenceLine } from "./EvidenceLine";
import styles from "./EvidenceTable.module.css";

/** The height in pixels that a row is taken for until it has been drawn. */
const guess = 60;

const columns = [
	"evidence.kind",
	"evidence.name",
	"evidence.sha1",
	"evidence.process",
	"evidence.status",
	"evidence.actions",
	"evidence.commandLine",
] as const satisfies readonly WordKey[];

interface Props extends BodyProps {
	/** The place of the only kind whose rows are shown. */
	readonly only: number | null;
	/** How many rows there are. */
	readonly expected: number;
}

/** Rows of evidence: those that carry this file's SHA-1 first, and marked. */
export function EvidenceTable({ alert, item, provenance, title, only, expected }: Props) {
	const label = words("evidence.table", { title });
	return (
		<section
			className={styles.scroller}
			aria-label={label}
			// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keys
			tabIndex={0}
			data-scrolls
		>
			{/* biome-ignore lint/a11y/useSemanticElements: its pages come and go, and a row has two lines */}
			<div
				role="table"
				className={styles.table}
				aria-label={label}
				aria-rowcount={expected + 1}
				data-testid="evidence-table"
			>
				{/* biome-ignore lint/a11y/useSemanticElements: as the table */}
				<div role="rowgroup" className={styles.head}>
					{/* biome-ignore lint/a11y/useSemanticElements: as the table */}
					{/* biome-ignore lint/a11y/useFocusableInteractive: the rows are not focused */}
					<div role="row" className={styles.row} aria-rowindex={1}>
						{columns.map((column) => (
							// biome-ignore lint/a11y/useSemanticElements: as the table
							// biome-ignore lint/a11y/useFocusableInteractive: the headers are not focused
							<span
								key={column}
								role="columnheader"
								className={
									column === "evidence.actions" || column === "evidence.commandLine" ? "spoken" : undefined
								}
							>
								{words(column)}
							</span>
						))}
					</div>
				</div>
				<PagedList
					spec={{ kind: "evidence", item, alert: alert.alert, only }}
					kind={evidenceRows}
					guess={guess}
					expected={expected}
					group="rowgroup"
					scroller="[data-scrolls]"
					row={(row, { index }) => (
						<EvidenceLine
							key={row.index}
							row={row}
							place={index}
							alert={alert.alert}
							realm={provenance.realm}
						/>
					)}
					empty={(index) => (
						// biome-ignore lint/a11y/useSemanticElements: as the table
						// biome-ignore lint/a11y/useFocusableInteractive: the rows are not focused
						<div role="row" className={styles.empty} aria-rowindex={index + 2}>
							{/* biome-ignore lint/a11y/useSemanticElements: as the table */}
							<span role="cell">{words("evidence.loading", { row: index + 1 })}</span>
						</div>
					)}
				/>
			</div>
		</section>
	);
}
