import { useEffect, useState } from "react";
import type { CopyField } from "../ipc/view";
import { useReach } from "../state/context";
import { type WordKey, words } from "../words/words";
import { Button } from "./Button";

/** Copies the exact value, which the host holds, and says so for a moment. */
export function CopyButton({ field, id, look }: { field: CopyField; id: WordKey; look?: "link" }) {
	const { backend, run } = useReach();
	const [copied, setCopied] = useState(false);
	useEffect(() => {
		if (!copied) return;
		const timer = setTimeout(() => setCopied(false), 2_000);
		return () => clearTimeout(timer);
	}, [copied]);
	const copy = async () => setCopied(await run(backend.copy(field)));
	return (
		<>
			<Button
				icon={copied ? "done" : "copy"}
				onPress={() => void copy()}
				{...(look === undefined ? {} : { look, label: words(id) })}
			>
				{copied ? words("copy.done") : words(look === undefined ? id : "copy.short")}
			</Button>
			<Spoken text={copied ? words("copy.done") : ""} />
		</>
	);
}

/** Read aloud when it changes, not shown. */
export function Spoken({ text }: { text: string }) {
	return (
		<span role="status" className="spoken">
			{text}
		</span>
	);
}
