import { useEffect, useState } from "react";
import type { CopyField } from "../ipc/view";
import { useReach } from "../state/context";
import { type WordKey, words } from "../words/words";
import { Button } from "./Button";
import styles from "./CopyButton.module.css";
import { Spoken } from "./Spoken";

interface Props {
	/** What is copied, or what copies it. */
	readonly field: CopyField | (() => Promise<void>);
	/** What the button says; read aloud only where it looks as a link, which says it shortly. */
	readonly id: WordKey;
	readonly look?: "link" | "main";
	/** What it says where it looks as a link, if that is not "Copy". */
	readonly short?: WordKey;
	/** Set if it cannot be copied yet: why. */
	readonly notYet?: WordKey | undefined;
	readonly testId?: string;
}

/** Copies the exact value, which the host holds, and says so for a moment. */
export function CopyButton({ field, id, look, short = "copy.short", notYet, testId }: Props) {
	const { backend, run } = useReach();
	const [copied, setCopied] = useState(false);
	useEffect(() => {
		if (!copied) return;
		const timer = setTimeout(() => setCopied(false), 5_000);
		return () => clearTimeout(timer);
	}, [copied]);
	const copy = async () => setCopied(await run(typeof field === "function" ? field() : backend.copy(field)));
	const text = words(look === "link" ? short : id);
	return (
		<>
			<Button
				icon={copied ? "done" : "copy"}
				onPress={() => void copy()}
				{...(look === undefined ? {} : { look })}
				{...(look === "link" && !copied ? { label: words(id) } : {})}
				{...(notYet === undefined ? {} : { disabled: true, hint: words(notYet) })}
				{...(testId === undefined ? {} : { testId })}
			>
				{/* As wide as the wider of its two texts, so that nothing moves. */}
				<span className={styles.text} data-other={copied ? text : words("copy.done")}>
					{copied ? words("copy.done") : text}
				</span>
			</Button>
			<Spoken text={copied ? words("copy.done") : ""} />
		</>
	);
}
