import type { LeftOut as Entries } from "../../ipc/view";
import { words } from "../../words/words";
import { FirstPaths } from "./FirstPaths";
import styles from "./Intake.module.css";

/** What is no item, by reason, the first paths named; behind a line that counts it. */
export function LeftOut({ entries }: { entries: readonly Entries[] }) {
	if (entries.length === 0) return null;
	return (
		<details className={styles.note} data-testid="left-out">
			<summary data-testid="left-out-open">{summary(entries)}</summary>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keys must reach it */}
			<ul className={styles.reasons} tabIndex={0}>
				{entries.map(({ reason, count: each, first }) => (
					<li key={reason} data-testid={`left-out-${reason}`}>
						{words(`intake.${reason}`, { count: each })}
						<FirstPaths first={first} count={each} />
					</li>
				))}
			</ul>
		</details>
	);
}

/** A text is an item all the same: what was left out of it are its digests. */
function summary(entries: readonly Entries[]): string {
	const count = (texts: boolean) =>
		entries
			.filter(({ reason }) => (reason === "textUnread") === texts)
			.reduce((all, each) => all + each.count, 0);
	const [without, texts] = [count(false), count(true)];
	return [
		...(without > 0 ? [words("intake.leftOut", { count: without })] : []),
		...(texts > 0 ? [words("intake.textUnread", { count: texts })] : []),
	].join("; ");
}
