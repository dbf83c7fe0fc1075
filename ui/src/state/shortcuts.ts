import { useEffect } from "react";
import type { Head } from "../ipc/view";
import type { Reach } from "./context";

/**
 * The keys that work anywhere: Ctrl+O adds files, Ctrl+V pastes digests (not while a text is
 * edited), Escape cancels a sign-in.
 */
export function useShortcuts({ backend, run }: Reach, head: Head | null): void {
	const signingIn = head?.session.kind === "signingIn";
	const ready = head !== null;
	useEffect(() => {
		if (!ready) return;
		const pressed = (event: KeyboardEvent) => {
			if (event.repeat || event.isComposing) return;
			const command = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
			if (command && event.key.toLowerCase() === "o") {
				event.preventDefault();
				void run(backend.pickFiles());
			} else if (command && event.key.toLowerCase() === "v" && !editsText(event.target)) {
				event.preventDefault();
				void run(backend.paste());
			} else if (event.key === "Escape" && signingIn) {
				void run(backend.cancelSignIn());
			}
		};
		document.addEventListener("keydown", pressed);
		return () => document.removeEventListener("keydown", pressed);
	}, [backend, run, ready, signingIn]);
}

function editsText(target: EventTarget | null): boolean {
	return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
