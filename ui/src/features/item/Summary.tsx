import { Fragment } from "react";
import { shortName, shortPerson } from "../../format/term";
import type { Answer, Shown } from "../../ipc/view";
import { SeverityGlyph } from "../../parts/Icon";
import { Instant } from "../../parts/Instant";
import severities from "../../parts/severity.module.css";
import { ShownText } from "../../parts/Words";
import { flat } from "../../words/shown";
import { words } from "../../words/words";
import styles from "./Summary.module.css";

/** What was answered, in plain words: how many, how severe, where, when last, and whose it is. */
export function Summary({ answer }: { answer: Answer }) {
	const { incomplete, lastActivity } = answer;
	return (
		<p className={styles.summary} data-testid="summary">
			<strong>
				{words(incomplete === null ? "summary.alerts" : "summary.alertsSoFar", { count: answer.alerts })}
			</strong>
			{", "}
			{answer.open === 0 ? words("summary.noneOpen") : words("summary.open", { count: answer.open })}
			<Highest answer={answer} />
			<Devices answer={answer} />.{incomplete !== null && ` ${words("summary.more")}`}
			<Unknown answer={answer} />
			{lastActivity !== null && (
				<>
					{` ${words(lastActivity.created ? "summary.created" : "summary.lastActivity")} `}
					<Instant at={lastActivity.at} show="ago" />.
				</>
			)}
			<Assigned answer={answer} />
		</p>
	);
}

/** The highest severity of the open alerts, of those that are known. */
function Highest({ answer: { highestOpen, unknownOpen } }: { answer: Answer }) {
	if (highestOpen === null) return null;
	if (highestOpen === "notGiven") return unknownOpen.alerts > 0 ? null : `, ${words("summary.noSeverity")}`;
	return (
		<>
			{", "}
			{words(unknownOpen.alerts > 0 ? "summary.highestKnown" : "summary.highest")}{" "}
			<SeverityGlyph severity={highestOpen} />{" "}
			<strong className={`${styles.severity} ${severities[highestOpen]}`}>
				{words(`severity.${highestOpen}`)}
			</strong>
		</>
	);
}

/** The open alerts of a severity that is not known. */
function Unknown({ answer: { unknownOpen } }: { answer: Answer }) {
	const { alerts, words: unknown, more } = unknownOpen;
	if (alerts === 0) return null;
	return (
		<>
			{" "}
			<SeverityGlyph severity="unknown" /> {words("summary.unknown", { count: alerts })}{" "}
			<strong>
				<Several texts={unknown} more={more} short={whole} />
			</strong>
			.
		</>
	);
}

const whole = (text: Shown) => text;

function Devices({ answer: { devices, deviceNames } }: { answer: Answer }) {
	if (devices === 0) return null;
	if (deviceNames.length === 0) return `, ${words("summary.devices", { count: devices })}`;
	return (
		<>
			{`, ${words("summary.on")} `}
			<Several texts={deviceNames} more={devices - deviceNames.length} short={shortName} />
		</>
	);
}

/** Whom the open alerts are assigned to; nothing where none is open. */
function Assigned({ answer: { open, assignees, people, unassigned } }: { answer: Answer }) {
	if (open === 0) return null;
	if (assignees.length === 0) return unassigned > 0 ? ` ${words("summary.nobody")}` : null;
	return (
		<>
			{` ${words("summary.assigned")} `}
			<Several texts={assignees} more={people - assignees.length} open={unassigned > 0} short={shortPerson} />
			{unassigned > 0 && `, ${words("summary.unassigned", { count: unassigned })}`}.
		</>
	);
}

interface SeveralProps {
	readonly texts: readonly Shown[];
	/** How many more there are. */
	readonly more: number;
	/** Whether the list goes on after them. */
	readonly open?: boolean;
	readonly short: (text: Shown) => Shown;
}

/** Names as a person lists them: `a, b and c`, or `a, b, c and 2 more`. */
function Several({ texts, more, open = false, short }: SeveralProps) {
	const last = more > 0 || open ? null : texts.length - 1;
	return (
		<>
			{texts.map((text, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: names stand in the order of the answer, and have no state
				<Fragment key={index}>
					{index > 0 && (index === last ? ` ${words("summary.and")} ` : ", ")}
					<span title={flat(text)}>
						<ShownText text={short(text)} />
					</span>
				</Fragment>
			))}
			{more > 0 && ` ${words("summary.moreNames", { count: more })}`}
		</>
	);
}
