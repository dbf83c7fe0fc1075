import { useNow } from "../format/now";
import { clock, left } from "../format/time";
import type { UtcMillis } from "../ipc/view";
import { useHead } from "../state/context";
import { type WordKey, words } from "../words/words";
import styles from "./Countdown.module.css";

/** What is left until an instant, counting; another sentence once it has passed. */
export function Countdown({ until, id, over }: { until: UtcMillis; id: WordKey; over: WordKey }) {
	const now = useNow(500);
	const { zone } = useHead().preferences;
	const remaining = left(until, now);
	return (
		// A timer is not read aloud at every tick.
		<span role="timer" className={styles.countdown}>
			{remaining === null ? words(over) : words(id, { left: remaining, time: clock(until, zone) })}
		</span>
	);
}
