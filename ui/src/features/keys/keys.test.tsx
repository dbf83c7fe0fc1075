import { act, fireEvent, screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { Actions } from "../../state/actions";
import { keys, keyWord, type Press, written } from "../../state/keys";
import { head, item, preferences, problem, sessions } from "../../testing/fixtures";
import { show } from "../../testing/show";
import { worlds } from "../../testing/worlds";
import { words } from "../../words/words";

/** Presses a key on whatever has the focus; gives whether the web view may act on it, too. */
function press({ key, command, shift }: Press, more: KeyboardEventInit = {}): boolean {
	const target = document.activeElement ?? document.body;
	const init = { key: shift ? key.toUpperCase() : key, ctrlKey: command === true, shiftKey: shift === true };
	let goesOn = true;
	act(() => {
		goesOn = fireEvent.keyDown(target, { ...init, ...more });
	});
	return goesOn;
}

/** The chosen item's place in the list. */
const place = () =>
	within(screen.getByTestId("items")).getByRole("option", { selected: true }).getAttribute("aria-posinset");

const rows = keys.flatMap((row) => row.presses.map((each) => [written(each, false), row, each] as const));

describe("every key", () => {
	it.each(rows)("%s has something to do", async (_, row, each) => {
		const run = vi.spyOn(Actions.prototype, "run");
		await show(worlds.work);
		await screen.findByTestId("summary");
		// Escape leads back to the list from what stands beside it.
		(row.action === "close" ? screen.getByRole("main") : screen.getByTestId("items")).focus();

		expect(press(each)).toBe(false);

		expect(run.mock.calls).toEqual([[row.action]]);
		expect(run.mock.results.map(({ value }) => value)).toEqual([true]);
	});

	it("stands on the sheet, and no other", async () => {
		const { user } = await show(worlds.work);

		await user.click(screen.getByTestId("keys"));

		const sheet = await screen.findByTestId("keys-sheet");
		const shown = within(sheet)
			.getAllByRole("term")
			.map((term) => term.textContent);
		expect(shown.toSorted()).toEqual(keys.map(({ action }) => words(keyWord(action))).toSorted());
		for (const { action, presses } of keys) {
			const text = within(sheet).getByTestId(`key-${action}`).textContent;
			for (const each of presses) expect(text).toContain(written(each));
		}
	});
});

describe("a single letter", () => {
	it("is no key while a text is edited", async () => {
		const { host, user } = await show({});
		await user.click(screen.getByTestId("connect-open"));
		await user.click(screen.getByTestId("connect-tenant"));

		await user.keyboard("?u");

		expect(screen.queryByTestId("keys-sheet")).toBeNull();
		expect(host.commands).toEqual([]);
		expect((screen.getByTestId("connect-tenant") as HTMLInputElement).value).toBe("?u");
	});

	it("is no key once that is switched off, which the sheet says", async () => {
		const { host, user } = await show(worlds.work);
		await user.keyboard("?");
		const sheet = await screen.findByTestId("keys-sheet");

		await user.click(within(sheet).getByTestId("letter-keys"));

		expect(host.commands).toEqual([["setPreferences", { ...preferences, letterKeys: false }]]);
		expect(within(sheet).getByTestId("key-copySha1").textContent).toContain("switched off");
		expect(within(sheet).getByTestId("key-next").textContent).toMatch(/J.*switched off.*↓$/);
		await user.keyboard("{Escape}");
		await user.keyboard("?uc");
		expect(screen.queryByTestId("keys-sheet")).toBeNull();
		expect(host.commands).toHaveLength(1);
		await user.keyboard("{F1}");
		expect(await screen.findByTestId("keys-sheet")).toBeTruthy();
	});

	it("is none with a modifier, nor while the sheet is open", async () => {
		const { host, user } = await show(worlds.work);
		await screen.findByTestId("summary");

		press({ key: "c" }, { ctrlKey: true });
		press({ key: "c" }, { altKey: true });
		await user.keyboard("?");
		await screen.findByTestId("keys-sheet");
		await user.keyboard("cou");

		expect(host.commands).toEqual([]);
	});
});

describe("the keys", () => {
	it("never load the page again", async () => {
		const { user } = await show({});

		expect(press({ key: "r", command: true })).toBe(false);
		await user.keyboard("{F1}");
		await screen.findByTestId("keys-sheet");
		expect(press({ key: "r", command: true })).toBe(false);
		await user.keyboard("{Escape}");
		await user.click(screen.getByTestId("connect-open"));
		await user.click(screen.getByTestId("connect-tenant"));
		expect(press({ key: "r", command: true })).toBe(false);
	});

	it("do their work once while they are held down, but for going through the list", async () => {
		const files = ["a", "b", "c"].map((name) => item(name));
		const { host } = await show({ head: head({ session: sessions.mira }), items: files });
		await screen.findByTestId("detail");

		press({ key: "o" });
		press({ key: "o" }, { repeat: true });
		press({ key: "j" });
		press({ key: "j" }, { repeat: true });

		expect(host.commands).toHaveLength(1);
		expect(place()).toBe("3");
	});

	it("are found on a keyboard of another script", async () => {
		const { host } = await show({});

		press({ key: "щ", command: true }, { code: "KeyO" });

		expect(host.commands).toEqual([["pickFiles"]]);
	});

	it("do to the chosen item what its buttons do", async () => {
		const file = item("a");
		const { host } = await show({ head: head({ session: sessions.mira }), items: [file] });
		await screen.findByTestId("detail");

		for (const key of ["c", "o", "r"]) press({ key });

		expect(host.commands).toEqual([
			["copy", { kind: "item", item: file.id, part: "sha1" }],
			["openPortal", { kind: "file", item: file.id }],
			["retry", file.id],
		]);
		expect((await screen.findByText("SHA-1 copied")).dataset["testid"]).toBe("said");
	});

	it("say nothing of a copy that failed", async () => {
		const { host } = await show({ head: head({ session: sessions.mira }), items: [item("a")] });
		await screen.findByTestId("detail");
		host.failing.set("copy", problem("clipboardNotWritten"));

		press({ key: "c" });

		expect(await screen.findByTestId("notice")).toBeTruthy();
		expect(screen.getByTestId("said").textContent).toBe("");
	});

	it("do nothing to an item without a SHA-1", async () => {
		const file = item("a", { sha1: null, reading: { kind: "waiting" } });
		const { host } = await show({ head: head({ session: sessions.mira }), items: [file] });
		await screen.findByTestId("detail");

		press({ key: "c" });
		press({ key: "o" });

		expect(host.commands).toEqual([]);
	});

	it("lead from the list to the cards, and back", async () => {
		const { user } = await show(worlds.work);
		await screen.findAllByTestId("alert");
		screen.getByTestId("items").focus();

		await user.keyboard("{Enter}");

		const card = document.activeElement;
		expect(screen.getByRole("main").contains(card)).toBe(true);
		expect(card?.getAttribute("aria-expanded")).toBe("true");
		await user.keyboard("{Escape}");
		expect(document.activeElement).toBe(screen.getByTestId("items"));
	});

	it("leave the arrows to what has its own", async () => {
		const { user } = await show(worlds.work);
		await screen.findByTestId("summary");

		screen.getByRole("radio", { name: "UTC" }).focus();
		await user.keyboard("{ArrowDown}");

		expect(place()).toBe("1");
	});
});

describe("the sheet of keys", () => {
	it("holds the focus, and gives it back", async () => {
		const { user } = await show(worlds.work);
		await screen.findByTestId("summary");
		screen.getByTestId("items").focus();

		await user.keyboard("?");
		const sheet = await screen.findByTestId("keys-sheet");
		for (let press = 0; press < 6; press += 1) {
			await user.tab();
			expect(sheet.contains(document.activeElement)).toBe(true);
		}
		await user.keyboard("{Escape}");

		await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("items")));
		expect(screen.queryByTestId("keys-sheet")).toBeNull();
	});

	it("holds it backwards, too, where Tab with Shift has no name", async () => {
		const { user } = await show(worlds.work);
		await user.keyboard("?");
		const sheet = await screen.findByTestId("keys-sheet");
		const first = within(sheet).getByTestId("close-sheet");
		first.focus();

		press({ key: "Unidentified", shift: true }, { key: "Unidentified", code: "Tab" });

		expect(sheet.contains(document.activeElement)).toBe(true);
		expect(document.activeElement).not.toBe(first);
	});

	it("leaves the practice band in sight", async () => {
		const { user } = await show(worlds.work);

		await user.keyboard("?");

		const sheet = await screen.findByTestId("keys-sheet");
		const band = screen.getByTestId("practice-band");
		expect(band.nextElementSibling?.contains(sheet)).toBe(true);
	});
});
