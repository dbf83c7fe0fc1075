import { clock, date, inBothZones, span } from "../../format/time";
import type { Moment, MomentKind, Status } from "../../ipc/view";
import { useHead } from "../../state/context";
import { words } from "../../words/words";
import { Section } from "./Section";
import styles from "./TimeLine.module.css";

interface Props {
	readonly moments: readonly Moment[];
	readonly status: Status;
}

/** An alert's life: what happened when, and how long after what came before. */
export function TimeLine({ moments, status }: Props) {
	const isOpen = status === "new" || status === "inProgress";
	const resolved = moments.some(({ kind }) => kind === "resolved");
	return (
		<Section title={words("alert.detail.when")} testId="when">
			<ol className={styles.line}>
				{moments.map((moment, index) => (
					<Point key={moment.kind} moment={moment} before={moments[index - 1]} />
				))}
				{!resolved && (
					<Missing kind="resolved" text={words(isOpen ? "moment.notResolved" : "moment.notGiven")} />
				)}
			</ol>
		</Section>
	);
}

function Point({ moment, before }: { moment: Moment; before: Moment | undefined }) {
	const { zone } = useHead().preferences;
	const { kind, at } = moment;
	return (
		<li className={styles.point} data-moment={kind}>
			<strong>{words(`moment.${kind}`)}</strong>
			<time dateTime={new Date(at).toISOString()} title={inBothZones(at)}>
				<span className={styles.whole}>{date(at, zone)}</span>{" "}
				<span className={styles.whole}>{clock(at, zone)}</span>
			</time>
			{before !== undefined && <span className={styles.after}>{since(before.at, at)}</span>}
		</li>
	);
}

function Missing({ kind, text }: { kind: MomentKind; text: string }) {
	return (
		<li className={`${styles.point} ${styles.missing}`} data-moment={kind}>
			<strong>{words(`moment.${kind}`)}</strong>
			<span>{text}</span>
		</li>
	);
}

/** How far apart two moments are, in the order in which they stand. */
function since(before: number, at: number): string {
	const distance = Math.abs(at - before);
	if (distance < 500) return words("moment.same");
	return words(at > before ? "moment.after" : "moment.before", { span: span(distance) });
}
