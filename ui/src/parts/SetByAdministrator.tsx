import { words } from "../words/words";
import { Icon } from "./Icon";
import styles from "./SetByAdministrator.module.css";

/** Says that what stands here is fixed by the administrator. */
export function SetByAdministrator({ testId }: { readonly testId: string }) {
	return (
		<p className={styles.locked} data-testid={testId}>
			<Icon name="lock" />
			<span>{words("managed.locked")}</span>
		</p>
	);
}
