import type { Counts } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { useHead, useReach } from "../../state/context";
import { hint } from "../../state/keys";
import { type WordKey, words } from "../../words/words";
import styles from "./StatusLine.module.css";
import { WorkLine } from "./WorkLine";

/** Every item is in exactly one of these. */
const fields = [
	["alerted", "counts.alerted"],
	["noneVisible", "counts.noneVisible"],
	["incomplete", "counts.incomplete"],
	["failed", "counts.failed"],
	["unreadable", "counts.unreadable"],
	["skipped", "counts.skipped"],
	["cancelled", "counts.cancelled"],
	["unresolved", "counts.unresolved"],
	["asking", "counts.asking"],
	["waiting", "counts.waiting"],
	["reading", "counts.reading"],
	["unread", "counts.unread"],
] as const satisfies readonly (readonly [keyof Counts, WordKey])[];

interface Props {
	readonly onKeys: () => void;
	readonly onAbout: () => void;
}

/** The whole batch, counted in core, how far it has come, and what helps. */
export function StatusLine({ onKeys, onAbout }: Props) {
	const { counts, intake, paused } = useHead();
	return (
		<footer className={styles.status} data-testid="status">
			{(counts.items > 0 || intake.running || intake.question !== null || paused) && <WorkLine />}
			<div className={styles.line}>
				{counts.items > 0 ? <AllCounts counts={counts} /> : <span className={styles.counts} />}
				<Help onKeys={onKeys} onAbout={onAbout} />
			</div>
		</footer>
	);
}

function AllCounts({ counts }: { counts: Counts }) {
	return (
		<>
			<strong data-testid="count-items">{words("counts.items", { count: counts.items })}</strong>
			<ul className={styles.counts} aria-label={words("counts.label")}>
				{/* First, so that it stays in its place while the others come and go. */}
				{counts.alerts > 0 && (
					<li data-testid="count-alerts" data-count={counts.alerts}>
						{words("counts.alerts", { count: counts.alerts })}
					</li>
				)}
				{fields
					.filter(([field]) => counts[field] > 0)
					.map(([field, id]) => (
						<li key={field} data-testid={`count-${field}`} data-count={counts[field]}>
							{words(id, { count: counts[field] })}
						</li>
					))}
			</ul>
		</>
	);
}

function Help({ onKeys, onAbout }: Props) {
	const { backend, run } = useReach();
	return (
		<div className={styles.help}>
			<Button look="plain" hint={hint("keys")} onPress={onKeys} testId="keys">
				{words("tools.keys")}
			</Button>
			<Button look="plain" onPress={onAbout} testId="about">
				{words("tools.about")}
			</Button>
			<Button look="plain" onPress={() => void run(backend.openLogFolder())} testId="log-folder">
				{words("tools.log")}
			</Button>
		</div>
	);
}
