import type { Realm } from "../../ipc/view";
import { Icon } from "../../parts/Icon";
import { useHead } from "../../state/context";
import { words } from "../../words/words";
import { Restoring } from "../session";
import styles from "./EmptyList.module.css";
import { Intake } from "./Intake";
import { PracticeFiles } from "./PracticeFiles";
import { AddButtons } from "./Tools";
import { Unfinished } from "./Unfinished";

interface Props {
	readonly realm: Realm;
	/** The saved sign-in is still looked for; files can come meanwhile. */
	readonly restoring?: boolean;
}

/** Nothing is there yet, and somebody is signed in or about to be. */
export function EmptyList({ realm, restoring }: Props) {
	const { practiceFolder } = useHead();
	return (
		<main className={styles.empty} data-testid={restoring === true ? undefined : "empty"}>
			<div className={styles.above}>
				<Unfinished />
				<Intake />
			</div>
			<div className={styles.target}>
				<span className={styles.drop}>
					<Icon name="drop" large />
				</span>
				<h2 className={styles.title}>{words("empty.title")}</h2>
				<p>{words(realm === "practice" ? "empty.text.practice" : "empty.text")}</p>
				<p className={styles.or}>{words("empty.or")}</p>
				<div className={styles.actions}>
					<AddButtons main={realm !== "practice" || practiceFolder !== null} />
				</div>
				{/* Always as high, so that nothing moves when the sign-in is found. */}
				<div className={styles.last}>{restoring === true ? <Restoring /> : <PracticeFiles />}</div>
			</div>
		</main>
	);
}
