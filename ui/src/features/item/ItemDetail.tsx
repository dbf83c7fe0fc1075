import type { ItemRow, Lookup, Mention } from "../../ipc/view";
import { Note } from "../../parts/Note";
import { Problem, told } from "../../parts/Problem";
import { isCloudOnly, stateOf } from "../../state/item";
import { flat } from "../../words/shown";
import { words } from "../../words/words";
import { AlertsToCome } from "../alert";
import { AnswerLine } from "./AnswerLine";
import { Heading } from "./Heading";
import { ByHashButton, DownloadButton, ItemActions, RetryButton } from "./ItemActions";
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
			{state.kind === "unresolved" && item.mention !== null && <Unresolved mention={item.mention} />}
			{item.lookup !== null && <LookupPart item={item} lookup={item.lookup} />}
		</article>
	);
}

/** Why a file was not read. */
function ReadingProblem({ item }: { item: ItemRow }) {
	const { reading } = item;
	if (reading?.kind === "skipped") {
		return (
			<Problem failure={told(reading.error)} look="quiet">
				{isCloudOnly(item) ? <DownloadButton item={item} /> : undefined}
			</Problem>
		);
	}
	if (reading?.kind !== "failed") return null;
	const blocked = reading.error.code === "blocked";
	return (
		<Problem failure={told(reading.error)} {...(blocked ? { more: words("item.byHash.help") } : {})}>
			{blocked && <ByHashButton />}
			<RetryButton item={item} />
		</Problem>
	);
}

/** Why a digest of another kind was not asked about, and what can be done. */
function Unresolved({ mention }: { mention: Mention }) {
	const kind = words(`item.digest.${mention.kind}`);
	return (
		<Note
			icon="hash"
			title={words("item.unresolved.title")}
			look="quiet"
			data={{ testid: "unresolved", digest: mention.kind }}
		>
			<p>{words("item.unresolved.why", { kind })}</p>
			<p>{words("item.unresolved.do")}</p>
		</Note>
	);
}

function LookupPart({ item, lookup }: { item: ItemRow; lookup: Lookup }) {
	const { answer, failure, phase } = lookup;
	return (
		<>
			{failure !== null && (
				<Problem failure={told(failure)} about={{ kind: "item", item: item.id }}>
					{phase === "idle" && <RetryButton item={item} />}
				</Problem>
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
