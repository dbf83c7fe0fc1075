import { act, screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { alerted, head, item, lookup, now, sessions, shown } from "../../testing/fixtures";
import { show } from "../../testing/show";
import { worlds } from "../../testing/worlds";

const mira = head({ session: sessions.mira });
const words = async (row: ReturnType<typeof item>) => {
	vi.spyOn(Date, "now").mockReturnValue(now);
	await show({ head: mira, items: [row] });
	return screen.getByTestId("item-words").textContent;
};

describe("a line of the list", () => {
	it("says how many are open, where, and when something last happened", async () => {
		const file = alerted(
			"a",
			{ high: 1, low: 2 },
			{
				open: 2,
				devices: 2,
				deviceNames: ["pc-17.example.org", "pc-22.example.org"].map(shown),
				lastActivity: { at: now - 2 * 3_600_000, created: false },
			},
		);

		expect(await words(file)).toBe("2 open · pc-17, pc-22 · 2 hours ago");
		expect(
			screen.getByRole("option", {
				name: "a: 3 alerts visible to you, 2 open, pc-17, pc-22, 2 hours ago, highest open: High.",
			}),
		).toBeTruthy();
	});

	it("says that a time is only the one of creation", async () => {
		const lastActivity = { at: now - 2 * 3_600_000, created: true };

		expect(await words(alerted("a", { high: 1 }, { devices: 0, lastActivity }))).toBe(
			"1 open · created 2 hours ago",
		);
	});

	it("does not call another severity the highest while one that is open is not known", async () => {
		await words(alerted("a", { high: 1, unknown: 2 }, { devices: 0 }));

		expect(
			screen.getByRole("option", {
				name: /, highest known open: High, 2 open of a severity that Droptrace does not know: Catastrophic[.]$/,
			}),
		).toBeTruthy();
	});

	it.each([
		[1, ["pc-17.example.org"], "1 open · pc-17"],
		[4, ["10.1.2.3", "b", "c"], "1 open · 10.1.2.3 and 3 more"],
		[2, [], "1 open · 2 devices"],
		[0, [], "1 open"],
	])("names the devices: %i of %o", async (devices, names, text) => {
		expect(await words(alerted("a", { high: 1 }, { devices, deviceNames: names.map(shown) }))).toBe(text);
	});

	it("shows what is hidden in a device's name", async () => {
		await words(alerted("a", { high: 1 }, { deviceNames: [shown("pc‹U+200B›17")] }));

		expect(within(screen.getByTestId("item-words")).getByTestId("control").textContent).toBe("U+200B");
	});

	it("says that an item was cancelled", async () => {
		expect(await words(item("a", { lookup: lookup("idle") }))).toBe("Cancelled");
	});

	it("stands there as a shape until it has arrived", async () => {
		const { host } = await show({ head: mira });
		host.held = [];

		act(() => host.change({ items: [item("a"), item("b")] }));

		expect(await within(await screen.findByTestId("items")).findAllByText("Loading…")).toHaveLength(2);
		expect(screen.queryByTestId("item")).toBeNull();
	});
});

describe("the ways in", () => {
	it("are files, a folder and the clipboard", async () => {
		const { host, user } = await show({ head: mira });

		for (const way of ["add-files", "add-folder", "paste"]) await user.click(screen.getByTestId(way));

		expect(host.commands).toEqual([["pickFiles"], ["pickFolder"], ["paste"]]);
		expect(screen.getByTestId("add-folder").title).toBe("Ctrl+Shift+O");
	});

	it.each(["empty", "practice-files", "empty-at-work"] as const)(
		"have one main button in %s",
		async (name) => {
			await show(worlds[name]);

			const main = screen
				.getAllByRole("button")
				.filter((button) => ["main", "practice"].includes(button.dataset["look"] ?? ""));
			expect(main).toHaveLength(1);
		},
	);

	it("say what is sent", async () => {
		await show(worlds["empty-at-work"]);

		expect(screen.getByTestId("empty").textContent).toContain("Only its SHA-1 is sent");
	});
});

describe("what comes in from folders", () => {
	it("is said while they are gone through", async () => {
		await show(worlds.reading);

		expect(screen.getByTestId("intake").textContent).toBe("Going through folders… 1,204 files found");
	});

	it("is counted and named where it was left out, and stays", async () => {
		const { user } = await show(worlds["left-out"]);

		const note = screen.getByTestId("left-out");
		expect(within(note).getByText("1,221 entries of these folders were left out")).toBeTruthy();
		await user.click(screen.getByTestId("left-out-open"));

		const links = within(note).getByTestId("left-out-link");
		expect(links.textContent).toContain("3 links, not followed");
		expect(within(links).getByTestId("control").textContent).toBe("U+202E");
		expect(within(note).getByTestId("left-out-unreadable").textContent).toContain("and 7 more");
		expect(within(note).getByTestId("left-out-tooMany").textContent).toBe(
			"1,204 files for which the list had no room",
		);
	});

	it.each(["left-out-all", "welcome"] as const)("is told where it left nothing in %s", async (name) => {
		const { intake } = worlds["left-out-all"].head;
		await show({ head: { ...worlds[name].head, intake } });

		expect(screen.getByTestId("left-out").textContent).toContain("3 entries");
	});

	it("is nothing to tell where nothing was left out", async () => {
		await show(worlds.work);

		expect(screen.queryByTestId("intake")).toBeNull();
	});
});
