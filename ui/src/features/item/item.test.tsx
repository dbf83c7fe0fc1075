import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Answer, ErrorCode, ItemRow } from "../../ipc/view";
import { RemediesContext } from "../../state/remedy";
import { FakeHost } from "../../testing/fake";
import {
	alert,
	alerted,
	answer,
	item,
	kept,
	lookup,
	named,
	now,
	problem,
	shown,
} from "../../testing/fixtures";
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

describe("a refusal that the person cannot mend", () => {
	it("has a message for the administrator about this very item", async () => {
		const row = item("a", { lookup: lookup("idle", null, problem("roleMissing")) });
		const { host, user } = await renderWithin(
			<RemediesContext value={{ offered: () => "askAdministrator", act: () => {}, passport: null }}>
				<ItemDetail item={row} />
			</RemediesContext>,
			{ items: [row] },
		);

		await user.click(screen.getByTestId("remedy-askAdministrator"));

		expect(host.commands).toEqual([["copy", { kind: "request", about: { kind: "item", item: row.id } }]]);
	});
});

describe("a kept answer", () => {
	const at = Date.UTC(2026, 10, 24, 13, 37, 11);
	const age = "Kept answer, 25 min old";
	beforeEach(() => {
		vi.spyOn(Date, "now").mockReturnValue(now);
	});

	it("tells its age and its time at the top, and where it came from", async () => {
		await show(
			item("a", { lookup: lookup("idle", kept(alerted("b", { high: 1 }).lookup?.answer ?? answer(), 25)) }),
		);

		expect(screen.getByTestId("kept").textContent).toBe(`${age} · 2026-11-24 13:37:11Z`);
		expect(screen.getByTestId("kept").querySelector("time")?.dateTime).toBe(new Date(at).toISOString());
		expect(screen.getByTestId("provenance").textContent).toMatch(
			/^Kept answer, 25 min old. Complete answer from .*, 2026-11-24 13:37:11Z$/,
		);
		expect(screen.getByTestId("summary")).toBeTruthy();
	});

	it("without alerts carries its time next to the words", async () => {
		await show(item("a", { lookup: lookup("idle", kept(answer(), 25)) }));

		const title = within(screen.getByTestId("none-visible")).getByRole("heading");
		expect(title.textContent).toBe("No alerts visible to you as of 25 minutes ago · 2026-11-24 13:37:11Z");
		expect(screen.getByTestId("kept").textContent).toContain(age);
		expect(screen.queryByText(/^Asked/)).toBeNull();
	});

	it("is asked anew on demand, and stays with its age meanwhile", async () => {
		const row = item("a", { lookup: lookup("idle", kept(answer(), 25)) });
		const { host, user, unmount } = await show(row);
		await user.click(screen.getByTestId("ask-again"));
		expect(host.commands).toEqual([["retry", row.id]]);
		unmount();

		await show({ ...row, lookup: lookup("asking", kept(answer(), 25)) });

		expect(screen.getByTestId("kept").textContent).toContain(age);
		expect(screen.getByTestId("none-as-of").textContent).toContain("as of 25 minutes ago");
		expect(screen.getByTestId("step").textContent).toContain("It is asked again.");
	});

	it("is not said of one that was asked for now", async () => {
		await show(item("a", { lookup: lookup("idle", answer()) }));

		expect(screen.queryByTestId("kept")).toBeNull();
		expect(screen.queryByTestId("none-as-of")).toBeNull();
		expect(screen.getByTestId("provenance").textContent).toMatch(/^Complete answer/);
	});
});

describe("the ids of an answer's requests", () => {
	const withRequests = (requests: readonly string[]) => {
		const given = answer();
		const provenance = { ...given.provenance, requests: requests.map(shown) };
		return show(item("a", { lookup: lookup("idle", { ...given, provenance }) }));
	};

	it("stand below where it came from", async () => {
		await withRequests(["5c1f‹U+202E›09"]);

		expect(screen.getByTestId("requests").textContent).toBe(
			"Request id, for Microsoft's support:5c1fU+202E09",
		);
	});

	it("are folded where there are several", async () => {
		await withRequests(["a-1", "b-2"]);

		const details = screen.getByTestId("requests") as HTMLDetailsElement;
		expect(details.open).toBe(false);
		expect(details.textContent).toBe("2 request ids, for Microsoft's supporta-1b-2");
	});

	it("are not there where there are none", async () => {
		await withRequests([]);

		expect(screen.queryByTestId("requests")).toBeNull();
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

	it("of a digest of a text offers no name and no path, and says where it was named", async () => {
		const { user } = await show(named("sha1", { text: shown("report.txt") }, { lookup: lookup("waiting") }));

		await user.click(screen.getByTestId("copy-item"));

		expect(screen.getAllByRole("menuitem").map((each) => each.textContent)).toEqual(["SHA-1"]);
		expect(screen.getByTestId("mention").textContent).toBe("line 12 of report.txt (no file was read)");
	});

	it("shows all that stands beside a digest, as text", async () => {
		const note = `${"a cell of the row, ".repeat(40)}<b>‹U+202E›`;
		await show(named("sha1", { note: shown(note) }, { lookup: lookup("waiting") }));

		expect(screen.getByTestId("note").textContent).toBe(note.replace(/[‹›]/g, ""));
		expect(screen.getByTestId("mention").textContent).toContain("line 12 of the pasted text");
	});

	it("says of a link that was given that it was followed", async () => {
		await show(item("a", { throughLink: true }));

		expect(screen.getByTestId("through-link").textContent).toContain("You gave a link. It was followed");
	});

	it("says when it was read, if that was before this start", async () => {
		await show(item("a", { reading: { kind: "read", earlier: now - 3_600_000 } }));

		expect(screen.getByTestId("read-earlier").textContent).toContain("the file may have changed since");
	});

	it("names the streams that its digest is not of, and their sizes", async () => {
		const streams = [
			{ name: shown("Zone.Identifier"), size: 26 },
			{ name: shown("a‹U+202E›b"), size: 48_128 },
		];
		await show(item("a", { streams }));

		const list = screen.getByTestId("streams");
		expect(list.previousSibling?.textContent).toBe("Alternate streams, not part of this SHA-1");
		expect([...list.children].map((each) => each.textContent)).toEqual([
			"Zone.Identifier (26 bytes)",
			"aU+202Eb (48 kB)",
		]);
	});

	it("says nothing of links, streams and notes where there are none", async () => {
		await show(item("a"));

		for (const id of ["note", "through-link", "streams", "mention"]) {
			expect(screen.queryByTestId(id)).toBeNull();
		}
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

describe("a digest that needs resolving", () => {
	it.each([
		["sha256", "SHA-256"],
		["md5", "MD5"],
	] as const)("(%s) says why nothing was asked, and what can be done", async (kind, word) => {
		const row = named(kind);
		const { host, user } = await show(row);

		expect(screen.getByTestId("detail").dataset["state"]).toBe("unresolved");
		expect(screen.getByTestId("step").textContent).toBe("Not asked: its SHA-1 is not known.");
		const text = screen.getByTestId("unresolved").textContent;
		expect(text).toContain("Defender's alerts are asked by SHA-1");
		expect(text).toContain(`does not know the SHA-1 of the file that has this ${word}.`);
		expect(text).toContain("Drop the file itself, or paste its SHA-1");
		expect(screen.getByTestId("given").textContent).toContain(word);
		await user.click(screen.getByTestId("copy-item"));
		expect(screen.getAllByRole("menuitem").map((each) => each.textContent)).toEqual([word]);
		await user.click(screen.getByTestId(`choose-item.digest.${kind}`));
		expect(host.commands).toEqual([["copy", { kind: "item", item: row.id, part: "name" }]]);
	});

	it("has no button that does nothing, and is not taken for an answer", async () => {
		await show(named("sha256"));

		for (const id of ["ask-again", "cancel-item", "retry", "copy-triage-note", "open-file"]) {
			expect(screen.queryByTestId(id)).toBeNull();
		}
		expect(document.body.textContent).not.toMatch(/no alerts visible/i);
		expect(screen.queryByTestId("none-visible")).toBeNull();
	});

	it("is looked up once its SHA-1 is known", async () => {
		await show(named("sha256", {}, { sha1: "00", lookup: lookup("idle", answer()) }));

		expect(screen.queryByTestId("unresolved")).toBeNull();
		expect(screen.getByTestId("none-visible")).toBeTruthy();
		expect(screen.getByTestId("sha1").textContent).toBe("00");
	});
});

describe("what was not read", () => {
	const skipped = (code: ErrorCode) =>
		item("a", { sha1: null, reading: { kind: "skipped", error: problem(code) } });
	const failed = (code: ErrorCode) =>
		item("a", { sha1: null, reading: { kind: "failed", error: problem(code) } });

	it("because it lies with a cloud is downloaded by a button that says so", async () => {
		const row = skipped("cloudOnly");
		const { host, user } = await show(row);
		expect(screen.getByTestId("problem").textContent).toContain("To read it would download it.");

		await user.click(screen.getByRole("button", { name: "Download and read" }));

		expect(host.commands).toEqual([["retry", row.id]]);
		expect(screen.queryByTestId("retry")).toBeNull();
	});

	it("because it is the digest of nothing was not looked up, and says so", async () => {
		await show(named("sha1", {}, { reading: { kind: "skipped", error: problem("emptyDigest") } }));

		expect(screen.getByTestId("step").textContent).toBe("Not asked.");
		expect(screen.getByTestId("problem").textContent).toContain("It was not looked up.");
		expect(screen.queryByTestId("ask-again")).toBeNull();
	});

	it("because security software stopped it can be looked up by what is on the clipboard", async () => {
		const row = failed("blocked");
		const { host, user } = await show(row);
		const text = screen.getByTestId("problem").textContent;
		expect(text).toContain("Security software stopped this file from being read");
		expect(text).toContain("first copy its SHA-1 from the protection history");

		await user.click(screen.getByRole("button", { name: "Look up by hash" }));
		await user.click(screen.getByTestId("retry"));

		expect(host.commands).toEqual([["paste"], ["retry", row.id]]);
	});

	it.each([
		["locked", "Close the file there, then retry."],
		["vanished", "Add it again from where it is now"],
		["changed", "Retry when that has ended."],
		["unreadable", "then retry."],
		["noPermission", "for permission to read it, then retry"],
	] as const)("because it is %s says what to do, and can be retried", async (code, help) => {
		const row = failed(code);
		const { host, user } = await show(row);
		expect(screen.getByTestId("problem").textContent).toContain(help);

		await user.click(screen.getByTestId("retry"));

		expect(host.commands).toEqual([["retry", row.id]]);
		expect(screen.queryByTestId("by-hash")).toBeNull();
	});
});
