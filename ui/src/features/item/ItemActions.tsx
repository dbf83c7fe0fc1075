import { useRef } from "react";
import type { ItemPart, ItemRow, Mention } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { CopyButton } from "../../parts/CopyButton";
import { type Copyable, CopyMenu } from "../../parts/CopyMenu";
import { useAction } from "../../state/actions";
import { useHead, useReach } from "../../state/context";
import { isUnresolved } from "../../state/item";
import { accountOf } from "../../state/session";
import { type WordKey, words } from "../../words/words";
import { Step } from "./AnswerLine";
import styles from "./ItemDetail.module.css";

/** What can be done with an item. */
export function ItemActions({ item }: { item: ItemRow }) {
	const { backend, run } = useReach();
	const account = accountOf(useHead().session);
	const menu = useRef<HTMLButtonElement>(null);
	useAction("copyMenu", () => {
		menu.current?.focus();
		// As the arrow key on it does: after a click that no pointer made, no entry has the focus.
		menu.current?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
		return true;
	});
	const answer = item.lookup?.answer ?? null;
	const doing = doingOf(item);
	return (
		<div className={styles.actions}>
			{!isUnresolved(item) && (
				<CopyButton
					field={{ kind: "item", item: item.id, part: "triageNote" }}
					id="copy.triageNote"
					look="main"
					notYet={answer === null ? "copy.triageNote.later" : undefined}
					testId="copy-triage-note"
				/>
			)}
			<CopyMenu
				label={words("item.copy")}
				copyables={copyables(item, answer !== null)}
				testId="copy-item"
				trigger={menu}
			/>
			{item.sha1 !== null && account !== null && (
				<Button
					icon="away"
					onPress={() => void run(backend.openPortal({ kind: "file", item: item.id }))}
					testId="open-file"
				>
					{words(`item.portal.${account.realm}`)}
				</Button>
			)}
			{doing === "work" && (
				<Button icon="close" onPress={() => void run(backend.cancel(item.id))} testId="cancel-item">
					{words("item.cancel")}
				</Button>
			)}
			{doing === "askable" && (
				<Button icon="retry" onPress={() => void run(backend.retry(item.id))} testId="ask-again">
					{words("item.askAgain")}
				</Button>
			)}
			<Again item={item} />
		</div>
	);
}

/** That an answer is being asked for anew. */
function Again({ item: { lookup } }: { item: ItemRow }) {
	if (lookup === null || lookup.answer === null) return null;
	switch (lookup.phase) {
		case "waiting":
			return <Step icon="clock">{words("item.waitingAgain")}</Step>;
		case "retrying":
			return <Step icon="retry">{words("item.retrying")}</Step>;
		case "asking":
			return <Step icon="drop">{words("item.askingAgain")}</Step>;
		case "idle":
			return null;
		default:
			return lookup.phase satisfies never;
	}
}

/** Whether there is work on the item that can be cancelled, or none and it can be asked again. */
function doingOf(item: ItemRow): "work" | "askable" | "neither" {
	const { reading, lookup } = item;
	if (reading?.kind === "waiting" || reading?.kind === "reading") return "work";
	if (reading?.kind === "cancelled") return "askable";
	if (reading?.kind === "skipped" || reading?.kind === "failed") return "neither";
	if (isUnresolved(item)) return "neither";
	if (lookup === null || lookup.phase !== "idle") return "work";
	// What failed or is incomplete has its button beside the reason.
	return lookup.failure === null && (lookup.answer?.incomplete ?? null) === null ? "askable" : "neither";
}

function copyables({ id, sha1, mention, place }: ItemRow, answered: boolean): Copyable[] {
	const part = (name: ItemPart, key: WordKey, form?: WordKey): Copyable => ({
		id: key,
		field: { kind: "item", item: id, part: name },
		...(form === undefined ? {} : { form }),
	});
	return [
		...(sha1 === null ? [] : [part("sha1", "copy.sha1")]),
		...nameOf(mention).map((key) => part("name", key)),
		...(place === null ? [] : [part("path", "copy.path")]),
		...(answered
			? [
					part("markdown", "copy.markdown", "copy.as.report"),
					part("json", "copy.json", "copy.as.item"),
					part("csv", "copy.csv", "copy.as.rows"),
				]
			: []),
	];
}

/** What the name of an item is to whoever copies it; nothing where it is the SHA-1. */
function nameOf(mention: Mention | null): WordKey[] {
	if (mention === null) return ["copy.name"];
	return mention.kind === "sha1" ? [] : [`item.digest.${mention.kind}`];
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

/** Reads a file that lies with a cloud, which downloads it. */
export function DownloadButton({ item }: { item: ItemRow }) {
	const { backend, run } = useReach();
	return (
		<Button onPress={() => void run(backend.retry(item.id))} testId="download">
			{words("item.download")}
		</Button>
	);
}

/** Looks up what cannot be read by the SHA-1 that the person has copied elsewhere. */
export function ByHashButton() {
	const { backend, run } = useReach();
	return (
		<Button icon="hash" onPress={() => void run(backend.paste())} testId="by-hash">
			{words("item.byHash")}
		</Button>
	);
}
