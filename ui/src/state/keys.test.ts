import { describe, expect, it } from "vitest";
import { hint, isLetter, keys, written } from "./keys";

const presses = keys.flatMap((row) => row.presses);

describe("the keys", () => {
	it("are each for one thing", () => {
		const all = presses.map((press) => written(press, false));

		expect(new Set(all).size).toBe(all.length);
	});

	it("are each action's once", () => {
		const actions = keys.map(({ action }) => action);

		expect(new Set(actions).size).toBe(actions.length);
	});

	it.each([
		[{ key: "o", command: true, shift: true } as const, "Ctrl+Shift+O", "⇧⌘O"],
		[{ key: ".", command: true } as const, "Ctrl+.", "⌘."],
		[{ key: "ArrowDown" }, "↓", "↓"],
		[{ key: "F1" }, "F1", "F1"],
	])("%o is written as %s, on a Mac as %s", (press, elsewhere, mac) => {
		expect(written(press, false)).toBe(elsewhere);
		expect(written(press, true)).toBe(mac);
	});

	it("can all be done without single letters", () => {
		const alone = keys.filter((row) => row.presses.every(isLetter)).map(({ action }) => action);

		// Each of these has a button in sight.
		expect(alone).toEqual(["copySha1", "copyMenu", "openPortal", "askAgain", "history", "zone"]);
	});

	it("are named in hints as the sheet names them", () => {
		expect(hint("addFiles")).toBe("Ctrl+O");
	});
});
