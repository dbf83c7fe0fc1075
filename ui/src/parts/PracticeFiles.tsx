import { useHead, useReach } from "../state/context";
import { accountOf } from "../state/session";
import { words } from "../words/words";
import { Button } from "./Button";
import { CopyButton } from "./CopyButton";
import styles from "./PracticeFiles.module.css";
import { ShownText } from "./Words";

/** Harmless files to drop, for whoever is in the practice tenant. */
export function PracticeFiles() {
	const { backend, run } = useReach();
	const { session, practiceFolder, counts } = useHead();
	if (accountOf(session)?.realm !== "practice") return null;
	return (
		<div className={styles.practice}>
			<Button icon="folder" onPress={() => void run(backend.practiceFiles())} testId="practice-files">
				{words("tools.practiceFiles")}
			</Button>
			{practiceFolder !== null && (
				<div className={counts.items === 0 ? styles.where : styles.there} role="status">
					<p>
						{counts.items === 0 && `${words("practiceFiles.where")} `}
						<code data-testid="practice-folder">
							<ShownText text={practiceFolder} />
						</code>
						{counts.items === 0 && `. ${words("practiceFiles.next")}`}
					</p>
					<CopyButton field={{ kind: "practiceFolder" }} id="practiceFiles.copy" />
				</div>
			)}
		</div>
	);
}
