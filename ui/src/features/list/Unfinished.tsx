import { useId, useState } from "react";
import { upToMinute } from "../../format/time";
import type { Unfinished as Left } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { Spoken } from "../../parts/Spoken";
import { useHead, useReach } from "../../state/context";
import { words } from "../../words/words";
import styles from "./Unfinished.module.css";

/** What an earlier run left unfinished, and the offer to go on with it. */
export function Unfinished({ aboveList = false }: { aboveList?: boolean }) {
	const { unfinished } = useHead();
	return unfinished === null ? null : <Offer key={unfinished.began} left={unfinished} above={aboveList} />;
}

function Offer({ left, above }: { left: Left; above: boolean }) {
	const { backend, run } = useReach();
	const { zone } = useHead().preferences;
	const [answered, setAnswered] = useState(false);
	const title = useId();
	const text = words("unfinished.text", {
		time: upToMinute(left.began, zone),
		items: words("counts.items", { count: left.items }),
		what: what(left),
	});
	const answer = async (command: () => Promise<void>) => {
		if (answered) return;
		setAnswered(true);
		if (!(await run(command()))) setAnswered(false);
	};
	return (
		<section
			className={`${styles.unfinished} ${above ? styles.above : ""}`}
			aria-labelledby={title}
			data-testid="unfinished"
		>
			<div className={styles.text}>
				<p id={title} className={styles.title}>
					{words("unfinished.title")}
				</p>
				<p>{text}</p>
			</div>
			<div className={styles.actions}>
				<Button
					look="main"
					icon="play"
					spent={answered}
					onPress={() => void answer(backend.goOn)}
					testId="go-on"
				>
					{words("unfinished.goOn")}
				</Button>
				<Button
					hint={words("unfinished.leave.effect")}
					spent={answered}
					onPress={() => void answer(backend.leaveUnfinished)}
					testId="leave-unfinished"
				>
					{words("unfinished.leave")}
				</Button>
			</div>
			<Spoken text={`${words("unfinished.title")}. ${text}`} />
		</section>
	);
}

/** What is left to do of it. */
function what({ unread, unasked }: Left): string {
	if (unread === 0) return words("unfinished.unasked", { count: unasked });
	const first = words("unfinished.unread", { count: unread });
	if (unasked === 0) return first;
	return words("unfinished.both", {
		unread: first,
		unasked: words("unfinished.unasked.short", { count: unasked }),
	});
}
