import { remainingExactly } from "../../format/duration";
import type { Hold } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { Countdown } from "../../parts/Countdown";
import { Icon } from "../../parts/Icon";
import { useHead, useReach } from "../../state/context";
import { words } from "../../words/words";
import styles from "./HoldBanner.module.css";

/** A session that was interrupted has its own banner. */
type Told = Exclude<Hold, { kind: "interrupted" }>;

interface Props {
	readonly hold: Told;
	readonly onSignIn: (() => void) | null;
}

/** Why lookups wait, for how long, and how they go on. */
export function HoldBanner({ hold, onSignIn }: Props) {
	return (
		<section
			className={styles.hold}
			data-testid="hold"
			data-kind={hold.kind}
			aria-label={words(`hold.${hold.kind}.title`)}
		>
			<Icon name={hold.kind === "paused" ? "pause" : "clock"} />
			<p className={styles.text} role="status">
				<strong>{words(`hold.${hold.kind}.title`)}.</strong> <Why hold={hold} />
			</p>
			<div className={styles.end}>
				<End hold={hold} onSignIn={onSignIn} />
				<Whole hold={hold} />
			</div>
		</section>
	);
}

const byQuota = (hold: Told) => hold.kind === "quota" || hold.kind === "throttled";

/** What stands behind it; that others are known to share the limit is said in place of how it works. */
function Why({ hold }: { hold: Told }) {
	const shared = useHead().quotaShared && byQuota(hold);
	return (
		<>
			{words(shared ? "hold.goesOn" : `hold.${hold.kind}.text`)}
			{shared && <> {words("hold.shared")}</>}
		</>
	);
}

/** How long all of the work takes, which is more than this wait. It is not read aloud as it shrinks. */
function Whole({ hold }: { hold: Told }) {
	const left = useHead().progress?.left ?? null;
	if (!byQuota(hold) || left === null) return null;
	return (
		<p className={styles.whole} data-testid="hold-whole">
			{words("hold.whole", { left: remainingExactly(left) })}
		</p>
	);
}

/** How it ends. */
function End({ hold, onSignIn }: Props) {
	const { backend, run } = useReach();
	switch (hold.kind) {
		case "signedOut":
			return onSignIn === null ? null : <Button onPress={onSignIn}>{words("hold.signedOut.action")}</Button>;
		case "paused":
			return (
				<Button icon="play" onPress={() => void run(backend.resume())}>
					{words("hold.paused.action")}
				</Button>
			);
		case "throttled":
		case "quota":
			return <Countdown until={hold.until} id="hold.left" over="hold.over" />;
		default:
			return hold satisfies never;
	}
}
