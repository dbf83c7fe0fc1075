import { act, screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { ErrorCode } from "./ipc/view";
import {
	alert,
	alerted,
	answer,
	connected,
	head,
	item,
	lookup,
	now,
	problem,
	sessions,
	shown,
} from "./testing/fixtures";
import { show } from "./testing/show";
import { worlds } from "./testing/worlds";

const practice = { kind: "practice" };
const signedIn = head({ session: sessions.mira });
const detail = () => screen.findByTestId("detail");

describe("the window before anybody is signed in", () => {
	it("offers both ways, and says what leaves the machine", async () => {
		const { host, user } = await show({});

		await user.click(screen.getByTestId("try-practice"));

		expect(host.commands).toEqual([["signIn", practice, false]]);
		expect(screen.getByText(/^Only each file's SHA-1 is sent to Microsoft Defender/)).toBeTruthy();
		expect(screen.queryByTestId("practice-band")).toBeNull();
	});

	it("keeps the focus on the page when a screen takes its control away", async () => {
		const { host, user } = await show({});
		await user.click(screen.getByTestId("try-practice"));

		act(() => host.change({ head: head({ session: sessions.signingIn }) }));

		expect(await screen.findByTestId("sign-in-screen")).toBeTruthy();
		await expect.poll(() => document.activeElement).not.toBe(document.body);
	});

	it("chooses the host of the commercial cloud, and leaves the others theirs", async () => {
		const { host, user } = await show({});
		await user.click(screen.getByTestId("connect-open"));
		const field = screen.getByLabelText<HTMLSelectElement>("API host");
		expect(field.selectedOptions[0]?.textContent).toBe("Usual: api.securitycenter.microsoft.com");
		expect(field.options).toHaveLength(12);

		await user.selectOptions(field, "Europe: api-eu.securitycenter.microsoft.com");
		await user.click(screen.getByTestId("connect-submit"));
		expect(host.commands.at(-1)).toEqual([
			"connect",
			{ cloud: "commercial", tenant: "", client: "", host: "eu", domain: null },
		]);

		await user.click(screen.getByTestId("connect-done"));
		await user.click(screen.getByTestId("connect-open"));
		await user.selectOptions(screen.getByLabelText("API host"), "Europe: eu.api.security.microsoft.com");
		await user.selectOptions(screen.getByLabelText("Cloud"), "GCC High");
		expect(screen.queryByLabelText("API host")).toBeNull();
		await user.click(screen.getByTestId("connect-submit"));
		expect(host.commands.at(-1)).toEqual([
			"connect",
			{ cloud: "gccHigh", tenant: "", client: "", host: "global", domain: null },
		]);
	});

	it("shows which host of the commercial cloud is asked", async () => {
		await show(worlds["connected-in-europe"]);

		expect(screen.getByTestId("organisation").textContent).toContain(
			"API hostEurope: api-eu.securitycenter.microsoft.com",
		);
	});

	it("has no way into a practice tenant that is not there", async () => {
		await show({ head: head({ practice: false }) });

		expect(screen.queryByTestId("try-practice")).toBeNull();
	});

	it("shows an error of the form by its field", async () => {
		const { host, user } = await show({});
		host.failing.set("connect", problem("clientInvalid"));

		await user.click(screen.getByTestId("connect-open"));
		await user.type(screen.getByLabelText("Tenant id"), "t");
		await user.type(screen.getByLabelText("Client id"), "c");
		await user.click(screen.getByTestId("connect-submit"));

		const client = screen.getByTestId("connect-client");
		expect(client.getAttribute("aria-invalid")).toBe("true");
		expect(document.activeElement).toBe(client);
		expect(screen.getByTestId("connect-tenant").getAttribute("aria-invalid")).toBe("false");
		expect(screen.getByTestId("error-client").textContent).toContain("This is not a client id");
		expect(host.commands).toEqual([
			["connect", { cloud: "commercial", tenant: "t", client: "c", host: "global", domain: null }],
		]);
	});

	it("signs in to the connected organisation", async () => {
		const { host, user } = await show({ head: head({ organisations: [connected(7)] }) });

		await user.click(screen.getByTestId("sign-in"));
		await user.click(screen.getByTestId("disconnect"));

		expect(host.commands).toEqual([
			["signIn", { kind: "organisation", id: 7 }, false],
			["disconnect", 7],
		]);
		expect(screen.getByTestId("organisation").textContent).toContain("GCC High");
	});

	it("tells who must do what when the sign-in was refused", async () => {
		await show(worlds["sign-in-ended"]);

		const error = screen.getByTestId("session-error");
		expect(error.textContent).toContain("An administrator must give consent once");
		expect(error.textContent).toContain("65001");
		expect(error.textContent).toContain("3c5d8f1e-0000-4000-8000-aa11bb22cc33");
	});

	it("lists files that wait for somebody to sign in", async () => {
		await show(worlds["waiting-for-sign-in"]);

		expect(screen.getByTestId("hold").dataset["kind"]).toBe("signedOut");
		expect(screen.getAllByTestId("item").length).toBeGreaterThan(5);
		expect(screen.getByTestId("welcome")).toBeTruthy();
	});
});

describe("signing in", () => {
	it("says what to do, and can be cancelled by Escape", async () => {
		vi.spyOn(Date, "now").mockReturnValue(now);
		const { host, user } = await show(worlds["signing-in-at-work"]);

		expect(screen.getByRole("timer").textContent).toBe("This attempt ends in 4:30");
		expect(
			screen.getByText("Nobody from this app will ever ask you for the address of that page."),
		).toBeTruthy();
		await user.click(screen.getByTestId("reopen-browser"));
		await user.click(screen.getByText("Copy the link"));
		await user.keyboard("{Escape}");

		expect(host.commands).toEqual([["reopenBrowser"], ["copy", { kind: "signInLink" }], ["cancelSignIn"]]);
		expect(screen.queryByTestId("practice-band")).toBeNull();
	});
});

describe("the practice band", () => {
	it.each(["signing-in", "empty", "work", "restoring", "locked", "interrupted"] as const)(
		"is there in %s",
		async (name) => {
			await show(worlds[name]);

			expect(screen.getByTestId("practice-band").textContent).toContain("Nothing here is real");
		},
	);

	it.each([
		"welcome",
		"empty-at-work",
		"at-work",
		"restoring-at-work",
		"interrupted-at-work",
		"signed-out-of-practice",
	] as const)("is not there in %s", async (name) => {
		await show(worlds[name]);

		expect(screen.queryByTestId("practice-band")).toBeNull();
	});
});

describe("the saved sign-in", () => {
	const signedOut = (code: ErrorCode) =>
		head({ session: { kind: "signedOut", error: problem(code), signedOut: null, tried: null } });

	it("is looked for in a window that can be used at once", async () => {
		const { host, user } = await show(worlds.restoring);

		expect(screen.getByTestId("restoring").textContent).toBe("Looking for your saved sign-in…");
		expect(screen.getByTestId("restoring").dataset["locked"]).toBe("false");
		await user.click(screen.getByTestId("add-files"));
		expect(host.commands).toEqual([["pickFiles"]]);
		expect(screen.queryByTestId("welcome")).toBeNull();
	});

	it("moves nothing when it is found", async () => {
		const { host } = await show(worlds.restoring);
		const title = screen.getByText("Drop files here");

		act(() => host.change({ head: signedIn }));

		expect(screen.getByText("Drop files here")).toBe(title);
		expect(screen.queryByTestId("restoring")).toBeNull();
	});

	it("keeps the list in sight while it is looked for, and no banner comes and goes", async () => {
		await show(worlds["restoring-with-files"]);

		expect(screen.getAllByTestId("item").length).toBeGreaterThan(5);
		expect(screen.getByTestId("restoring")).toBeTruthy();
		expect(screen.queryByTestId("hold")).toBeNull();
	});

	it("behind a locked keyring leaves the ordinary ways to sign in", async () => {
		const { host, user } = await show(worlds.locked);

		expect(screen.getByTestId("restoring").dataset["locked"]).toBe("true");
		expect(screen.getByTestId("restoring").textContent).toBe(
			"Your keyring is lockedAnswer its question to go on as yourself, or sign in without it.",
		);
		await user.click(screen.getByTestId("try-practice"));
		expect(host.commands).toEqual([["signIn", practice, false]]);
	});

	it.each([
		"keyringNone",
		"keyringLocked",
		"keyringDismissed",
		"keyringSilent",
		"keyringBusy",
		"keyringRefused",
		"keyringNewer",
		"keyringSeveral",
		"signInFilesFailed",
	] as const)("is not lost by %s, and can be tried again", async (code) => {
		const { host, user } = await show({ head: signedOut(code) });

		const error = screen.getByRole("alert");
		expect(error.dataset).toMatchObject({ testid: "session-error", code });
		expect(error.textContent).toContain("Nothing was lost");
		expect(error.textContent).toContain("You can also sign in now");
		await user.click(within(error).getByRole("button", { name: "Try again" }));
		expect(host.commands).toEqual([["tryKeyring"]]);
	});

	it("that is damaged is not said to be as it was", async () => {
		await show(worlds["sign-in-damaged"]);

		expect(screen.getByTestId("session-error").textContent).not.toContain("Nothing was lost");
		expect(screen.getByTestId("try-keyring")).toBeTruthy();
	});

	it("has no part in an error of the sign-in page", async () => {
		await show(worlds["sign-in-ended"]);

		expect(screen.queryByTestId("try-keyring")).toBeNull();
	});

	it("keeps the focus on the page when it is tried again", async () => {
		const { host, user } = await show(worlds["no-keyring"]);
		await user.click(screen.getByTestId("try-keyring"));

		act(() => host.change({ head: head({ session: sessions.restoring }) }));

		await expect.poll(() => document.activeElement).not.toBe(document.body);
	});
});

describe("a sign-in", () => {
	it.each([
		["kept", "work"],
		["saving", "saving"],
	] as const)("that is %s is told quietly", async (state, world) => {
		await show(worlds[world]);

		const keeping = screen.getByTestId("keeping");
		expect(keeping.dataset["state"]).toBe(state);
		expect(within(screen.getByTestId("account")).getByTestId("keeping")).toBe(keeping);
		expect(keeping.title).toBe(keeping.textContent);
		expect(screen.queryByRole("alert")).toBeNull();
	});

	it("that is not kept says so, why, and can be saved again by the keys", async () => {
		const { host, user } = await show(worlds["not-kept"]);

		const banner = screen.getByRole("alert");
		expect(banner.dataset).toMatchObject({ testid: "keeping", state: "notKept", code: "keyringNone" });
		expect(banner.textContent).toContain(
			"Not kept: No keyring was found on this computer. You may have to sign in again next time.",
		);
		const button = within(banner).getByRole("button", { name: "Try again" });
		while (document.activeElement !== button) await user.tab();
		await user.keyboard("{Enter}");
		expect(host.commands).toEqual([["tryKeyring"]]);
		expect(screen.getAllByTestId("keeping")).toHaveLength(1);

		act(() => host.change({ head: worlds.saving.head, items: worlds.saving.items }));

		expect(screen.getByTestId("keeping").dataset["state"]).toBe("saving");
		await expect.poll(() => document.activeElement).not.toBe(document.body);
	});

	it("of which nothing can be kept offers no second try", async () => {
		await show(worlds["not-kept-empty"]);

		expect(screen.getByTestId("keeping").dataset["code"]).toBe("nothingToKeep");
		expect(screen.queryByTestId("try-keyring")).toBeNull();
	});

	it("that ended leaves the results, the account's name and one banner", async () => {
		const { host, user } = await show(worlds.interrupted);

		const banner = screen.getByRole("alert");
		expect(banner.dataset).toMatchObject({ testid: "interrupted", code: "sessionEnded" });
		expect(banner.textContent).toContain("2 items wait to be asked.");
		expect(banner.textContent).toContain("if somebody else signs in, the answers leave it");
		expect(screen.queryByTestId("hold")).toBeNull();
		expect(await screen.findByTestId("summary")).toBeTruthy();
		expect(screen.getByRole("region", { name: "Mira Kovač, lookups wait" }).textContent).toContain(
			"Mira Kovačlookups wait",
		);
		await user.click(within(banner).getByRole("button", { name: "Sign in again" }));
		await user.click(screen.getByTestId("accounts"));
		await user.click(await screen.findByTestId("other-account"));
		await user.click(screen.getByRole("button", { name: "Sign out" }));
		expect(host.commands).toEqual([["signIn", practice, false], ["signIn", practice, true], ["signOut"]]);
	});

	it("that ended is what a waiting item waits for", async () => {
		const items = [item("a", { lookup: lookup("waiting") })];
		await show({ head: worlds.interrupted.head, items });

		expect((await detail()).textContent).toContain("It is asked as soon as you have signed in again.");
	});

	it("that ended takes neither the focus nor the chosen item", async () => {
		const { host } = await show(worlds.work);
		screen.getByTestId("items").focus();
		const shownDetail = await detail();

		act(() => host.change({ head: worlds.interrupted.head, items: worlds.work.items }));

		expect(document.activeElement).toBe(screen.getByTestId("items"));
		expect(screen.getByTestId("detail")).toBe(shownDetail);
	});

	it("of somebody with a name that deceives shows what is hidden in it", async () => {
		await show(worlds["interrupted-at-work"]);

		const controls = within(screen.getByTestId("account")).getAllByTestId("control");
		expect(controls.map((each) => each.textContent)).toEqual(["U+202E", "U+200B"]);
		expect(screen.getByTestId("interrupted").querySelector("b")).toBeNull();
	});
});

describe("signing out", () => {
	it("says what it ended, and what only Microsoft can end", async () => {
		const { host } = await show(worlds["signing-out"]);
		expect(screen.getByTestId("signed-out").dataset["state"]).toBe("removing");

		act(() => host.change({ head: worlds["signed-out"].head }));

		const text = screen.getByTestId("signed-out").textContent;
		expect(screen.getByTestId("signed-out").dataset["state"]).toBe("removed");
		expect(within(screen.getByTestId("signed-out")).getByRole("status").textContent).toContain(
			"Signed out on this computer",
		);
		expect(text).toContain("nothing of this sign-in is left in the keyring");
		for (const said of ["browser's own sign-in", "90 days", "about an hour", "continuous access evaluation"])
			expect(text).toContain(said);
		for (const way of ["Sign out everywhere", "Revoke sessions"]) expect(text).toContain(way);
		expect(screen.queryByTestId("try-keyring")).toBeNull();
	});

	it("of the practice tenant does not speak of Microsoft", async () => {
		await show(worlds["signed-out-of-practice"]);

		const text = screen.getByTestId("signed-out").textContent;
		expect(text).toContain("The practice tenant is on this computer only");
		expect(text).not.toContain("Microsoft");
	});

	it("that left the saved sign-in behind says so, why, and is tried again", async () => {
		const { host, user } = await show(worlds["sign-out-failed"]);

		const panel = screen.getByTestId("signed-out");
		expect(panel.dataset).toMatchObject({ state: "notRemoved", code: "keyringRefused" });
		expect(panel.textContent).toContain("the saved sign-in is still in the keyring");
		expect(panel.textContent).toContain("tries again to remove it at the next start");
		expect(panel.textContent).not.toContain("nothing of this sign-in is left");
		expect(within(panel).getByRole("alert").textContent).toContain("AccessDenied");
		await user.click(within(panel).getByRole("button", { name: "Try again" }));
		expect(host.commands).toEqual([["tryKeyring"]]);

		act(() => host.change({ head: worlds["signing-out"].head }));

		await expect.poll(() => document.activeElement).not.toBe(document.body);
	});
});

describe("an item", () => {
	it("without alerts says no more than is known", async () => {
		await show({ head: signedIn, items: [item("a.txt", { lookup: lookup("idle", answer()) })] });

		const text = (await detail()).textContent;
		expect(text).toContain("No alerts visible to you");
		expect(text).toContain("Its alerts are on devices that your device groups hide from you.");
		expect(text).toContain("Complete answer from 127.0.0.1:41873, asked as mira.kovac@alderbrook.example");
	});

	it("with an incomplete answer is never shown as without alerts", async () => {
		const cut = item("a.txt", {
			lookup: lookup("idle", answer({ incomplete: problem("pageMissing", { page: 2 }) })),
		});
		await show({ head: signedIn, items: [cut] });

		expect((await detail()).textContent).toContain("Page 2 of the answer did not arrive");
		expect(screen.getByTestId("incomplete")).toBeTruthy();
		expect(document.body.textContent).not.toMatch(/no alerts visible/i);
	});

	it("that is being asked, waits or failed is never shown as without alerts", async () => {
		const items = [
			item("a", { lookup: lookup("asking") }),
			item("b", { lookup: lookup("waiting") }),
			item("c", { lookup: lookup("idle", null, problem("offline", { host: "h" })) }),
			item("d", { sha1: null, reading: { kind: "skipped", error: problem("notRegular") } }),
		];
		const { user } = await show({ head: signedIn, items });

		for (const row of screen.getAllByTestId("item")) {
			await user.click(row);
			expect(document.body.textContent).not.toMatch(/no alerts visible|none visible/i);
		}
	});

	it("that failed keeps its earlier answer, and can be retried", async () => {
		const failed = item("a.dll", {
			lookup: lookup("idle", answer({ alerts: 1, open: 1 }), problem("offline", { host: "api.example" })),
		});
		const { host, user } = await show({
			head: signedIn,
			items: [failed],
			alerts: new Map([[failed.id, [alert("high", "Kept")]]]),
		});

		const text = (await detail()).textContent;
		expect(text).toContain("api.example could not be reached");
		expect(text).toContain("What stands below is the earlier answer.");
		expect(await screen.findByText("Kept")).toBeTruthy();
		await user.click(screen.getByTestId("retry"));
		expect(host.commands).toEqual([["retry", failed.id]]);
	});

	it("shows hidden characters of its name, in the list and above its alerts", async () => {
		await show({ head: signedIn, items: [item("invoice‹U+202E›fdp.exe")] });

		expect(screen.getAllByTestId("control").map((each) => each.textContent)).toEqual(["U+202E", "U+202E"]);
		expect(screen.getByRole("option", { name: "invoice⟨U+202E⟩fdp.exe: Waiting to be asked." })).toBeTruthy();
	});
});

describe("an alert's card", () => {
	const file = alerted("a.exe", { high: 1 });
	const card = alert("high", "<b>Not bold</b>", {
		classification: shown("TruePositive"),
		determination: shown("Malware"),
	});
	const world = { head: signedIn, items: [file], alerts: new Map([[file.id, [card]]]) };

	it("shows text as text, and the file's role from the evidence", async () => {
		await show(world);

		const shownCard = await screen.findByTestId("alert");
		expect(within(shownCard).getByText("<b>Not bold</b>")).toBeTruthy();
		expect(within(shownCard).getByTestId("alert-status").textContent).toBe("New");
		expect(within(shownCard).getByTestId("alert-classification").textContent).toBe("True positive · Malware");
		expect(within(shownCard).getByTestId("alert-role").textContent).toContain("file, there invoice-4711");
	});

	it("opens the practice portal by the alert's handle", async () => {
		const { host, user } = await show(world);

		await user.click(await screen.findByTestId("open-alert"));
		await user.click(screen.getByTestId("open-file"));

		expect(host.commands).toEqual([
			["openPortal", { kind: "alert", alert: card.alert }],
			["openPortal", { kind: "file", item: file.id }],
		]);
		expect(screen.getByText("Open file in the practice portal")).toBeTruthy();
	});

	it("has all other fields behind it", async () => {
		const { host, user } = await show(world);

		(await screen.findByTestId("all-fields")).focus();
		await user.keyboard("{Enter}");
		const fields = await screen.findByTestId("alert-detail");
		await user.click(within(fields).getByRole("button", { name: "Copy as JSON" }));

		expect(fields.textContent).toContain("detectorId17e10bbc");
		expect(host.commands).toEqual([
			["copy", { kind: "alert", item: file.id, alert: card.alert, part: "json" }],
		]);
	});
});

describe("another account", () => {
	it("never sees the alerts of the one before", async () => {
		const file = alerted("a.exe", { high: 1 });
		const { host } = await show({
			head: signedIn,
			items: [file],
			alerts: new Map([[file.id, [alert("high", "Seen by one")]]]),
		});
		expect(await screen.findByText("Seen by one")).toBeTruthy();
		host.held = [];

		act(() => host.change({ head: head({ epoch: 2, session: sessions.work }) }));

		expect(screen.queryByText("Seen by one")).toBeNull();
		expect(screen.queryByTestId("summary")).toBeNull();
	});
});

describe("the list", () => {
	it("draws only the rows in view", async () => {
		await show(worlds.long);

		expect(screen.getAllByTestId("item").length).toBeLessThan(40);
		expect(screen.getAllByTestId("item")[0]?.getAttribute("aria-setsize")).toBe("5000");
	});

	it("is moved through by the keys", async () => {
		const { user } = await show({ head: signedIn, items: ["a", "b", "c"].map((name) => item(name)) });
		const chosen = () => within(screen.getByTestId("items")).getByRole("option", { selected: true });
		const position = () => chosen().getAttribute("aria-posinset");

		screen.getByTestId("items").focus();
		await user.keyboard("{ArrowDown}");
		expect(position()).toBe("2");
		await user.keyboard("{End}{ArrowDown}");
		expect(position()).toBe("3");
		await user.keyboard("{Home}");
		expect(position()).toBe("1");
		const active = screen.getByTestId("items").getAttribute("aria-activedescendant");
		expect(active).toBe(chosen().id);
	});

	it("shows what is chosen anew when the chosen item has left it", async () => {
		const items = ["a", "b"].map((name) => item(name));
		const { host } = await show({ head: signedIn, items });
		expect((await detail()).textContent).toContain("a");

		act(() => host.change({ items: items.slice(1) }));

		expect((await screen.findByRole("heading", { name: "b" })).textContent).toBe("b");
	});
});

describe("the window", () => {
	it("acknowledges each update once it is on screen", async () => {
		const { host } = await show({ head: signedIn });

		act(() => host.change({ items: [item("a")] }));

		expect(host.acknowledged).toEqual([0, 1]);
	});

	it("adds files and pastes from anywhere, but not while a text is edited", async () => {
		const { host, user } = await show({});

		await user.keyboard("{Control>}o{/Control}{Control>}v{/Control}");
		expect(host.commands).toEqual([["pickFiles"], ["paste"]]);

		await user.click(screen.getByTestId("connect-open"));
		await user.click(screen.getByTestId("connect-tenant"));
		await user.keyboard("{Control>}v{/Control}");
		expect(host.commands).toHaveLength(2);
	});

	it("shows a command's failure until it is dismissed, once", async () => {
		const { host, user } = await show({ head: signedIn });
		host.failing.set("paste", problem("noDigestInText"));

		await user.click(screen.getByTestId("paste"));
		await user.click(screen.getByTestId("paste"));
		expect(screen.getAllByTestId("notice")).toHaveLength(1);
		await user.click(screen.getByText("Dismiss"));

		expect(screen.queryByTestId("notice")).toBeNull();
	});

	it("says so when a command fails for an unforeseen reason", async () => {
		const { host, user } = await show({ head: signedIn });
		host.failing.set("pickFiles", "unexpected");

		await user.click(screen.getByTestId("add-files"));

		expect(screen.getByTestId("notice").dataset["code"]).toBe("unexpected");
	});

	it("has the host's notices dismissed by the host", async () => {
		const { host, user } = await show({
			head: head({ notices: [{ id: 7, error: problem("settingsNewer", { file: "f" }) }] }),
		});

		await user.click(screen.getByText("Dismiss"));

		expect(host.commands).toEqual([["dismiss", 7]]);
	});

	it("shows how long lookups are held, and that they go on by themselves", async () => {
		vi.spyOn(Date, "now").mockReturnValue(now);
		await show(worlds.throttled);

		expect(screen.getByTestId("hold").textContent).toContain("Lookups go on by themselves.");
		expect(screen.getByRole("timer").textContent).toBe("Going on by itself at 14:02:53Z, in 0:42");
	});

	it("gives practice files only in the practice tenant", async () => {
		const { host, user } = await show(worlds["practice-files"]);
		await user.click(screen.getByTestId("practice-files"));
		await user.click(screen.getByText("Copy the folder's path"));

		expect(host.commands).toEqual([["practiceFiles"], ["copy", { kind: "practiceFolder" }]]);
		expect(screen.getByTestId("practice-folder").textContent).toBe("/home/mira/Droptrace practice files");
	});
});
