import { words } from "../words/words";
import styles from "./Hovering.module.css";
import { Icon } from "./Icon";

/** Lies over everything while files are dragged over the window. */
export function Hovering({ files }: { files: number }) {
	return (
		<div className={styles.overlay} data-testid="hovering">
			<p className={styles.target} role="status">
				<Icon name="drop" large />
				{files === 0 ? words("hover.none") : words("hover.count", { count: files })}
			</p>
		</div>
	);
}
