import { useNow } from "../../format/now";
import { ago } from "../../format/time";
import type { HistoryRow, KeptSummary } from "../../ipc/view";
import { Icon, SeverityGlyph } from "../../parts/Icon";
import { ShownText } from "../../parts/Words";
import { useHead } from "../../state/context";
import { words } from "../../words/words";
import styles from "./HistorySheet.module.css";

/** As many digits of a SHA-1 as tell it apart at a glance. */
const digits = 8;

interface Props {
	readonly row: HistoryRow;
	readonly index: number;
	/** Whether Tab comes to this one. */
	readonly reached: boolean;
	readonly onReach: () => void;
	readonly onReopen: () => void;
}

/** What was looked up: its name and place, and what was last answered, how long ago. */
export function HistoryLine({ row, index, reached, onReach, onReopen }: Props) {
	const now = useNow(30_000);
	const { zone } = useHead().preferences;
	const { name, names, place, sha1, seen } = row;
	const answer = answerWords(row.answer);
	const asked = row.answer === null ? null : words("history.asked", { ago: ago(row.answer.at, now, zone) });
	const short = sha1.slice(0, digits);
	return (
		<button
			type="button"
			className={styles.line}
			tabIndex={reached ? 0 : -1}
			onFocus={onReach}
			onClick={onReopen}
			data-index={index}
			data-testid="history-row"
		>
			<span className={styles.glyph}>
				<Glyph answer={row.answer} />
			</span>
			<span className={styles.first}>
				<span className={styles.name}>
					<ShownText text={name} />
				</span>
				{names > 0 && <span className={styles.more}>{words("history.names", { count: names })}</span>}
			</span>
			<Pause />
			<span className={styles.seen}>{words("history.seen", { ago: ago(seen, now, zone) })}</span>
			<Pause />
			<span className={styles.answer} data-testid="history-answer">
				{answer}
			</span>
			<Pause />
			<span className={styles.seen} data-testid="history-asked">
				{asked}
			</span>
			<Pause />
			<span className={styles.place}>
				<code>{short}</code>
				{place !== null && (
					<>
						{" · "}
						<ShownText text={place} />
					</>
				)}
			</span>
		</button>
	);
}

/** Parts what stands side by side for whoever hears it. */
const Pause = () => <span className="spoken">, </span>;

/** Stands in an entry's place until it has arrived. */
export function HistorySkeleton() {
	return (
		<div className={styles.line} data-testid="history-skeleton">
			<span className="spoken">{words("history.loading")}</span>
		</div>
	);
}

/** What was last answered, as far as it arrived. */
function answerWords(answer: KeptSummary | null): string {
	if (answer === null) return words("history.unasked");
	const { alerts: count, open, unknownOpen, incomplete } = answer;
	const said: string[] = [];
	if (incomplete) {
		said.push(words("state.incomplete"));
		if (count > 0) said.push(words("summary.alertsSoFar", { count }));
	} else {
		said.push(count > 0 ? words("state.alerted", { count }) : words("state.noneVisible"));
	}
	if (count > 0) said.push(open > 0 ? words("row.open", { count: open }) : words("row.noneOpen"));
	if (unknownOpen > 0) said.push(words("history.unknown", { count: unknownOpen }));
	return said.join(", ");
}

function Glyph({ answer }: { answer: KeptSummary | null }) {
	if (answer === null) return <Icon name="clock" />;
	const { alerts, highestOpen, unknownOpen, incomplete } = answer;
	if (incomplete) return <Icon name="partial" />;
	if (alerts === 0) return <Icon name="dash" />;
	const severity = unknownOpen > 0 ? "unknown" : highestOpen;
	// Of alerts that are all resolved, the summary does not tell how severe they were.
	return severity === null ? <Icon name="lines" /> : <SeverityGlyph severity={severity} />;
}
