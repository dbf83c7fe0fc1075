import { act, screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { AlertRow } from "../../ipc/view";
import { bareAlert, bareDetail, hostileDetail } from "../../testing/cards";
import {
	alert,
	answer,
	detail,
	evidence,
	evidenceRows,
	head,
	now,
	problem,
	rawLines,
	roles,
	sessions,
	shown,
} from "../../testing/fixtures";
import { renderWithin } from "../../testing/within";
import { AlertList } from "./AlertList";

const item = 7;
const { provenance } = answer();

function show(cards: readonly AlertRow[], world: Parameters<typeof renderWithin>[1] = {}) {
	return renderWithin(<AlertList item={item} count={cards.length} provenance={provenance} />, {
		alerts: new Map([[item, cards]]),
		...world,
	});
}

/** Shows one card, expanded. */
async function expand(card: AlertRow, world: Parameters<typeof renderWithin>[1] = {}) {
	const shownCard = await show([card], world);
	await shownCard.user.click(await screen.findByTestId("all-fields"));
	return { ...shownCard, body: await screen.findByTestId("alert-detail") };
}

describe("a card that is not expanded", () => {
	it("says all of itself in one sentence", async () => {
		await show([
			alert("high", "A title", { lastActivity: { at: Date.now() - 2 * 3_600_000, created: false } }),
		]);

		expect(
			await screen.findByRole("listitem", { name: "High, New: A title, on pc-17, 2 hours ago" }),
		).toBeTruthy();
	});

	it("says in its sentence that a time is only the one of creation, and that a severity is not known", async () => {
		const lastActivity = { at: Date.now() - 2 * 3_600_000, created: true };
		await show([alert("unknown", "t", { severityText: shown("Critical"), lastActivity })]);

		const card = await screen.findByRole("listitem");
		expect(card.getAttribute("aria-label")).toBe(
			"of a severity that Droptrace does not know: Critical, New: t, on pc-17, created 2 hours ago",
		);
		expect(within(card).getByText("Critical").closest("p")?.title).toContain("worse than any");
	});

	it("has text as text, terms in words, and its device by its short name", async () => {
		await show([
			alert("high", "<b>Not bold</b>", {
				status: "resolved",
				classification: shown("InformationalExpectedActivity"),
				determination: shown("SomethingNew"),
			}),
		]);

		const card = await screen.findByTestId("alert");
		expect(within(card).getByText("<b>Not bold</b>")).toBeTruthy();
		expect(within(card).getByTestId("alert-status").textContent).toBe("Resolved");
		expect(within(card).getByTestId("alert-classification").textContent).toBe(
			"Informational, expected activity · Something new",
		);
		const device = within(card).getByTestId("alert-device");
		expect(device.textContent).toBe("pc-17 · Workstations");
		expect(device.title).toBe("pc-17.alderbrook.example");
	});

	it("tells what the file is, and that a time is only the one of creation", async () => {
		await show([alert("low", "t", { role: roles.parent, lastActivity: { at: now, created: true } })]);

		expect((await screen.findByTestId("alert-role")).textContent).toBe(
			"This file: parent process, there svchost.exe in C:\\Temp, Detected; file, there invoice-4711U+202Efdp.exe; and in 2 more evidence rows",
		);
		expect(within(screen.getByTestId("alert")).getByText(/^created/)).toBeTruthy();
	});

	it("tells in the chosen zone when it was, with the zone", async () => {
		const zone = { ...head().preferences, zone: "local" } as const;
		const local = head({ session: sessions.mira, preferences: zone });
		await show([alert("low", "t", { lastActivity: { at: now, created: false } })], { head: local });

		const time = (await screen.findByTestId("alert-time")).querySelector("time");
		expect(time?.textContent).toMatch(/^2026-11-2\d \d\d:\d\d:11 [+-]\d\d:\d\d$/);
		expect(time?.title).toContain("2026-11-24 14:02:11Z");
		expect(time?.dateTime).toBe("2026-11-24T14:02:11.000Z");
	});

	it("does not let informational be taken for a good sign", async () => {
		const { body } = await expand(alert("informational", "t"));

		expect(body.textContent).toContain("The file can be dangerous all the same.");
		expect(screen.getByText("Informational").title).toContain("dangerous all the same");
	});

	it("opens the portal by the alert's handle", async () => {
		const card = alert("high", "t");
		const { host, user } = await expand(card);

		for (const page of ["alert", "incident", "device"]) await user.click(screen.getByTestId(`open-${page}`));
		await user.click(screen.getAllByTestId("open-technique")[1] as HTMLElement);

		expect(host.commands).toEqual([
			["openPortal", { kind: "alert", alert: card.alert }],
			["openPortal", { kind: "incident", alert: card.alert }],
			["openPortal", { kind: "device", alert: card.alert }],
			["openPortal", { kind: "technique", alert: card.alert, technique: 1 }],
		]);
	});

	it("has a copy menu that the keys go through, and gives the focus back", async () => {
		const card = alert("high", "t");
		const { host, user, said } = await show([card]);

		const button = await screen.findByTestId("copy-alert");
		button.focus();
		await user.keyboard("{Enter}{ArrowDown}{ArrowDown}{Enter}");

		expect(host.commands).toEqual([["copy", { kind: "alert", item, alert: card.alert, part: "device" }]]);
		expect(said).toEqual(["Copied: Device"]);
		await expect.poll(() => document.activeElement).toBe(button);
	});

	it("offers to copy only what it has", async () => {
		const { user } = await show([bareAlert()]);

		await user.click(await screen.findByTestId("copy-alert"));

		expect(screen.getAllByRole("menuitem").map((each) => each.textContent)).toEqual([
			"Markdownaddresses defanged",
			"JSONas it came, marked as practice",
			"CSVone row, with a header",
		]);
	});

	it("says of an organisation's JSON that it is exactly as it came", async () => {
		const { user } = await renderWithin(
			<AlertList item={item} count={1} provenance={{ ...provenance, realm: "organisation" }} />,
			{ alerts: new Map([[item, [alert("high", "t")]]]) },
		);

		await user.click(await screen.findByTestId("copy-alert"));

		expect(screen.getByTestId("choose-copy.json").textContent).toBe("JSONexactly as it came");
	});

	it("can copy the user without being expanded", async () => {
		const card = alert("high", "t");
		const { host, user } = await show([card]);

		await user.click(await screen.findByTestId("copy-alert"));
		await user.click(screen.getByTestId("choose-copy.user"));

		expect(host.commands).toEqual([["copy", { kind: "alert", item, alert: card.alert, part: "user" }]]);
	});
});

describe("an expanded card", () => {
	it("has its parts in their order", async () => {
		const { body } = await expand(alert("high", "t"));

		expect(
			within(body)
				.getAllByRole("heading", { level: 4 })
				.map((each) => each.textContent),
		).toEqual(["What", "Where, who", "When", "Evidence", "Handling", "Other fields"]);
	});

	it("says everything that the answer gave", async () => {
		const { body } = await expand(alert("high", "t"));

		const part = (name: string) => within(body).getByTestId(name).textContent;
		for (const said of [
			"The parent was renamed",
			"T1059.001",
			"PowerShell (Execution)",
			"T9999",
			"Detected byEDR",
		])
			expect(part("what")).toContain(said);
		for (const said of ["pc-17.alderbrook.example", "1e5bc9d7", "ALDERBROOK\\lea.m", "svc-print", "7d1f3c52"])
			expect(part("where")).toContain(said);
		for (const said of [
			"t.lindqvist@",
			"not available for this type of alert",
			"1126093",
			"118",
			"She opened it at 13:58.",
			"da637293198142561923_-1432938810",
		])
			expect(part("handling")).toContain(said);
		expect(part("other-fields")).toContain("detectorId17e10bbc");
		expect(part("alert-provenance")).toBe(
			"Read 2026-11-24 14:00:11Z from 127.0.0.1:41873 as mira.kovac@alderbrook.example (tenant 7d1f3c52-0000-4000-8000-5a0b6c7d8e9f)",
		);
	});

	it("names the time at which it was read, which may be later than the file's answer", async () => {
		const { body } = await expand(alert("high", "t", { readAt: now + 3_600_000 }));

		expect(within(body).getByTestId("alert-provenance").textContent).toContain("Read 2026-11-24 15:02:11Z");
	});

	it("is asked for anew when it was read again, and stays as it was until then", async () => {
		const card = alert("high", "t");
		const { host } = await expand(card);
		let give = (_: typeof detail) => {};
		host.alertDetail = () => new Promise((resolve) => (give = resolve));

		act(() => host.change({ alerts: new Map([[item, [{ ...card, readAt: now }]]]) }));
		const provenanceOf = () => screen.getByTestId("alert-provenance").textContent;
		await expect.poll(provenanceOf).toContain("Read 2026-11-24 14:02:11Z");
		expect(screen.getByTestId("what").textContent).toContain("The parent was renamed");
		await act(async () => give({ ...detail, description: shown("What was read since.") }));

		expect(screen.getByTestId("what").textContent).toContain("What was read since.");
	});

	it("says what MITRE no longer keeps, and which severity is not known", async () => {
		const techniques = (["current", "deprecated", "revoked"] as const).map((standing) => ({
			id: shown("T1"),
			name: standing,
			tactics: [],
			standing,
			page: true,
		}));
		const { body } = await expand(alert("unknown", "t", { severityText: shown("Critical") }), {
			detail: { ...detail, techniques },
		});

		const lines = [...within(body).getByTestId("what").querySelectorAll("li")].map(
			(each) => each.textContent,
		);
		expect(lines).toEqual([
			"T1 current",
			"T1 deprecated – no longer used by MITRE",
			"T1 revoked – withdrawn by MITRE",
		]);
		expect(body.textContent).toContain("of a severity that Droptrace does not know: Critical.");
	});

	it("tells its life, with what lies between", async () => {
		const { body } = await expand(alert("high", "t"));

		const points = [...within(body).getByTestId("when").querySelectorAll("li")];
		expect(points.map((each) => each.textContent)).toEqual([
			"First event2026-11-24 11:57:11Z",
			"Last event2026-11-24 12:03:11Zafter 6 min",
			"Alert created2026-11-24 12:04:11Zafter 1 min",
			"Updated2026-11-24 12:31:11Zafter 27 min",
			"Resolvednot resolved",
		]);
	});

	it("does not call a resolved alert unresolved because its time is missing", async () => {
		const { body } = await expand(alert("high", "t", { status: "resolved" }));

		expect(within(body).getByTestId("when").textContent).toContain("Resolvedno time given");
	});

	it("says nothing of what was not given", async () => {
		const { body } = await expand(bareAlert(), { detail: bareDetail, evidence: [] });

		expect(body.textContent).not.toMatch(/null|undefined|NaN|\[object/);
		expect([...body.querySelectorAll("dd")].filter((each) => each.textContent === "")).toEqual([]);
		expect(within(body).getByTestId("no-evidence").textContent).toBe("The alert came without evidence rows.");
		expect(body.textContent).toContain("Assigned tonobody");
	});

	it("shows attacks as text, each in its own direction", async () => {
		const rows = [evidence(0, { other: [{ name: shown("<b>n</b>"), value: shown("‹U+202E›v") }] })];
		const { body, user } = await expand(alert("high", "t"), { detail: hostileDetail, evidence: rows });

		await user.click(screen.getByTestId("row-fields"));
		expect(body.querySelectorAll("img, b, a, script")).toHaveLength(0);
		const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
		for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
			if (/<img|<b>/.test(node.textContent ?? "")) expect(node.parentElement?.closest("bdi")).not.toBeNull();
		}
		expect(screen.getByTestId("left-out").textContent).toBe("2 more entries are in the JSON only.");
	});

	it("says why its fields are not there, and asks again", async () => {
		const { host, user } = await show([alert("high", "t")]);
		const given = host.alertDetail.bind(host);
		host.alertDetail = () => Promise.reject(problem("gone"));

		await user.click(await screen.findByTestId("all-fields"));
		expect((await screen.findByTestId("problem")).dataset["code"]).toBe("gone");
		host.alertDetail = given;
		await user.click(screen.getByText("Retry"));

		expect(await screen.findByTestId("alert-detail")).toBeTruthy();
	});

	it("shows nothing of another account's", async () => {
		const { host } = await expand(alert("high", "t"));
		host.alertDetail = () => new Promise(() => {});

		act(() => host.change({ head: head({ epoch: 2, session: sessions.work }) }));

		expect(screen.queryByTestId("alert-detail")).toBeNull();
	});

	it("does not show an answer that was under way when the account changed", async () => {
		const { host, user } = await show([alert("high", "t")], {
			head: head({ epoch: 2, session: sessions.work }),
		});
		host.alertDetail = () => Promise.resolve({ ...detail, epoch: 1 });

		await user.click(await screen.findByTestId("all-fields"));

		expect(await screen.findByText("Loading everything about “t”…")).toBeTruthy();
		expect(screen.queryByTestId("alert-detail")).toBeNull();
	});

	it("is expanded and folded by the keys", async () => {
		const { user } = await show([alert("high", "t")]);

		const toggle = await screen.findByTestId("all-fields");
		toggle.focus();
		await user.keyboard("{Enter}");
		expect(await screen.findByTestId("alert-detail")).toBeTruthy();
		expect(document.activeElement).toBe(toggle);
		await user.keyboard("{Enter}");
		expect(screen.queryByTestId("alert-detail")).toBeNull();
	});

	it("gives its raw text on demand, line by line, and closes it", async () => {
		const { host, body, user } = await expand(alert("high", "t"));
		expect(screen.queryByTestId("raw")).toBeNull();

		await user.click(within(body).getByTestId("raw-toggle"));
		for (const line of rawLines.map(({ parts }) => parts[0]?.text ?? ""))
			expect(await within(screen.getByTestId("raw")).findByText(line.trim())).toBeTruthy();
		const open = host.openQueries;
		await user.click(within(body).getByTestId("raw-toggle"));

		expect(screen.queryByTestId("raw")).toBeNull();
		expect(host.openQueries).toBe(open - 1);
	});

	it("shows few other fields at once, and many on demand", async () => {
		const other = Array.from({ length: 40 }, (_, n) => ({ name: shown(`field ${n}`), value: shown("v") }));
		const { user } = await expand(alert("high", "t"), { detail: { ...detail, other } });
		expect(screen.queryByText("field 39")).toBeNull();

		await user.click(screen.getByText("Show 40 other fields"));

		expect(screen.getByText("field 39")).toBeTruthy();
	});
});

describe("evidence", () => {
	const rows = () => screen.findAllByTestId("evidence-row");

	it("marks the rows of this file, which come first", async () => {
		await expand(alert("high", "t"));

		const all = await rows();
		expect(all.map((each) => each.dataset["ours"])).toEqual(["true", "false", "false", "false"]);
		expect(all[0]?.textContent).toContain("Processthis file");
		expect(all[0]?.textContent).toContain("svchost.exeC:\\Temp");
		expect(all[1]?.textContent).toContain("5216 ← 4120from C:\\Temp\\svchost.exe");
	});

	it("is a table for whoever cannot see it", async () => {
		await expand(alert("high", "t"));
		await rows();

		const table = screen.getByRole("table", { name: "Evidence of the alert “t”" });
		expect(table.getAttribute("aria-rowcount")).toBe("5");
		expect(within(table).getAllByRole("columnheader")).toHaveLength(7);
		for (const row of within(table).getAllByTestId("evidence-row"))
			expect(within(row).getAllByRole("cell")).toHaveLength(7);
		expect(
			within(table)
				.getAllByRole("row")
				.map((row) => row.getAttribute("aria-rowindex")),
		).toEqual(["1", "2", "3", "4", "5"]);
	});

	it("is parted by its kinds, which the arrow keys go through", async () => {
		const { user } = await expand(alert("high", "t"));
		await rows();
		expect(screen.getAllByRole("tab").map((each) => each.textContent)).toEqual([
			"All 4",
			"Process 2",
			"File 1",
			"Url 1",
		]);

		screen.getByRole("tab", { selected: true }).focus();
		await user.keyboard("{ArrowRight}{ArrowRight}{Enter}");

		expect(screen.getByRole("tab", { selected: true }).textContent).toBe("File 1");
		await expect.poll(async () => (await rows()).length).toBe(1);
	});

	it("of more kinds than have a tab says where the others are", async () => {
		await expand(alert("high", "t"), { detail: hostileDetail });

		expect(screen.getAllByRole("tab")).toHaveLength(17);
		expect(screen.getByText("Rows of 8 more kinds stand under All.")).toBeTruthy();
	});

	it("of three thousand rows draws one page of them", async () => {
		const many = Array.from({ length: 3_000 }, (_, index) => evidence(index));
		const { host } = await expand(alert("high", "t"), {
			detail: { ...detail, evidence: [{ kind: shown("Process"), rows: 3_000 }] },
			evidence: many,
		});

		expect(await rows()).toHaveLength(50);
		expect(screen.getByRole("table").getAttribute("aria-rowcount")).toBe("3001");
		expect(Math.max(...host.requests.map(({ to }) => to))).toBe(50);
	});

	it("never leads anywhere, and copies an address defanged unless it is asked for as it is", async () => {
		const card = alert("high", "t");
		const { host, user, said, body } = await expand(card);
		await rows();
		expect(body.querySelector("a")).toBeNull();
		const menu = screen.getAllByTestId("copy-evidence")[3] as HTMLElement;

		await user.click(menu);
		expect(screen.getAllByRole("menuitem")[0]?.textContent).toBe("Addressdefanged");
		await user.click(screen.getByTestId("choose-copy.address"));
		await user.click(menu);
		await user.click(screen.getByTestId("choose-copy.addressExact"));

		expect(host.commands).toEqual([
			["copy", { kind: "evidence", alert: card.alert, row: 3, part: "defanged" }],
			["copy", { kind: "evidence", alert: card.alert, row: 3, part: "value" }],
		]);
		expect(said).toEqual(["Copied: Address, defanged", "Copied: Address, live, exact, not defanged"]);
	});

	it("copies by the row's place in the answer, not in the table", async () => {
		const card = alert("high", "t");
		const { host, user } = await expand(card);
		await rows();

		await user.click(within(screen.getAllByTestId("command-line")[0] as HTMLElement).getByText("Copy"));

		expect(host.commands).toEqual([
			["copy", { kind: "evidence", alert: card.alert, row: evidenceRows[0]?.index, part: "commandLine" }],
		]);
	});

	it("copies a command line with addresses defanged, unless it is asked for as it is", async () => {
		const row = evidence(0, { copies: ["commandLine", "commandLineDefanged", "json"] });
		const card = alert("high", "t");
		const { host, user, said } = await expand(card, { evidence: [row] });
		await rows();

		await user.click(screen.getByText("Copy defanged"));
		await user.click(screen.getByTestId("copy-evidence"));
		expect(screen.getAllByRole("menuitem").map((each) => each.textContent)).toEqual([
			"Command lineaddresses defanged",
			"Command line, liveexact, not defanged",
			"JSONas it came, marked as practice",
		]);
		await user.click(screen.getByTestId("choose-copy.commandLineExact"));

		const copied = (part: string) => ["copy", { kind: "evidence", alert: card.alert, row: 0, part }];
		expect(host.commands).toEqual([copied("commandLineDefanged"), copied("commandLine")]);
		expect(said).toEqual(["Copied: Command line, live, exact, not defanged"]);
	});

	it("offers registry data in both forms, and the other fields defanged", async () => {
		const row = evidence(0, { copies: ["value", "defanged", "other"] });
		const { user } = await expand(alert("high", "t"), { evidence: [row] });
		await rows();

		await user.click(screen.getByTestId("copy-evidence"));

		expect(screen.getAllByRole("menuitem").map((each) => each.textContent)).toEqual([
			"Valueaddresses defanged",
			"Value, liveexact, not defanged",
			"Other fieldsaddresses defanged",
		]);
	});

	it("says how many fields are not shown", async () => {
		const other = [{ name: shown("n"), value: shown("v") }];
		const { user } = await expand(alert("high", "t"), {
			evidence: [evidence(0, { other, otherLeftOut: 3 })],
		});
		await rows();

		await user.click(screen.getByTestId("row-fields"));

		expect(screen.getByTestId("fields-left-out").textContent).toBe("3 more fields are in the JSON only.");
	});

	it("says nothing was copied when it was not", async () => {
		const { host, user, said, failures } = await expand(alert("high", "t"));
		await rows();
		host.failing.set("copy", problem("clipboardNotWritten"));

		await user.click(screen.getAllByTestId("copy-evidence")[0] as HTMLElement);
		await user.click(screen.getByTestId("choose-copy.commandLine"));

		expect(said).toEqual([]);
		expect(failures).toEqual([problem("clipboardNotWritten")]);
	});

	it("shows a long command line in whole on demand", async () => {
		const { user } = await expand(alert("high", "t"), {
			evidence: [evidence(0, { commandLine: shown("powershell ".repeat(40)) })],
		});
		await rows();

		const whole = screen.getByText("Whole command line");
		expect(whole.getAttribute("aria-expanded")).toBe("false");
		await user.click(whole);

		expect(screen.getByText("Less of it").getAttribute("aria-expanded")).toBe("true");
	});
});
