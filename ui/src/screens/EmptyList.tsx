import type { Realm } from "../ipc/view";
import { Icon } from "../parts/Icon";
import { PracticeFiles } from "../parts/PracticeFiles";
import { AddButtons } from "../parts/Tools";
import { words } from "../words/words";
import styles from "./EmptyList.module.css";

/** Somebody is signed in, and nothing is there yet. */
export function EmptyList({ realm }: { realm: Realm }) {
	return (
		<main className={styles.empty} data-testid="empty">
			<div className={styles.target}>
				<span className={styles.drop}>
					<Icon name="drop" large />
				</span>
				<h2 className={styles.title}>{words("empty.title")}</h2>
				<p>{words(realm === "practice" ? "empty.text.practice" : "empty.text")}</p>
				<p className={styles.or}>{words("empty.or")}</p>
				<div className={styles.actions}>
					<AddButtons />
				</div>
				<PracticeFiles />
			</div>
		</main>
	);
}
