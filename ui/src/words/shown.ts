import type { Shown } from "../ipc/view";

/** A display form as one text, with hidden characters in brackets: for labels. */
export function flat(text: Shown): string {
	return text.parts.map((part) => (part.kind === "plain" ? part.text : `⟨${part.text}⟩`)).join("");
}
