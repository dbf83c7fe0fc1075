import { Fragment } from "react";
import { shortName } from "../../format/term";
import { age, ago } from "../../format/time";
import type { Answer, ItemRow, Mention, Severity, UtcMillis, Zone } from "../../ipc/view";
import { Icon, type IconName, SeverityGlyph } from "../../parts/Icon";
import severities from "../../parts/severity.module.css";
import { ShownText, Words } from "../../parts/Words";
import { counted, type ItemState, stateOf } from "../../state/item";
import { flat } from "../../words/shown";
import { type Facts, type WordKey, words } from "../../words/words";
import styles from "./ItemLine.module.css";

/** When and in which zone a line is read. */
export interface Clock {
	readonly now: UtcMillis;
	readonly zone: Zone;
}

interface Props {
	readonly item: ItemRow;
	readonly clock: Clock;
}

/** One item in the list: its state's shape, its name, its alerts by severity, and a line of words. */
export function ItemLine({ item, clock }: Props) {
	const state = stateOf(item);
	const answer = item.lookup?.answer ?? null;
	const note = item.mention?.note ?? null;
	return (
		<div
			className={`${styles.line} ${note === null ? "" : styles.noted}`}
			data-state={state.kind}
			data-testid="item-state"
			aria-hidden="true"
		>
			<span className={styles.glyph}>
				<StateGlyph item={item} state={state} />
			</span>
			<span
				className={`${styles.name} ${item.mention === null ? "" : styles.digest}`}
				data-testid="item-name"
			>
				<ShownText text={item.name} />
			</span>
			<span className={styles.pills}>
				{answer !== null &&
					counted(answer.severities).map(({ severity, count }) => (
						<span key={severity} className={`${styles.pill} ${severities[severity]}`}>
							<SeverityGlyph severity={severity} />
							{count}
						</span>
					))}
			</span>
			<span className={styles.sub}>
				<span className={styles.words} data-testid="item-words">
					<SubLine item={item} state={state} clock={clock} />
				</span>
				{answer?.provenance.kept === true && (
					<span className={styles.kept} data-testid="item-kept">
						{keptWords(answer, clock)}
					</span>
				)}
			</span>
			{note !== null && (
				<span className={styles.sub}>
					<span className={styles.note} data-testid="item-note">
						<ShownText text={note} />
					</span>
				</span>
			)}
		</div>
	);
}

/** Stands in an item's place until it has arrived. */
export function ItemSkeleton() {
	return (
		<div className={`${styles.line} ${styles.skeleton}`} aria-hidden="true">
			<span className={styles.glyph} />
			<span className={styles.name} />
			<span className={styles.pills} />
			<span className={styles.sub} />
		</div>
	);
}

function StateGlyph({ item, state }: { item: ItemRow; state: ItemState }) {
	if (state.kind === "alerted") {
		const answer = item.lookup?.answer ?? null;
		const open = answer === null ? null : firstOpen(answer);
		const [first] = answer === null ? [] : counted(answer.severities);
		const highest: Severity = open ?? first?.severity ?? "notGiven";
		return <SeverityGlyph severity={highest} hollow={open === null} />;
	}
	return <Icon name={icons[state.kind]} />;
}

/** The severity that an item stands for: nobody knows how bad an unknown one is. */
const firstOpen = ({ highestOpen, unknownOpen }: Answer): Severity | null =>
	unknownOpen.alerts > 0 ? "unknown" : highestOpen;

const icons: Record<Exclude<ItemState["kind"], "alerted">, IconName> = {
	unread: "clock",
	reading: "read",
	skipped: "skip",
	unreadable: "problem",
	cancelled: "close",
	unresolved: "hash",
	waiting: "clock",
	retrying: "retry",
	asking: "drop",
	noneVisible: "dash",
	incomplete: "partial",
	failed: "problem",
};

function SubLine({ item, state, clock }: Props & { state: ItemState }) {
	const more = extras(item, state, clock);
	const error = "error" in state ? state.error : null;
	return (
		<>
			{state.kind === "reading" ? (
				<progress className={styles.progress} max={100} value={state.percent} aria-hidden="true" />
			) : null}
			{error !== null && state.kind !== "incomplete" ? (
				<Words id={`error.${error.code}.title`} facts={error.facts} />
			) : (
				// How many alerts stands in the pills above.
				state.kind !== "alerted" && stateWords(state)
			)}
			{more.map(({ id, facts }, index) => (
				<Fragment key={id}>
					{index > 0 || state.kind !== "alerted" ? " · " : ""}
					<Words id={id} facts={facts} />
				</Fragment>
			))}
		</>
	);
}

/** How an item stands, in words. */
export function stateWords(state: ItemState): string {
	switch (state.kind) {
		case "alerted":
			return words("state.alerted", { count: state.count });
		case "reading":
			return words("state.reading", { percent: state.percent });
		case "unread":
		case "skipped":
		case "unreadable":
		case "cancelled":
		case "unresolved":
		case "waiting":
		case "retrying":
		case "asking":
		case "noneVisible":
		case "incomplete":
		case "failed":
			return words(`state.${state.kind}`);
		default:
			return state satisfies never;
	}
}

interface Extra {
	readonly id: WordKey;
	readonly facts: Facts;
}

/** What else there is to say of an item in a few words. */
function extras(item: ItemRow, state: ItemState, clock: Clock): Extra[] {
	const { lookup, mention, throughLink } = item;
	const answer = lookup?.answer ?? null;
	const more: Extra[] = [];
	if (answer !== null) {
		if (state.kind === "incomplete" && answer.alerts > 0) {
			more.push({ id: "summary.alertsSoFar", facts: { count: answer.alerts } });
		}
		if (state.kind === "alerted") more.push(...ofAlerts(answer, clock));
		if (lookup?.phase === "asking") more.push({ id: "state.askingAgain", facts: {} });
	}
	if (mention !== null) more.push(...ofMention(mention));
	if (throughLink) more.push({ id: "item.throughLink", facts: {} });
	return more;
}

/** What kind of digest it is, and where it was named. */
function ofMention({ kind, text, line }: Mention): Extra[] {
	return [
		{ id: `item.digest.${kind}`, facts: {} },
		text === null
			? { id: "item.mention.pasted", facts: { line } }
			: { id: "item.mention.text", facts: { line, text } },
	];
}

/** That an answer was not asked for now, and how old it is. */
const keptWords = ({ provenance }: Answer, { now }: Clock) =>
	words("row.kept", { age: age(now - provenance.at) });

/** How many are open, where, and when something last happened. */
function ofAlerts(answer: Answer, { now, zone }: Clock): Extra[] {
	const { open, devices, deviceNames, lastActivity } = answer;
	const more: Extra[] = [{ id: open === 0 ? "row.noneOpen" : "row.open", facts: { count: open } }];
	if (devices > 0) more.push(ofDevices(devices, deviceNames.map(shortName)));
	if (lastActivity !== null) {
		const { at, created } = lastActivity;
		more.push({ id: created ? "row.created" : "row.last", facts: { ago: ago(at, now, zone) } });
	}
	return more;
}

function ofDevices(count: number, [first, second]: Answer["deviceNames"]): Extra {
	if (first === undefined) return { id: "row.devices", facts: { count } };
	if (second === undefined || count > 2) {
		return count === 1
			? { id: "row.device", facts: { first } }
			: { id: "row.moreDevices", facts: { first, count: count - 1 } };
	}
	return { id: "row.twoDevices", facts: { first, second } };
}

/** How severe the open alerts are, as far as that is known. */
function ofSeverity({ highestOpen, unknownOpen }: Answer): string[] {
	const { alerts, words: unknown } = unknownOpen;
	const said: string[] = [];
	if (highestOpen !== null && highestOpen !== "notGiven") {
		const severity = words(`severity.${highestOpen}`);
		said.push(words(alerts > 0 ? "row.highestKnown" : "row.highest", { severity }));
	}
	if (alerts > 0) said.push(words("row.unknown", { count: alerts, words: unknown.map(flat).join(", ") }));
	return said;
}

/** The item as one sentence: for whoever hears it. */
export function sentence(item: ItemRow, clock: Clock): string {
	const state = stateOf(item);
	const error = "error" in state ? state.error : null;
	const answer = item.lookup?.answer ?? null;
	const note = item.mention?.note ?? null;
	const more = [
		...(error === null ? [] : [words(`error.${error.code}.title`, error.facts)]),
		...extras(item, state, clock).map(({ id, facts }) => words(id, facts)),
		...(answer?.provenance.kept === true ? [keptWords(answer, clock)] : []),
		...(note === null ? [] : [words("item.note.spoken", { note })]),
		...(answer === null ? [] : ofSeverity(answer)),
	];
	const facts = { name: flat(item.name), state: stateWords(state), more: more.join(", ") };
	return words(more.length === 0 ? "row.sentence" : "row.sentence.more", facts);
}
