import { type Ref, useEffect, useState } from "react";
import type { CopyField } from "../ipc/view";
import { useReach } from "../state/context";
import { useSay } from "../state/said";
import { type WordKey, words } from "../words/words";
import { Menu } from "./Menu";

/** Something that can be copied. */
export interface Copyable {
	readonly field: CopyField;
	/** What it is, in the menu. */
	readonly id: WordKey;
	/** The form in which it is copied, where that is not the plain value. */
	readonly form?: WordKey;
}

interface Props {
	/** What is copied from; read aloud. */
	readonly label: string;
	readonly copyables: readonly Copyable[];
	readonly look?: "small" | "plain";
	readonly testId?: string;
	readonly trigger?: Ref<HTMLButtonElement>;
}

/** How long the button shows that something was copied, in milliseconds. */
const shown = 3_000;

/** Copies what is chosen, exactly as the host holds it, and says what was copied in which form. */
export function CopyMenu({ label, copyables, look, testId, trigger }: Props) {
	const { backend, run } = useReach();
	const say = useSay();
	const [copied, setCopied] = useState(false);
	useEffect(() => {
		if (!copied) return;
		const timer = setTimeout(() => setCopied(false), shown);
		return () => clearTimeout(timer);
	}, [copied]);
	const copy = async (chosen: Copyable) => {
		if (!(await run(backend.copy(chosen.field)))) return;
		setCopied(true);
		say(sentence(chosen));
	};
	return (
		<Menu
			text={words("copy.menu")}
			label={label}
			icon={copied ? "done" : "copy"}
			look={look}
			entries={copyables.map(({ id, form }) => ({
				id,
				text: words(id),
				...(form === undefined ? {} : { hint: words(form) }),
			}))}
			onChoose={(chosen) => {
				const copyable = copyables.find(({ id }) => id === chosen);
				if (copyable !== undefined) void copy(copyable);
			}}
			testId={testId}
			trigger={trigger}
		/>
	);
}

/** What was copied, in which form. */
function sentence({ id, form }: Copyable): string {
	const what = words(id);
	return form === undefined
		? words("copy.done.of", { what })
		: words("copy.done.form", { what, form: words(form) });
}
