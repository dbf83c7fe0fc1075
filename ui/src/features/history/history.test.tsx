import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { HistoryRow } from "../../ipc/view";
import { entry, head, now, preferences, problem, sessions, shown } from "../../testing/fixtures";
import { show } from "../../testing/show";
import { worlds } from "../../testing/worlds";

const mira = { session: sessions.mira };
const hour = 3_600_000;

/** Opens the history of a window. */
async function opened(world: Parameters<typeof show>[0]) {
	vi.spyOn(Date, "now").mockReturnValue(now);
	const shownWindow = await show(world);
	await shownWindow.user.click(screen.getByTestId("history"));
	const sheet = await screen.findByTestId("history-sheet");
	return { ...shownWindow, sheet };
}
const withEntries = (history: readonly HistoryRow[]) => opened({ head: head(mira), history });
const rows = () => screen.findAllByTestId("history-row");
const field = () => screen.getByTestId("history-search") as HTMLInputElement;
const searches = ({ commands }: { commands: readonly (readonly [string, ...unknown[]])[] }) =>
	commands.filter(([name]) => name === "searchHistory").map(([, text]) => text);

describe("the history", () => {
	it("is opened by its button and by its key, and closed by Escape", async () => {
		const { user } = await opened({ head: head(mira) });
		await user.keyboard("{Escape}");
		await waitFor(() => expect(screen.queryByTestId("history-sheet")).toBeNull());

		await user.keyboard("h");

		expect(await screen.findByTestId("history-sheet")).toBeTruthy();
		expect(document.activeElement).toBe(field());
	});

	it("has no button and no key where nobody is there whose it would be", async () => {
		const { user } = await show({});

		await user.keyboard("h");

		expect(screen.queryByTestId("history")).toBeNull();
		expect(screen.queryByTestId("history-sheet")).toBeNull();
	});

	it("tells of each entry its name, its place, its digest, when it was seen, and what was answered", async () => {
		const answer = { at: now - 3 * hour, alerts: 3, open: 2, unknownOpen: 0, incomplete: false } as const;
		await withEntries([
			entry("invoice‹U+202E›fdp.exe", {
				names: 2,
				sha1: "6532ec91d513acc05f43ee0aa3002599729fd3e1",
				seen: now - hour,
				answer: { ...answer, highestOpen: "high" },
			}),
		]);

		const [row] = await rows();
		expect(row?.textContent).toBe(
			"invoiceU+202Efdp.exeand 2 more names, seen 1 hour ago, 3 alerts visible to you, 2 open, asked 3 hours ago, 6532ec91 · /home/mira/Downloads",
		);
		expect(within(row as HTMLElement).getByTestId("control").textContent).toBe("U+202E");
	});

	it.each([
		[null, "Not looked up", ""],
		[{ alerts: 0 }, "No alerts visible to you", "asked 1 hour ago"],
		[{ alerts: 1, open: 0 }, "1 alert visible to you, none open", "asked 1 hour ago"],
		[{ alerts: 0, incomplete: true }, "Incomplete answer", "asked 1 hour ago"],
		[
			{ alerts: 2, open: 1, incomplete: true },
			"Incomplete answer, 2 alerts visible to you so far, 1 open",
			"asked 1 hour ago",
		],
		[
			{ alerts: 2, open: 2, unknownOpen: 1 },
			"2 alerts visible to you, 2 open, 1 of a severity that Droptrace does not know",
			"asked 1 hour ago",
		],
	])("says of %o: %s", async (parts, answer, asked) => {
		const usual = entry("a").answer;
		await withEntries([
			entry("a", { answer: parts === null || usual === null ? null : { ...usual, ...parts } }),
		]);

		expect((await screen.findByTestId("history-answer")).textContent).toBe(answer);
		expect(screen.getByTestId("history-asked").textContent).toBe(asked);
	});

	it("opens an entry again by a click, and is closed by that", async () => {
		const second = entry("b");
		const { host, user } = await withEntries([entry("a"), second]);

		await user.click((await rows())[1] as HTMLElement);

		expect(host.commands.at(-1)).toEqual(["reopen", second.id]);
		await waitFor(() => expect(screen.queryByTestId("history-sheet")).toBeNull());
	});

	it("is gone through by the arrow keys from its field on, and opens an entry by Enter", async () => {
		const entries = ["a", "b", "c"].map((name) => entry(name));
		const { host, user } = await withEntries(entries);
		await rows();

		await user.keyboard("{ArrowDown}{ArrowDown}{ArrowDown}{ArrowUp}");
		const [first, second] = await rows();
		expect(document.activeElement).toBe(second);
		expect([first?.tabIndex, second?.tabIndex]).toEqual([-1, 0]);
		await user.keyboard("{Enter}");

		expect(host.commands.at(-1)).toEqual(["reopen", entries[1]?.id]);
	});

	it("stays, and says why, where an entry could not be opened again", async () => {
		const { host, user, sheet } = await withEntries([entry("a")]);
		host.failing.set("reopen", problem("gone"));

		await user.click((await rows())[0] as HTMLElement);

		expect((await within(sheet).findByTestId("problem")).dataset["code"]).toBe("gone");
	});

	it("draws some of ten thousand entries, and tells their number", async () => {
		await opened(worlds["history-long"]);

		expect((await screen.findByTestId("history-total")).textContent).toBe("10,000 files and digests");
		expect((await rows()).length).toBeLessThan(200);
	});
});

describe("the history of an account", () => {
	it("is closed when nobody is there any more", async () => {
		const { host } = await withEntries([entry("a")]);
		await rows();

		act(() => host.change({ head: head({ epoch: 2 }) }));

		await waitFor(() => expect(screen.queryByTestId("history-sheet")).toBeNull());
	});
});

describe("the search of the history", () => {
	it("begins with everything, whatever was searched for before", async () => {
		const { host } = await withEntries([entry("a")]);

		await rows();

		expect(searches(host)).toEqual([""]);
	});

	it("shows what was found, and how much", async () => {
		const { user } = await withEntries([entry("invoice.zip"), entry("report.pdf")]);
		await rows();

		await user.type(field(), "INV");

		await waitFor(() => expect(screen.getByTestId("history-total").textContent).toBe("1 found"));
		await waitFor(async () =>
			expect((await rows()).map((row) => row.textContent)).toEqual([expect.stringMatching(/^invoice/)]),
		);
	});

	it("searches once at a time, and then for what stands there by then", async () => {
		const { host, user } = await withEntries([entry("invoice.zip")]);
		await rows();
		host.heldSearches = [];

		await user.type(field(), " abc ");
		expect(searches(host)).toEqual(["", "a"]);
		const held = host.heldSearches;
		host.heldSearches = null;
		await act(async () => held[0]?.());

		await waitFor(() => expect(searches(host)).toEqual(["", "a", "abc"]));
		expect(await screen.findByText("Nothing found for “abc”")).toBeTruthy();
	});

	it("takes no more than the host does", async () => {
		await withEntries([]);

		expect(field().maxLength).toBe(200);
	});

	it("says why it failed, and leaves what was found before", async () => {
		const { host, user, sheet } = await withEntries([entry("a")]);
		await rows();
		host.failing.set("searchHistory", problem("gone"));

		await user.type(field(), "x");

		expect((await within(sheet).findByTestId("problem")).dataset["code"]).toBe("gone");
		expect(await rows()).toHaveLength(1);
	});
});

describe("a history without entries", () => {
	it("says that nothing is kept yet", async () => {
		await withEntries([]);

		expect((await screen.findByTestId("history-none")).textContent).toMatch(
			/^Nothing is kept yetWhat you look up/,
		);
	});

	it("says that nothing was found, and what was searched", async () => {
		const { user } = await withEntries([entry("a")]);

		await user.type(field(), "<b>");

		expect((await screen.findByTestId("history-none")).textContent).toBe(
			"Nothing found for “<b>”Names, folders, SHA-1 digests and titles of alerts were searched.",
		);
	});
});

describe("where the history is kept", () => {
	it("is told where that is nowhere by choice, with the way to change it", async () => {
		const { user, sheet } = await opened(worlds["history-off"]);
		expect(within(sheet).getByTestId("history-where").textContent).toContain(
			"You chose to keep no answersWhat stands here ends with the program.",
		);

		await user.click(within(sheet).getByRole("button", { name: "Preferences…" }));

		expect(await screen.findByTestId("preferences-sheet")).toBeTruthy();
		expect(screen.queryByTestId("history-sheet")).toBeNull();
	});

	it("is told where that is only in memory, and why", async () => {
		const { sheet } = await opened(worlds["history-memory"]);

		expect(within(sheet).getByTestId("history-where").textContent).toBe(
			"Kept only until Droptrace is closed: The file of kept answers could not be opened",
		);
	});

	it("is told while it is not open yet", async () => {
		const { sheet } = await opened(worlds["history-opening"]);

		expect(within(sheet).getByText(/^The history is not open yet/)).toBeTruthy();
	});

	it("is not told where it is as one would think", async () => {
		const { sheet } = await withEntries([entry("a")]);

		expect(within(sheet).queryByTestId("history-where")).toBeNull();
	});
});

describe("answers that are kept in memory only", () => {
	it("are told in a bar of their own where the sign-in is kept", async () => {
		await show(worlds["history-memory"]);

		expect(screen.getByTestId("history-memory").textContent).toContain(
			"Answers and history are kept only until Droptrace is closed: The file of kept answers could not be opened.",
		);
		expect(screen.queryByTestId("keeping")?.dataset["state"]).toBe("kept");
		expect(screen.queryByTestId("try-keyring")).toBeNull();
	});

	it("are told with the sign-in where one reason is behind both", async () => {
		const { host, user } = await show(worlds["history-memory-not-kept"]);

		const bars = screen.getAllByTestId("keeping").filter((each) => each.dataset["code"] === "keyringNone");
		expect(bars).toHaveLength(1);
		expect(bars[0]?.textContent).toContain(
			"Answers and history are kept only until Droptrace is closed, too.",
		);
		expect(screen.queryByTestId("history-memory")).toBeNull();
		await user.click(screen.getByTestId("try-keyring"));
		expect(host.commands).toEqual([["tryKeyring"]]);
	});

	it("are told beside the sign-in where the reasons differ", async () => {
		const { head: both } = worlds["history-memory-not-kept"];
		await show({ head: { ...both, history: worlds["history-memory"].head.history } });

		expect(screen.getByTestId("history-memory")).toBeTruthy();
		expect(screen.getAllByTestId("keeping")[0]?.textContent).not.toContain("too.");
	});

	it("are not told of where that is by choice", async () => {
		await show({ head: head({ ...mira, history: { kind: "off" }, preferences }) });

		expect(screen.queryByTestId("history-memory")).toBeNull();
	});
});

describe("a name of the history", () => {
	it("is text, whatever it holds", async () => {
		const { sheet } = await withEntries([entry("<img src=x onerror=alert(1)>", { place: shown("<b>") })]);

		await rows();

		expect(sheet.querySelector("img, b")).toBeNull();
	});
});
