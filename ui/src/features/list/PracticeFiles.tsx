import { Button } from "../../parts/Button";
import { CopyButton } from "../../parts/CopyButton";
import { ShownText } from "../../parts/Words";
import { useHead, useReach } from "../../state/context";
import { usePreferences } from "../../state/preferences";
import { accountOf } from "../../state/session";
import { flat } from "../../words/shown";
import { words } from "../../words/words";
import styles from "./PracticeFiles.module.css";

/** Harmless files to drop, for whoever is in the practice tenant. */
export function PracticeFiles() {
	const { backend, run } = useReach();
	const { session, practiceFolder, counts } = useHead();
	const [{ guideClosed }, change] = usePreferences();
	if (accountOf(session)?.realm !== "practice") return null;
	const begins = practiceFolder === null && counts.items === 0;
	return (
		<div className={counts.items === 0 ? styles.practice : styles.beside}>
			<div className={styles.actions}>
				<Button
					icon="folder"
					{...(begins ? { look: "practice" as const } : {})}
					onPress={() => void run(backend.practiceFiles())}
					testId="practice-files"
				>
					{words("tools.practiceFiles")}
				</Button>
				{counts.items === 0 && guideClosed && (
					<Button look="plain" onPress={() => change({ guideClosed: false })} testId="guide-open">
						{words("guide.open")}
					</Button>
				)}
			</div>
			{practiceFolder !== null && (
				<div className={counts.items === 0 ? styles.where : styles.there} role="status">
					<p>
						{counts.items === 0 && `${words("practiceFiles.where")} `}
						<code title={flat(practiceFolder)} data-testid="practice-folder">
							<ShownText text={practiceFolder} />
						</code>
						{counts.items === 0 && `. ${words("practiceFiles.next")}`}
					</p>
					<CopyButton
						field={{ kind: "practiceFolder" }}
						id="practiceFiles.copy"
						{...(counts.items === 0 ? {} : { look: "link" as const })}
					/>
				</div>
			)}
		</div>
	);
}
