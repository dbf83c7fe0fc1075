import { useEffect, useRef, useState } from "react";
import { remaining } from "../../format/duration";
import { size } from "../../format/size";
import type { Head, Progress } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { Spoken } from "../../parts/Spoken";
import { ShownText } from "../../parts/Words";
import { useAction } from "../../state/actions";
import { useHead, useReach } from "../../state/context";
import { hint } from "../../state/keys";
import { type WordKey, words } from "../../words/words";
import styles from "./StatusLine.module.css";

/** How the work stands, and what can be done with it; as high when there is none. */
export function WorkLine() {
	const head = useHead();
	const { backend, run } = useReach();
	const { counts, paused, progress } = head;
	const pending = counts.unread + counts.reading + counts.waiting + counts.asking;
	const busy = pending > 0 || head.intake.running;
	const done = counts.items - pending;
	const far = words("counts.done", { done, items: counts.items });
	const now = words(stage(head, pending));

	const toggle = () => void run(paused ? backend.resume() : backend.pause());
	useAction("pause", () => {
		if (!busy && !paused) return false;
		toggle();
		return true;
	});

	return (
		<section className={styles.line} aria-label={words("work.label")} data-testid="work" data-busy={busy}>
			<strong className={styles.stage} data-testid="work-stage">
				{now}
			</strong>
			<progress className={styles.progress} max={Math.max(1, counts.items)} value={done} aria-label={far} />
			{busy && <span className={`${styles.far} ${styles.done}`}>{far}</span>}
			{progress !== null && <Reading progress={progress} />}
			<span className={styles.grow} />
			{busy && !paused && progress !== null && progress.left !== null && (
				<span className={styles.far} data-testid="left">
					{remaining(progress.left)}
				</span>
			)}
			{(busy || paused) && (
				<Button icon={paused ? "play" : "pause"} hint={hint("pause")} onPress={toggle} testId="pause">
					{words(paused ? "tools.resume" : "tools.pause")}
				</Button>
			)}
			{busy && (
				<Button icon="close" onPress={() => void run(backend.cancelAll())} testId="cancel-all">
					{words("tools.cancelAll")}
				</Button>
			)}
			<Aloud text={counts.items === 0 ? "" : busy ? `${now}: ${far}` : now} />
		</section>
	);
}

function stage({ paused, intake, counts, hold }: Head, pending: number): WordKey {
	if (paused) return "work.paused";
	if (intake.question !== null && pending === 0) return "intake.asked";
	if (intake.running) return "work.finding";
	if (pending === 0) return "work.done";
	if (counts.reading > 0 || counts.unread > 0) return "work.reading";
	return hold === null ? "work.asking" : "work.waiting";
}

/** The file that is read, how far, and how fast. */
function Reading({ progress }: { progress: Progress }) {
	const { file, percent, rate } = progress;
	if (file === null) return null;
	return (
		<>
			<span className={styles.file} data-testid="work-file">
				<ShownText text={file} />
			</span>
			<span className={styles.percent}>{words("work.percent", { percent })}</span>
			{rate !== null && <span className={styles.rate}>{words("work.rate", { size: size(rate) })}</span>}
		</>
	);
}

/** Reads progress aloud, at most every five seconds, and the end of it. */
function Aloud({ text }: { text: string }) {
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
