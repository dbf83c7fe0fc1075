import type { Shown } from "../ipc/view";
import { type Facts, pieces, type WordKey } from "../words/words";
import styles from "./Words.module.css";

/** A sentence; texts from outside in it are shown as what they are. */
export function Words({ id, facts }: { id: WordKey; facts?: Facts }) {
	return pieces(id, facts).map((piece, index) =>
		// biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a sentence have no other name, and no state
		typeof piece === "string" ? piece : <ShownText key={index} text={piece} />,
	);
}

/**
 * A text from outside: isolated, left to right, and every hidden character by its name.
 */
export function ShownText({ text }: { text: Shown }) {
	return (
		<bdi dir="ltr" className={styles.shown}>
			{text.parts.map((part, index) =>
				part.kind === "plain" ? (
					part.text
				) : (
					// biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other name, and no state
					<span key={index} className={styles.control} data-testid="control">
						{part.text}
					</span>
				),
			)}
			{text.hidden > 0 && (
				<span className={styles.cut}>
					{" "}
					<Words id="item.cut" facts={{ count: text.hidden }} />
				</span>
			)}
		</bdi>
	);
}
