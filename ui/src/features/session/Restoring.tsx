import { Icon } from "../../parts/Icon";
import { words } from "../../words/words";
import styles from "./Restoring.module.css";

/** The saved sign-in is looked for; it is hardly ever seen, because that takes a moment. */
export function Restoring() {
	return (
		<p className={styles.restoring} role="status" data-testid="restoring" data-locked="false">
			<Icon name="lock" />
			{words("restoring.title")}
		</p>
	);
}
