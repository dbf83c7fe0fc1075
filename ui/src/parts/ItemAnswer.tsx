import { absolute } from "../format/time";
import type { Answer, ItemRow } from "../ipc/view";
import { useReach } from "../state/context";
import { words } from "../words/words";
import { AlertList } from "./AlertList";
import { Button } from "./Button";
import { SeverityGlyph } from "./Icon";
import styles from "./ItemDetail.module.css";
import { Problem, told } from "./Problem";
import { Words } from "./Words";

/** What a source said of a file: how much of it arrived, its alerts, and where it came from. */
export function ItemAnswer({ item, answer, idle }: { item: ItemRow; answer: Answer; idle: boolean }) {
	return (
		<>
			{answer.incomplete !== null && (
				<section className={styles.incomplete} data-testid="incomplete">
					<h3>{words("incomplete.title")}</h3>
					<p>{words(answer.alerts > 0 ? "incomplete.some" : "incomplete.none")}</p>
					<Problem failure={told(answer.incomplete)} look="quiet">
						{idle && <RetryButton item={item} />}
					</Problem>
				</section>
			)}
			{answer.alerts > 0 && <Summary answer={answer} />}
			{answer.alerts === 0 && answer.incomplete === null && <NoneVisible />}
			<p className={styles.provenance} data-testid="provenance">
				{idle && answer.incomplete === null && <AskAgain item={item} />}
				<Words
					id={answer.incomplete === null ? "provenance.complete" : "provenance.incomplete"}
					facts={{
						host: answer.provenance.host,
						account: answer.provenance.account,
						tenant: answer.provenance.tenant,
						time: absolute(answer.provenance.at),
					}}
				/>
			</p>
			{answer.alerts > 0 && <AlertList key={item.id} item={item.id} realm={answer.provenance.realm} />}
		</>
	);
}

/** How many alerts, how many of them open, how severe, on how many devices. */
function Summary({ answer }: { answer: Answer }) {
	const so = answer.incomplete === null ? "summary.alerts" : "summary.alertsSoFar";
	const { highestOpen } = answer;
	return (
		<p className={styles.summary} data-testid="summary">
			<strong>{words(so, { count: answer.alerts })}</strong>
			{", "}
			{answer.open === 0 ? words("summary.noneOpen") : words("summary.open", { count: answer.open })}
			{highestOpen !== null && (
				<>
					{", "}
					{words("summary.highest")} <SeverityGlyph severity={highestOpen} />{" "}
					<strong className={styles[highestOpen]}>{words(`severity.${highestOpen}`)}</strong>
				</>
			)}
			{answer.devices > 0 && `, ${words("summary.devices", { count: answer.devices })}`}
		</p>
	);
}

/** Says no more than is known, and what it can mean. */
function NoneVisible() {
	return (
		<section className={styles.none} data-testid="none-visible">
			<h3>{words("none.title")}</h3>
			<p>{words("none.text")}</p>
			<ul>
				<li>{words("none.unknown")}</li>
				<li>{words("none.noAlerts")}</li>
				<li>{words("none.hidden")}</li>
				<li>{words("none.old")}</li>
			</ul>
		</section>
	);
}

/** What is known may be old: the same question, once more. */
function AskAgain({ item }: { item: ItemRow }) {
	const { backend, run } = useReach();
	return (
		<Button look="link" icon="retry" onPress={() => void run(backend.retry(item.id))} testId="ask-again">
			{words("item.askAgain")}
		</Button>
	);
}

/** Tries once more what failed or came in part. */
export function RetryButton({ item }: { item: ItemRow }) {
	const { backend, run } = useReach();
	return (
		<Button icon="retry" onPress={() => void run(backend.retry(item.id))} testId="retry">
			{words("item.retry")}
		</Button>
	);
}
