import { Button } from "../../parts/Button";
import { Sheet } from "../../parts/Sheet";
import { isLetter, type KeyRow, keys, keyWord, type Press, written } from "../../state/keys";
import { usePreferences } from "../../state/preferences";
import { words } from "../../words/words";
import styles from "./KeysSheet.module.css";

const groups = ["add", "list", "item", "window"] as const satisfies readonly KeyRow["group"][];

interface Props {
	readonly onClose: () => void;
	/** Shows the guide again; null where there is none. */
	readonly onGuide: (() => void) | null;
}

/** Every key, and whether single letters are keys. */
export function KeysSheet({ onClose, onGuide }: Props) {
	const [{ letterKeys }, change] = usePreferences();
	return (
		<Sheet title={words("keys.title")} onClose={onClose} testId="keys-sheet">
			<div className={styles.groups}>
				{groups.map((group) => (
					<section key={group} aria-label={words(`keys.group.${group}`)}>
						<h3 className={styles.group}>{words(`keys.group.${group}`)}</h3>
						<dl className={styles.keys}>
							{keys
								.filter((row) => row.group === group)
								.map((row) => (
									<Row key={row.action} row={row} letters={letterKeys} />
								))}
						</dl>
					</section>
				))}
			</div>
			<label className={styles.letters}>
				<input
					type="checkbox"
					checked={letterKeys}
					onChange={(event) => change({ letterKeys: event.target.checked })}
					data-testid="letter-keys"
				/>
				<span>
					<strong>{words("keys.letters")}</strong>
					<span className={styles.hint}>{words("keys.letters.hint")}</span>
				</span>
			</label>
			{onGuide !== null && (
				<div className={styles.more}>
					<Button onPress={onGuide} testId="guide-open">
						{words("guide.open")}
					</Button>
				</div>
			)}
		</Sheet>
	);
}

function Row({ row, letters }: { row: KeyRow; letters: boolean }) {
	return (
		<div className={styles.row} data-testid={`key-${row.action}`}>
			<dt>{words(keyWord(row.action))}</dt>
			<dd className={styles.presses}>
				{row.presses.map((press, index) => (
					<Key key={written(press)} press={press} first={index === 0} on={letters || !isLetter(press)} />
				))}
			</dd>
		</div>
	);
}

function Key({ press, first, on }: { press: Press; first: boolean; on: boolean }) {
	return (
		<>
			{!first && <span className={styles.or}>{words("keys.or")}</span>}
			<kbd className={styles.key} data-off={!on}>
				{written(press)}
				{!on && <span className="spoken">{words("keys.off")}</span>}
			</kbd>
		</>
	);
}
