import { useEffect, useRef, useState } from "react";
import type { Counts } from "../ipc/view";
import { useReach } from "../state/context";
import { type WordKey, words } from "../words/words";
import { Button } from "./Button";
import { Spoken } from "./CopyButton";
import styles from "./StatusLine.module.css";

/** Every item is in exactly one of these. */
const fields = [
	["alerted", "counts.alerted"],
	["noneVisible", "counts.noneVisible"],
	["incomplete", "counts.incomplete"],
	["failed", "counts.failed"],
	["unreadable", "counts.unreadable"],
	["skipped", "counts.skipped"],
	["asking", "counts.asking"],
	["waiting", "counts.waiting"],
	["reading", "counts.reading"],
	["unread", "counts.unread"],
] as const satisfies readonly (readonly [keyof Counts, WordKey])[];

/** The whole batch, counted in core, and how far it has come. */
export function StatusLine({ counts }: { counts: Counts }) {
	const { backend, run } = useReach();
	const pending = counts.unread + counts.reading + counts.waiting + counts.asking;
	const done = counts.items - pending;
	const progress = words("counts.done", { done, items: counts.items });
	const shown = fields.filter(([field]) => counts[field] > 0);
	return (
		<footer className={styles.status} data-testid="status">
			<strong data-testid="count-items">{words("counts.items", { count: counts.items })}</strong>
			{counts.items > 0 && pending > 0 && (
				<progress className={styles.progress} max={counts.items} value={done} aria-label={progress} />
			)}
			<ul className={styles.counts} aria-label={words("counts.label")}>
				{shown.map(([field, id]) => (
					<li key={field} data-testid={`count-${field}`} data-count={counts[field]}>
						{words(id, { count: counts[field] })}
					</li>
				))}
				{counts.alerts > 0 && (
					<li data-testid="count-alerts" data-count={counts.alerts}>
						{words("counts.alerts", { count: counts.alerts })}
					</li>
				)}
			</ul>
			<Button look="plain" icon="lines" onPress={() => void run(backend.openLogFolder())} testId="log-folder">
				{words("tools.log")}
			</Button>
			<Progress text={counts.items === 0 ? "" : pending === 0 ? words("counts.allDone") : progress} />
		</footer>
	);
}

/** Reads progress aloud, at most every five seconds, and the end of it. */
function Progress({ text }: { text: string }) {
	const [spoken, setSpoken] = useState(text);
	const latest = useRef(text);
	const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
	latest.current = text;
	useEffect(() => {
		if (text === spoken || timer.current !== null) return;
		timer.current = setTimeout(() => {
			timer.current = null;
			setSpoken(latest.current);
		}, 5_000);
	}, [text, spoken]);
	useEffect(
		() => () => {
			if (timer.current !== null) clearTimeout(timer.current);
		},
		[],
	);
	return <Spoken text={spoken} />;
}
