import { type ReactNode, useId, useState } from "react";
import { atLeast } from "../../format/duration";
import { size } from "../../format/size";
import type { Question as Asked, QuestionAbout } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { useHead, useReach } from "../../state/context";
import { type WordKey, words } from "../../words/words";
import { FirstPaths } from "./FirstPaths";
import styles from "./Intake.module.css";

type Huge = Extract<QuestionAbout, { kind: "huge" }>;
type Server = Extract<QuestionAbout, { kind: "server" }>;

/** What the person is asked before more is taken in; the rest of the window goes on meanwhile. */
export function Question({ question: { id, about } }: { question: Asked }) {
	const { backend, run } = useReach();
	const [answered, setAnswered] = useState(false);
	const title = useId();
	const count = about.kind === "huge" ? about.items : about.paths;
	const answer = async (goOn: boolean) => {
		if (answered) return;
		setAnswered(true);
		if (!(await run(backend.answerQuestion(id, goOn)))) setAnswered(false);
	};
	return (
		<fieldset
			className={styles.question}
			aria-labelledby={title}
			data-testid="question"
			data-kind={about.kind}
		>
			<p id={title} className={styles.title}>
				{questionTitle(about)}
			</p>
			<About about={about} />
			<div className={styles.answers}>
				<Button onPress={() => void answer(true)} spent={answered} testId="question-go-on">
					{words(goOnWords[about.kind], { count })}
				</Button>
				<Button onPress={() => void answer(false)} spent={answered} testId="question-leave-out">
					{words("intake.leaveOut", { count })}
				</Button>
			</div>
		</fieldset>
	);
}

/** What is asked, in one sentence that stays the same while more is counted. */
export function questionTitle(about: QuestionAbout): string {
	return about.kind === "huge"
		? words("intake.huge.title")
		: words("intake.server.title", { count: about.paths });
}

const goOnWords = {
	huge: "intake.huge.goOn",
	server: "intake.server.goOn",
} as const satisfies Record<QuestionAbout["kind"], WordKey>;

function About({ about }: { about: QuestionAbout }): ReactNode {
	switch (about.kind) {
		case "huge":
			return <Cost about={about} />;
		case "server":
			return <Paths about={about} />;
		default:
			return about satisfies never;
	}
}

/** How much it is, and what it costs at the most and takes at the least. */
function Cost({ about: { items, bytes, counting, lookups, seconds } }: { about: Huge }) {
	const listed = useHead().counts.items;
	const files = words("intake.huge.items", { count: items });
	const what = bytes > 0 ? words("intake.huge.sized", { files, size: size(bytes) }) : files;
	const time = atLeast(seconds);
	return (
		<>
			<p data-testid="question-size">
				{words(counting ? "intake.huge.counting" : "intake.huge.counted", { what })}
			</p>
			<p data-testid="question-cost">
				{time === null
					? words("intake.huge.lookups", { count: lookups })
					: words("intake.huge.lookupsTake", { count: lookups, time })}{" "}
				{words("intake.huge.shared")}
			</p>
			<p>{words(listed > 0 ? "intake.huge.waits" : "intake.huge.waits.all")}</p>
		</>
	);
}

/** Why paths on servers are asked about, and the first of them. */
function Paths({ about: { paths, first } }: { about: Server }) {
	return (
		<>
			<p>{words("intake.server.why")}</p>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keys must reach it */}
			<section className={styles.servers} aria-label={words("intake.server.paths")} tabIndex={0}>
				<FirstPaths first={first} count={paths} />
			</section>
		</>
	);
}
