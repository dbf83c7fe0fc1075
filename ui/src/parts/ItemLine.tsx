import type { ItemRow, Severity } from "../ipc/view";
import { counted, type ItemState, stateOf } from "../state/item";
import { flat } from "../words/shown";
import { words } from "../words/words";
import { Icon, type IconName, SeverityGlyph } from "./Icon";
import styles from "./ItemLine.module.css";
import { ShownText, Words } from "./Words";

/** One item in the list: its state's shape, its name, its alerts by severity, and a line of words. */
export function ItemLine({ item }: { item: ItemRow }) {
	const state = stateOf(item);
	const answer = item.lookup?.answer ?? null;
	return (
		<div className={styles.line} data-state={state.kind} data-testid="item-state" aria-hidden="true">
			<span className={styles.glyph}>
				<StateGlyph item={item} state={state} />
			</span>
			<span className={styles.name} data-testid="item-name">
				<ShownText text={item.name} />
			</span>
			<span className={styles.pills}>
				{answer !== null &&
					counted(answer.severities).map(({ severity, count }) => (
						<span key={severity} className={`${styles.pill} ${styles[severity]}`}>
							<SeverityGlyph severity={severity} />
							{count}
						</span>
					))}
			</span>
			<span className={styles.sub} data-testid="item-words">
				<SubLine item={item} state={state} />
			</span>
		</div>
	);
}

function StateGlyph({ item, state }: { item: ItemRow; state: ItemState }) {
	if (state.kind === "alerted") {
		const answer = item.lookup?.answer;
		const open = answer?.highestOpen ?? null;
		const highest: Severity = open ?? counted(answer?.severities ?? noSeverities)[0]?.severity ?? "other";
		return <SeverityGlyph severity={highest} hollow={open === null} />;
	}
	return <Icon name={icons[state.kind]} />;
}

const noSeverities = { high: 0, medium: 0, low: 0, informational: 0, other: 0 };

const icons: Record<Exclude<ItemState["kind"], "alerted">, IconName> = {
	unread: "clock",
	reading: "read",
	skipped: "skip",
	unreadable: "problem",
	waiting: "clock",
	retrying: "retry",
	asking: "drop",
	noneVisible: "dash",
	incomplete: "partial",
	failed: "problem",
};

function SubLine({ item, state }: { item: ItemRow; state: ItemState }) {
	const more = extras(item, state);
	const error = "error" in state ? state.error : null;
	return (
		<>
			{state.kind === "reading" ? (
				<progress className={styles.progress} max={100} value={state.percent} aria-hidden="true" />
			) : null}
			{error !== null && state.kind !== "incomplete" ? (
				<Words id={`error.${error.code}.title`} facts={error.facts} />
			) : (
				stateWords(state)
			)}
			{more.map((text) => ` · ${text}`)}
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

/** What else there is to say of an item in a few words. */
function extras(item: ItemRow, state: ItemState): string[] {
	const { lookup } = item;
	const answer = lookup?.answer ?? null;
	const more: string[] = [];
	if (state.kind === "incomplete" && answer !== null && answer.alerts > 0) {
		more.push(words("summary.alertsSoFar", { count: answer.alerts }));
	}
	if (state.kind === "alerted" && answer !== null) {
		more.push(answer.open === 0 ? words("row.noneOpen") : words("row.open", { count: answer.open }));
		if (answer.devices > 0) more.push(words("row.devices", { count: answer.devices }));
	}
	if (answer !== null && lookup?.phase === "asking") more.push(words("state.askingAgain"));
	return more;
}

/** The item as one sentence: for whoever hears it. */
export function sentence(item: ItemRow): string {
	const state = stateOf(item);
	const error = "error" in state ? state.error : null;
	const highest = item.lookup?.answer?.highestOpen ?? null;
	const more = [
		...(error === null ? [] : [words(`error.${error.code}.title`, error.facts)]),
		...extras(item, state),
		...(highest === null ? [] : [words("row.highest", { severity: words(`severity.${highest}`) })]),
	];
	const facts = { name: flat(item.name), state: stateWords(state), more: more.join(", ") };
	return words(more.length === 0 ? "row.sentence" : "row.sentence.more", facts);
}
