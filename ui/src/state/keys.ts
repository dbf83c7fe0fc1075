import { useEffect } from "react";
import type { WordKey } from "../words/words";
import type { Action, Actions } from "./actions";

/** One way to press a key. */
export interface Press {
	/** As `KeyboardEvent.key` has it; a letter in its small form. */
	readonly key: string;
	/** With Ctrl or, on a Mac, ⌘. */
	readonly command?: true;
	readonly shift?: true;
	/** Only while the list, or nothing that has keys of its own, has the focus. */
	readonly inList?: true;
	/** In dialogs and menus, too. */
	readonly everywhere?: true;
}

export interface KeyRow {
	readonly action: Action;
	readonly group: "add" | "list" | "item" | "window";
	readonly presses: readonly Press[];
	/** Whether it goes on while the key is held down. */
	readonly repeats?: true;
}

/** Every key there is: what is listened to, and what the sheet shows. */
export const keys: readonly KeyRow[] = [
	{ action: "addFiles", group: "add", presses: [{ key: "o", command: true }] },
	{ action: "addFolder", group: "add", presses: [{ key: "o", command: true, shift: true }] },
	{ action: "paste", group: "add", presses: [{ key: "v", command: true }] },
	{
		action: "next",
		group: "list",
		presses: [{ key: "j" }, { key: "ArrowDown", inList: true }],
		repeats: true,
	},
	{
		action: "previous",
		group: "list",
		presses: [{ key: "k" }, { key: "ArrowUp", inList: true }],
		repeats: true,
	},
	{
		action: "openCards",
		group: "list",
		presses: [
			{ key: "Enter", inList: true },
			{ key: "ArrowRight", inList: true },
		],
	},
	{ action: "retryFailed", group: "list", presses: [{ key: "r", command: true }] },
	{ action: "copySha1", group: "item", presses: [{ key: "c" }] },
	{ action: "copyMenu", group: "item", presses: [{ key: "c", shift: true }] },
	{ action: "openPortal", group: "item", presses: [{ key: "o" }] },
	{ action: "askAgain", group: "item", presses: [{ key: "r" }] },
	{ action: "pause", group: "window", presses: [{ key: ".", command: true }] },
	{ action: "history", group: "window", presses: [{ key: "h" }] },
	{ action: "zone", group: "window", presses: [{ key: "u" }] },
	{ action: "preferences", group: "window", presses: [{ key: ",", command: true }] },
	{
		action: "zoomIn",
		group: "window",
		presses: [
			{ key: "+", command: true, everywhere: true },
			{ key: "=", command: true, everywhere: true },
		],
		repeats: true,
	},
	{
		action: "zoomOut",
		group: "window",
		presses: [{ key: "-", command: true, everywhere: true }],
		repeats: true,
	},
	{ action: "zoomReset", group: "window", presses: [{ key: "0", command: true, everywhere: true }] },
	{ action: "close", group: "window", presses: [{ key: "Escape" }] },
	{ action: "keys", group: "window", presses: [{ key: "?" }, { key: "F1" }] },
];

/** Whether a press is a character alone, which WCAG 2.1.4 asks to be one that can be switched off. */
export const isLetter = (press: Press): boolean => press.command !== true && press.key.length === 1;

const names: Readonly<Record<string, string>> = {
	ArrowDown: "↓",
	ArrowUp: "↑",
	ArrowRight: "→",
	Escape: "Esc",
};

/** A press as it is written on this system: `Ctrl+Shift+O`, on a Mac `⇧⌘O`. */
export function written({ key, command, shift }: Press, mac = onMac()): string {
	const name = names[key] ?? (key.length === 1 ? key.toUpperCase() : key);
	if (mac) return `${shift ? "⇧" : ""}${command ? "⌘" : ""}${name}`;
	return [...(command ? ["Ctrl"] : []), ...(shift ? ["Shift"] : []), name].join("+");
}

/** The first press of an action, for a hint. */
export function hint(action: Action): string | undefined {
	const press = keys.find((row) => row.action === action)?.presses[0];
	return press === undefined ? undefined : written(press);
}

/** The word of an action on the sheet. */
export const keyWord = (action: Action): WordKey => `keys.${action}`;

const onMac = () => /mac/i.test(navigator.platform);

/** Runs the action of a key that is pressed anywhere in the window. */
export function useKeys(actions: Actions, letters: boolean): void {
	useEffect(() => {
		const pressed = (event: KeyboardEvent) => {
			if (event.isComposing) return;
			const found = pressOf(event);
			if (found === null) return;
			const { row, press } = found;
			const answered = event.defaultPrevented;
			// Whatever has the focus, the web view must not load the page again.
			if (press.command === true && press.key === "r") event.preventDefault();
			if (answered || !applies(press, event, letters)) return;
			if (event.repeat && row.repeats !== true) return;
			if (press.command === true) event.preventDefault();
			if (actions.run(row.action)) event.preventDefault();
		};
		window.addEventListener("keydown", nameTab, true);
		document.addEventListener("keydown", pressed);
		return () => {
			window.removeEventListener("keydown", nameTab, true);
			document.removeEventListener("keydown", pressed);
		};
	}, [actions, letters]);
}

/**
 * WebKitGTK has no name for Tab with Shift; React Aria goes by the name where it keeps the focus in
 * what lies over the window.
 */
function nameTab(event: KeyboardEvent): void {
	if (event.key === "Unidentified" && event.code === "Tab") {
		Object.defineProperty(event, "key", { value: "Tab" });
	}
}

function pressOf(event: KeyboardEvent): { row: KeyRow; press: Press } | null {
	if (event.altKey) return null;
	const command = event.ctrlKey || event.metaKey;
	const key = typed(event);
	for (const row of keys) {
		const press = row.presses.find(
			(each) =>
				each.key === key &&
				(each.command === true) === command &&
				// Where a character needs Shift is the keyboard's affair.
				(!/^[a-z]$|^\w{2,}$/.test(each.key) || (each.shift === true) === event.shiftKey),
		);
		if (press !== undefined) return { row, press };
	}
	return null;
}

/** The key; on a keyboard of another script, the Latin letter in its place. */
function typed({ key, code }: KeyboardEvent): string {
	if (key.length !== 1) return key;
	const latin = /^Key([A-Z])$/.exec(code)?.[1];
	return (key > "~" && latin !== undefined ? latin : key).toLowerCase();
}

function applies(press: Press, event: KeyboardEvent, letters: boolean): boolean {
	if (press.everywhere === true) return true;
	const target = event.target instanceof Element ? event.target : document.body;
	// A dialog and a menu have their own keys.
	if (target.closest("[role=dialog], [role=alertdialog], [role=menu]") !== null) return false;
	if (press.inList === true) return target === document.body || target.hasAttribute("data-keys");
	const edits = editsText(target);
	if (isLetter(press)) return letters && !edits;
	// In a text, these have their usual meaning.
	return !(edits && (press.key === "v" || press.key === "Escape"));
}

const notText = new Set(["button", "checkbox", "radio", "range", "submit", "reset", "file", "color"]);

function editsText(target: Element): boolean {
	if (target instanceof HTMLInputElement) return !notText.has(target.type);
	return (
		target instanceof HTMLTextAreaElement ||
		target instanceof HTMLSelectElement ||
		(target instanceof HTMLElement && target.isContentEditable)
	);
}
