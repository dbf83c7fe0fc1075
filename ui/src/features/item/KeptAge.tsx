import { useNow } from "../../format/now";
import { absolute, inBothZones, span } from "../../format/time";
import type { UtcMillis } from "../../ipc/view";
import { useHead } from "../../state/context";
import { words } from "../../words/words";
import styles from "./AnswerLine.module.css";

/** That an answer was not asked for now, how old it is, and when it was given. */
export function KeptAge({ at }: { at: UtcMillis }) {
	const { zone } = useHead().preferences;
	return (
		<p className={styles.kept} data-testid="kept">
			<strong>
				<Kept at={at} />
			</strong>
			{" · "}
			<time dateTime={new Date(at).toISOString()} title={inBothZones(at)}>
				{absolute(at, zone)}
			</time>
		</p>
	);
}

/** That it is kept, and how old it is, as time goes on. */
export function Kept({ at }: { at: UtcMillis }) {
	return words("item.kept", { age: span(Math.max(0, useNow(30_000) - at)) });
}
