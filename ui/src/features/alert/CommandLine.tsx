import { useState } from "react";
import type { AlertHandle, EvidenceRow, Shown } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { CopyButton } from "../../parts/CopyButton";
import { ShownText } from "../../parts/Words";
import { flat } from "../../words/shown";
import { words } from "../../words/words";
import styles from "./EvidenceTable.module.css";

/** So many characters are shown at once, about three lines. */
const atOnce = 280;

interface Props {
	readonly text: Shown;
	readonly alert: AlertHandle;
	readonly row: EvidenceRow;
}

/** A command line: wrapped, and a long one in whole on demand. */
export function CommandLine({ text, alert, row }: Props) {
	const [whole, setWhole] = useState(false);
	const long = flat(text).length > atOnce;
	const defanged = row.copies.includes("commandLineDefanged");
	return (
		<div className={styles.commandLine} data-testid="command-line">
			<code className={long && !whole ? styles.clamped : undefined}>
				<ShownText text={text} />
			</code>
			<span className={styles.commands}>
				{long && (
					<Button look="link" expanded={whole} onPress={() => setWhole((before) => !before)}>
						{words(whole ? "evidence.part" : "evidence.whole")}
					</Button>
				)}
				<CopyButton
					field={{
						kind: "evidence",
						alert,
						row: row.index,
						part: defanged ? "commandLineDefanged" : "commandLine",
					}}
					id={defanged ? "evidence.commandLine.copyDefanged" : "evidence.commandLine.copy"}
					short={defanged ? "copy.short.defanged" : "copy.short"}
					look="link"
				/>
			</span>
		</div>
	);
}
