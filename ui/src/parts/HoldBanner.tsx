import type { Hold } from "../ipc/view";
import { words } from "../words/words";
import { Button } from "./Button";
import { Countdown } from "./Countdown";
import styles from "./HoldBanner.module.css";
import { Icon } from "./Icon";

interface Props {
	/** A session that was interrupted has its own banner. */
	readonly hold: Exclude<Hold, { kind: "interrupted" }>;
	readonly onSignIn: (() => void) | null;
}

/** Why lookups wait, for how long, and that they go on by themselves. */
export function HoldBanner({ hold, onSignIn }: Props) {
	return (
		<section
			className={styles.hold}
			data-testid="hold"
			data-kind={hold.kind}
			aria-label={words(`hold.${hold.kind}.title`)}
		>
			<Icon name="clock" />
			<p className={styles.text} role="status">
				<strong>{words(`hold.${hold.kind}.title`)}</strong> {words(`hold.${hold.kind}.text`)}
			</p>
			{hold.kind === "signedOut" ? (
				onSignIn !== null && <Button onPress={onSignIn}>{words("hold.signedOut.action")}</Button>
			) : (
				<Countdown until={hold.until} id="hold.left" over="hold.over" />
			)}
		</section>
	);
}
