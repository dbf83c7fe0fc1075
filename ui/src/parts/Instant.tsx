import { useNow } from "../format/now";
import { absolute, ago, inBothZones } from "../format/time";
import type { UtcMillis } from "../ipc/view";
import { useHead } from "../state/context";
import styles from "./Instant.module.css";

interface Props {
	readonly at: UtcMillis;
	/** What of it is shown: how long ago and exactly, or one of the two. */
	readonly show?: "both" | "ago" | "exact";
	/** What happened then, in front of how long ago. */
	readonly what?: string | undefined;
}

/** An instant in the zone that the person has chosen; in both zones by its title. */
export function Instant({ at, show = "both", what }: Props) {
	const { zone } = useHead().preferences;
	return (
		<time className={styles.instant} dateTime={new Date(at).toISOString()} title={inBothZones(at)}>
			{show !== "exact" && (
				<span className={styles.ago}>
					{what !== undefined && `${what} `}
					<Ago at={at} />
				</span>
			)}
			{show === "both" && " · "}
			{show !== "ago" && <span className={styles.exact}>{absolute(at, zone)}</span>}
		</time>
	);
}

/** How long ago it was, as time goes on. */
function Ago({ at }: { at: UtcMillis }) {
	return ago(at, useNow(30_000), useHead().preferences.zone);
}
