import type { ItemRow, Lookup } from "../../ipc/view";
import { Problem, told } from "../../parts/Problem";
import { stateOf } from "../../state/item";
import { flat } from "../../words/shown";
import { words } from "../../words/words";
import { AlertsToCome } from "../alert";
import { AnswerLine } from "./AnswerLine";
import { Heading } from "./Heading";
import { ItemActions, RetryButton } from "./ItemActions";
import { ItemAnswer } from "./ItemAnswer";
import styles from "./ItemDetail.module.css";

/** All that is known of one item. */
export function ItemDetail({ item }: { item: ItemRow }) {
	const state = stateOf(item);
	return (
		<article
			className={styles.detail}
			data-testid="detail"
			data-state={state.kind}
			aria-labelledby="detail-name"
		>
			<header className={styles.header}>
				<Heading item={item} />
				<AnswerLine item={item} />
				<ItemActions item={item} />
			</header>
			<ReadingProblem item={item} />
			{item.lookup !== null && <LookupPart item={item} lookup={item.lookup} />}
		</article>
	);
}

/** Why a file was not read. */
function ReadingProblem({ item }: { item: ItemRow }) {
	const { reading } = item;
	if (reading?.kind === "skipped") return <Problem failure={told(reading.error)} look="quiet" />;
	if (reading?.kind !== "failed") return null;
	return (
		<Problem failure={told(reading.error)}>
			<RetryButton item={item} />
		</Problem>
	);
}

function LookupPart({ item, lookup }: { item: ItemRow; lookup: Lookup }) {
	const { answer, failure, phase } = lookup;
	return (
		<>
			{failure !== null && (
				<Problem failure={told(failure)}>{phase === "idle" && <RetryButton item={item} />}</Problem>
			)}
			{failure !== null && phase === "idle" && answer !== null && (
				<p className={styles.earlier}>{words("item.earlier")}</p>
			)}
			{answer !== null && (
				<ItemAnswer item={item} answer={answer} idle={phase === "idle" && failure === null} />
			)}
			{answer === null && phase === "asking" && (
				<AlertsToCome text={words("item.askingSkeleton", { name: flat(item.name) })} />
			)}
		</>
	);
}
