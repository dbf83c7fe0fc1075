import type { ReactNode } from "react";
import type { ItemRow, Phase } from "../../ipc/view";
import { Icon } from "../../parts/Icon";
import { Instant } from "../../parts/Instant";
import { useHead } from "../../state/context";
import { isUnresolved } from "../../state/item";
import { type WordKey, words } from "../../words/words";
import styles from "./AnswerLine.module.css";
import { KeptAge } from "./KeptAge";
import { Summary } from "./Summary";

/** In one line: how far the item has come, and then what was answered. Always as high as that. */
export function AnswerLine({ item }: { item: ItemRow }) {
	return (
		<div className={styles.line}>
			<Standing item={item} />
		</div>
	);
}

function Standing({ item }: { item: ItemRow }) {
	const { reading, lookup } = item;
	const pasted = reading === null;
	switch (reading?.kind) {
		case "waiting":
			return <Step icon="clock">{words("item.unread")}</Step>;
		case "reading":
			return (
				<Step icon="read">
					{words("item.reading")}
					<progress
						className={styles.progress}
						max={100}
						value={reading.percent}
						aria-label={words("state.reading", { percent: reading.percent })}
					/>
					<span className={styles.percent}>{words("item.percent", { percent: reading.percent })}</span>
				</Step>
			);
		case "cancelled":
			return <Step icon="close">{words("item.cancelled")}</Step>;
		case "skipped":
		case "failed":
			return (
				<Step icon="problem">{words(item.mention === null ? "item.notAsked" : "item.notAsked.digest")}</Step>
			);
		case "read":
		case undefined:
			break;
		default:
			return reading satisfies never;
	}
	if (isUnresolved(item)) return <Step icon="hash">{words("item.unresolved")}</Step>;
	if (lookup === null) return <Waiting pasted={pasted} />;
	const { answer, failure, phase } = lookup;
	if (answer === null) return <Before phase={phase} pasted={pasted} failed={failure !== null} />;
	const { at, kept } = answer.provenance;
	return (
		<>
			{answer.alerts > 0 && <Summary answer={answer} />}
			{kept && <KeptAge at={at} />}
			{!kept && answer.alerts === 0 && (
				<p className={styles.asked}>
					{words("item.asked")} <Instant at={at} />
				</p>
			)}
		</>
	);
}

/** Nothing was answered yet. */
function Before({ phase, pasted, failed }: { phase: Phase; pasted: boolean; failed: boolean }) {
	switch (phase) {
		case "waiting":
			return <Waiting pasted={pasted} />;
		case "retrying":
			return <Step icon="retry">{words("item.retrying")}</Step>;
		case "asking":
			return <Step icon="drop">{words("item.asking")}</Step>;
		case "idle":
			return failed ? (
				<Step icon="problem">{words("item.notAnswered")}</Step>
			) : (
				<Step icon="close">{words("item.cancelled")}</Step>
			);
		default:
			return phase satisfies never;
	}
}

/** Waiting to be asked, or for somebody to sign in. */
function Waiting({ pasted }: { pasted: boolean }) {
	const { kind } = useHead().session;
	const id = pasted ? "item.pasted.waiting" : "item.waiting";
	const key: WordKey =
		kind === "signedIn" ? id : kind === "interrupted" ? `${id}.interrupted` : `${id}.signedOut`;
	return <Step icon="clock">{words(key)}</Step>;
}

/** How far the work on an item has come. */
export function Step({
	icon,
	children,
}: {
	icon: "clock" | "close" | "read" | "retry" | "drop" | "problem" | "hash";
	children: ReactNode;
}) {
	return (
		<p className={styles.step} data-testid="step">
			<Icon name={icon} />
			{children}
		</p>
	);
}
