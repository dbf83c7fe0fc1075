import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { Answer, ItemRow } from "../../ipc/view";
import { FakeHost } from "../../testing/fake";
import { alert, alerted, answer, item, lookup, problem, shown } from "../../testing/fixtures";
import { renderWithin } from "../../testing/within";
import { ItemDetail } from "./ItemDetail";

const show = (row: ItemRow, world: Parameters<typeof renderWithin>[1] = {}) =>
	renderWithin(<ItemDetail item={row} />, { items: [row], ...world });

const summaryOf = async (parts: Partial<Answer>) => {
	await show(alerted("a.exe", { high: 1, low: 2 }, parts));
	return screen.getByTestId("summary").textContent;
};
const lastActivity = { at: Date.now() - 2 * 3_600_000, created: false };

describe("the summary", () => {
	it("says how many, how severe, where, when last and whose", async () => {
		const deviceNames = ["pc-17.alderbrook.example", "pc-22.alderbrook.example"].map(shown);

		expect(await summaryOf({ open: 2, devices: 2, deviceNames, lastActivity, unassigned: 2 })).toBe(
			"3 alerts visible to you, 2 open, highest open  High, on pc-17 and pc-22. Last activity 2 hours ago. Nobody is assigned.",
		);
	});

	it("names the first devices and counts the others", async () => {
		const deviceNames = ["a", "b", "c"].map(shown);

		expect(await summaryOf({ devices: 12, deviceNames })).toContain(", on a, b, c and 9 more.");
	});

	it("names people, and says what is left", async () => {
		const assignees = ["t.lindqvist@alderbrook.example", "mira"].map(shown);

		expect(await summaryOf({ open: 3, assignees, unassigned: 1 })).toContain(
			"Assigned to t.lindqvist, mira, 1 to nobody.",
		);
		expect(screen.getByText("t.lindqvist").closest("span")?.title).toBe("t.lindqvist@alderbrook.example");
	});

	it("names three people and counts the others", async () => {
		const assignees = ["ann", "bob", "eve"].map(shown);

		expect(await summaryOf({ open: 9, assignees, people: 4 })).toContain(
			"Assigned to ann, bob, eve and 1 more.",
		);
	});

	it("says that a time is only the one of creation", async () => {
		expect(await summaryOf({ lastActivity: { ...lastActivity, created: true } })).toContain(
			" No time of an activity is given; the latest alert was created 2 hours ago.",
		);
	});

	it("does not call another severity the highest while one that is open is not known", async () => {
		const unknownOpen = { alerts: 3, words: ["Critical", "Grave"].map(shown), more: 1 };
		const said = await summaryOf({ open: 5, unknownOpen });

		expect(said).toContain(", highest known open  High, ");
		expect(said).toContain(
			"3 open alerts are of a severity that Droptrace does not know: Critical, Grave and 1 more.",
		);
	});

	it("of open alerts without a severity says that, and not which is the highest", async () => {
		const said = await summaryOf({ highestOpen: "notGiven" });

		expect(said).toContain(", no severity given, ");
		expect(said).not.toContain("highest");
	});

	it("says nothing of people where nothing is open", async () => {
		expect(await summaryOf({ open: 0, highestOpen: null })).toBe(
			"3 alerts visible to you, none open, on 1 device.",
		);
	});

	it("of a part of an answer says that there may be more", async () => {
		expect(await summaryOf({ incomplete: problem("partial") })).toMatch(
			/^3 alerts visible to you so far, .*\. There may be more\.$/,
		);
	});
});

describe("the head of an item", () => {
	it("copies a triage note by its one main button, as soon as there is an answer", async () => {
		const row = alerted("a.exe", { high: 1 });
		const { host, user } = await show(row);

		await user.click(screen.getByTestId("copy-triage-note"));

		expect(host.commands).toEqual([["copy", { kind: "item", item: row.id, part: "triageNote" }]]);
		expect(document.querySelectorAll('[data-look="main"]')).toHaveLength(1);
	});

	it("has no triage note before", async () => {
		await show(item("a", { lookup: lookup("asking") }));

		const button = screen.getByTestId<HTMLButtonElement>("copy-triage-note");
		expect(button.disabled).toBe(true);
		expect(button.title).toBe("As soon as there is an answer.");
	});

	it("opens its copy menu by a key, and copies what is chosen", async () => {
		const row = alerted("a.exe", { high: 1 });
		const { host, user, actions, said } = await show(row);

		actions.run("copyMenu");
		const first = await screen.findByTestId("choose-copy.sha1");
		await waitFor(() => expect(document.activeElement).toBe(first));
		await user.click(screen.getByTestId("choose-copy.csv"));

		expect(host.commands).toEqual([["copy", { kind: "item", item: row.id, part: "csv" }]]);
		expect(said).toEqual(["Copied: CSV, a row each, with a header"]);
	});

	it("does not say of JSON that it is as it came, for only the alerts in it are", async () => {
		const { user } = await show(alerted("a.exe", { high: 1 }));

		await user.click(screen.getByTestId("copy-item"));

		expect(screen.getByTestId("choose-copy.json").textContent).toBe("JSONwith every alert as it came");
	});

	it("of a pasted digest offers no name and no path", async () => {
		const { user } = await show(item("da39", { reading: null, place: null, size: null }));

		await user.click(screen.getByTestId("copy-item"));

		expect(screen.getAllByRole("menuitem").map((each) => each.textContent)).toEqual(["SHA-1"]);
		expect(screen.getByTestId("detail").textContent).toContain("pasted, no file");
	});

	it.each([
		["waiting to be read", { reading: { kind: "waiting" }, sha1: null }],
		["read", { reading: { kind: "reading", percent: 38 }, sha1: null }],
		["waiting to be asked", { lookup: lookup("waiting") }],
		["asked", { lookup: lookup("asking") }],
		["asked again", { lookup: lookup("asking", answer()) }],
	] as const)("can be cancelled while it is %s", async (_, parts) => {
		const row = item("a", parts);
		const { host, user } = await show(row);

		await user.click(screen.getByTestId("cancel-item"));

		expect(host.commands).toEqual([["cancel", row.id]]);
		expect(screen.queryByTestId("ask-again")).toBeNull();
	});

	it.each([
		["its reading", item("a", { reading: { kind: "cancelled" }, sha1: null })],
		["its lookup", item("a", { lookup: lookup("idle") })],
	])("says that %s was cancelled, and can be asked again", async (_, row) => {
		const { host, user } = await show(row);
		expect(screen.getByTestId("step").textContent).toBe(
			"Cancelled. Nothing more is read or asked of it until you ask again.",
		);

		await user.click(screen.getByTestId("ask-again"));

		expect(host.commands).toEqual([["retry", row.id]]);
		expect(document.body.textContent).not.toMatch(/no alerts visible/i);
	});

	it("says how far it has been read", async () => {
		await show(item("a", { reading: { kind: "reading", percent: 38 }, sha1: null }));

		expect(screen.getByTestId("step").textContent).toContain("38 %");
		expect(screen.getByRole("progressbar", { name: "Reading, 38 %" })).toBeTruthy();
	});

	it("shows the other places of its content on demand", async () => {
		const rows = ["a", "b", "c"].map((name) =>
			item(name, { sameContent: 2, place: shown(`/home/${name}`), sha1: "00" }),
		);
		const { user } = await show(rows[0] as ItemRow, { items: rows });

		await user.click(screen.getByText("also in 2 other places"));

		const places = screen.getByTestId("same-places");
		expect(await within(places).findByText("/home/c")).toBeTruthy();
		expect(
			within(places)
				.getAllByRole("listitem")
				.map((each) => each.textContent),
		).toEqual(["b/home/b", "c/home/c"]);
	});

	it("has a skeleton with the file's name while nothing is known", async () => {
		await show(item("a‹U+202E›b", { lookup: lookup("asking") }));

		expect(screen.getByTestId("alert-skeleton").textContent).toContain("Asking about a⟨U+202E⟩b…");
	});

	it("has a skeleton for each alert until the alerts are there", async () => {
		vi.spyOn(FakeHost.prototype, "rows").mockReturnValue(new Promise(() => {}));
		const row = alerted("a.exe", { high: 3 });
		await show(row, { alerts: new Map([[row.id, ["x", "y", "z"].map((title) => alert("high", title))]]) });

		expect(await screen.findAllByTestId("alert-skeleton")).toHaveLength(3);
	});
});
