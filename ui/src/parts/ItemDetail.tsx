import type { ReactNode } from "react";
import { size } from "../format/size";
import type { ItemRow, Lookup } from "../ipc/view";
import { useHead, useReach } from "../state/context";
import { stateOf } from "../state/item";
import { accountOf } from "../state/session";
import { type WordKey, words } from "../words/words";
import { Button } from "./Button";
import { CopyButton } from "./CopyButton";
import { Icon } from "./Icon";
import { ItemAnswer, RetryButton } from "./ItemAnswer";
import styles from "./ItemDetail.module.css";
import { Problem, told } from "./Problem";
import { ShownText } from "./Words";

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
			<Heading item={item} />
			<ReadingPart item={item} />
			{item.lookup !== null && <LookupPart item={item} lookup={item.lookup} />}
		</article>
	);
}

function Heading({ item }: { item: ItemRow }) {
	const { backend, run } = useReach();
	const account = accountOf(useHead().session);
	return (
		<header className={styles.heading}>
			<h2 id="detail-name" className={styles.name}>
				<ShownText text={item.name} />
			</h2>
			<dl className={styles.facts}>
				{item.sha1 !== null && (
					<div>
						<dt>{words("item.sha1")}</dt>
						<dd>
							<code data-testid="sha1">{item.sha1}</code>
							<CopyButton field={{ kind: "sha1", item: item.id }} id="item.sha1.copy" look="link" />
						</dd>
					</div>
				)}
				{item.size !== null && (
					<div>
						<dt>{words("item.size")}</dt>
						<dd>{size(item.size)}</dd>
					</div>
				)}
				{item.place !== null && (
					<div>
						<dt>{words("item.folder")}</dt>
						<dd>
							<code>
								<ShownText text={item.place} />
							</code>
						</dd>
					</div>
				)}
			</dl>
			{item.sha1 !== null && account !== null && (
				<div className={styles.actions}>
					<Button
						icon="away"
						onPress={() => void run(backend.openPortal({ kind: "file", item: item.id }))}
						testId="open-file"
					>
						{words(`item.portal.${account.realm}`)}
					</Button>
				</div>
			)}
		</header>
	);
}

function ReadingPart({ item }: { item: ItemRow }) {
	const { reading } = item;
	if (reading === null) return item.lookup === null ? <Waiting id="item.pasted.waiting" /> : null;
	switch (reading.kind) {
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
				</Step>
			);
		case "read":
			return item.lookup === null ? <Waiting id="item.waiting" /> : null;
		case "skipped":
			return <Problem failure={told(reading.error)} look="quiet" />;
		case "failed":
			return (
				<Problem failure={told(reading.error)}>
					<RetryButton item={item} />
				</Problem>
			);
		default:
			return reading satisfies never;
	}
}

function LookupPart({ item, lookup }: { item: ItemRow; lookup: Lookup }) {
	const { answer, failure } = lookup;
	return (
		<>
			<PhaseStep item={item} lookup={lookup} />
			{failure !== null && (
				<Problem failure={told(failure)}>{lookup.phase === "idle" && <RetryButton item={item} />}</Problem>
			)}
			{failure !== null && lookup.phase === "idle" && answer !== null && (
				<p className={styles.earlier}>{words("item.earlier")}</p>
			)}
			{answer !== null && (
				<ItemAnswer item={item} answer={answer} idle={lookup.phase === "idle" && failure === null} />
			)}
		</>
	);
}

function PhaseStep({ item, lookup }: { item: ItemRow; lookup: Lookup }) {
	const again = lookup.answer !== null;
	switch (lookup.phase) {
		case "waiting":
			if (again) return <Step icon="clock">{words("item.waitingAgain")}</Step>;
			return <Waiting id={item.reading === null ? "item.pasted.waiting" : "item.waiting"} />;
		case "retrying":
			return <Step icon="retry">{words("item.retrying")}</Step>;
		case "asking":
			return <Step icon="drop">{words(again ? "item.askingAgain" : "item.asking")}</Step>;
		case "idle":
			return null;
		default:
			return lookup.phase satisfies never;
	}
}

/** Waiting to be asked, or for somebody to sign in. */
function Waiting({ id }: { id: "item.waiting" | "item.pasted.waiting" }) {
	const { kind } = useHead().session;
	const key: WordKey =
		kind === "signedIn" ? id : kind === "interrupted" ? `${id}.interrupted` : `${id}.signedOut`;
	return <Step icon="clock">{words(key)}</Step>;
}

function Step({ icon, children }: { icon: "clock" | "read" | "retry" | "drop"; children: ReactNode }) {
	return (
		<p className={styles.step} data-testid="step">
			<Icon name={icon} />
			{children}
		</p>
	);
}
