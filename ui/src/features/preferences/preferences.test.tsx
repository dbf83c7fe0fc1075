import { act, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { head, preferences, problem, sessions } from "../../testing/fixtures";
import { show } from "../../testing/show";
import { worlds } from "../../testing/worlds";

const look = () => ({ ...document.documentElement.dataset });

afterEach(() => vi.useRealTimers());

describe("what the window looks like", () => {
	it("is the system's until something else is chosen", async () => {
		await show(worlds.work);

		expect(look()).toEqual({});
	});

	it("follows the theme and the contrast, which are sent with all else that was chosen", async () => {
		const { host, user } = await show(worlds.work);
		await user.click(screen.getByTestId("look"));
		const dialog = await screen.findByTestId("look-dialog");

		await user.click(within(dialog).getByRole("radio", { name: "Dark" }));
		expect(look()).toEqual({ theme: "dark" });
		await user.click(within(dialog).getByRole("radio", { name: "More" }));
		expect(look()).toEqual({ theme: "dark", contrast: "more" });

		expect(host.commands).toEqual([
			["setPreferences", { ...preferences, theme: "dark" }],
			["setPreferences", { ...preferences, theme: "dark", contrast: "more" }],
		]);
		await user.click(within(dialog).getAllByRole("radio", { name: "System" })[0] as HTMLElement);
		expect(look()).toEqual({ contrast: "more" });
	});

	it("is what the host has kept", async () => {
		await show({ head: head({ preferences: { ...preferences, theme: "light", contrast: "more" } }) });

		expect(look()).toEqual({ theme: "light", contrast: "more" });
	});

	it("is as large as was chosen, step by step, by button and by key, within bounds", async () => {
		const { host, user } = await show(worlds.work);
		const sizes = () => host.commands.map(([, chosen]) => (chosen as { zoom: number }).zoom);
		await user.keyboard("{Control>}+{/Control}");
		await user.click(screen.getByTestId("look"));
		const dialog = await screen.findByTestId("look-dialog");
		expect(within(dialog).getByTestId("zoom").textContent).toContain("110 %");
		const [smaller, larger] = within(dialog).getAllByRole("button") as [HTMLElement, HTMLElement];

		await user.click(larger);
		await user.keyboard("{Control>}-{/Control}{Control>}-{/Control}");
		await user.keyboard("{Control>}0{/Control}");
		expect(sizes()).toEqual([110, 125, 110, 100]);

		for (let step = 0; step < 9; step += 1) await user.keyboard("{Control>}={/Control}");
		expect(sizes().at(-1)).toBe(400);
		expect(larger.getAttribute("aria-disabled")).toBe("true");
		const before = sizes().length;
		await user.click(larger);
		expect(sizes().length).toBe(before);
		expect(smaller.getAttribute("aria-disabled")).toBe("false");
	});

	it("can be chosen before anybody is signed in", async () => {
		const { user } = await show({});

		await user.click(screen.getByTestId("look"));

		expect(await screen.findByTestId("look-dialog")).toBeTruthy();
	});
});

describe("the preferences", () => {
	const opened = async (world: Parameters<typeof show>[0]) => {
		const shownWindow = await show(world);
		await shownWindow.user.click(screen.getByTestId("look"));
		await shownWindow.user.click(await screen.findByTestId("preferences"));
		return { ...shownWindow, sheet: await screen.findByTestId("preferences-sheet") };
	};

	it("are opened from the appearance, which is closed by that, and by a key", async () => {
		const { user } = await opened({});
		await waitFor(() => expect(screen.queryByTestId("look-dialog")).toBeNull());
		await user.keyboard("{Escape}");
		await waitFor(() => expect(screen.queryByTestId("preferences-sheet")).toBeNull());

		await user.keyboard("{Control>},{/Control}");

		expect(await screen.findByTestId("preferences-sheet")).toBeTruthy();
	});

	it.each([
		["Off", "off"],
		["1 day", "day"],
		["7 days", "week"],
		["90 days", "quarter"],
	])("keep answers and history: %s", async (name, retention) => {
		const { host, user, sheet } = await opened(worlds.work);

		await user.click(within(within(sheet).getByTestId("retention")).getByRole("radio", { name }));

		expect(host.commands).toEqual([["setPreferences", { ...preferences, retention }]]);
	});

	it("say what off means, and where answers are otherwise", async () => {
		const { user, sheet } = await opened(worlds.work);
		const hint = within(sheet).getByTestId("retention-hint");
		expect(hint.textContent).toMatch(/^On this computer, sealed/);

		await user.click(within(sheet).getByRole("radio", { name: "Off" }));

		expect(hint.textContent).toBe(
			"Answers and history end with the program. The number of calls of the last hour stays, without file or person.",
		);
	});

	it("say why answers are not kept though they are to be", async () => {
		const { sheet } = await opened(worlds["history-memory"]);

		expect(within(sheet).getByTestId("retention-hint").textContent).toBe(
			"Answers and history are kept only until Droptrace is closed: The file of kept answers could not be opened.",
		);
	});

	it.each([
		["Always ask", 0],
		["4 hours", 240],
		["1 day", 1_440],
	])("use kept answers: %s", async (name, freshMinutes) => {
		const { host, user, sheet } = await opened(worlds.work);

		await user.click(within(within(sheet).getByTestId("freshness")).getByRole("radio", { name }));

		expect(host.commands).toEqual([["setPreferences", { ...preferences, freshMinutes }]]);
	});

	it("show a number of minutes that they do not offer", async () => {
		const { sheet } = await opened({ head: head({ preferences: { ...preferences, freshMinutes: 90 } }) });

		const chosen = within(sheet).getByRole<HTMLInputElement>("radio", { name: "90 minutes" });
		expect(chosen.checked).toBe(true);
	});
});

describe("forgetting everything", () => {
	const asked = async (world: Parameters<typeof show>[0]) => {
		const shownWindow = await show(world);
		await shownWindow.user.keyboard("{Control>},{/Control}");
		await shownWindow.user.click(await screen.findByTestId("forget"));
		return { ...shownWindow, sheet: await screen.findByTestId("forget-sheet") };
	};
	const lines = (testId: string) =>
		within(screen.getByTestId(testId))
			.getAllByRole("listitem")
			.map((each) => each.textContent);

	it("says what goes and what stays before anything is done", async () => {
		const { host } = await asked(worlds.forgotten);

		expect(lines("forget-goes")).toHaveLength(5);
		expect(lines("forget-goes").join()).toMatch(/history.*keyring.*settings.*logs.*web view/);
		expect(lines("forget-stays").join()).toMatch(/calls of the last hour.*no file and no person.*expire/);
		expect(host.commands).toEqual([]);
	});

	it("is not what Enter does at once", async () => {
		const { host, user } = await asked(worlds.forgotten);
		expect(document.activeElement).not.toBe(screen.getByTestId("forget-do"));

		await user.keyboard("{Enter}");

		expect(host.commands).toEqual([]);
	});

	it("is left by Cancel", async () => {
		const { host, user } = await asked(worlds.forgotten);

		await user.click(screen.getByTestId("forget-cancel"));

		await waitFor(() => expect(screen.queryByTestId("forget-sheet")).toBeNull());
		expect(host.commands).toEqual([]);
	});

	it("tells what was removed, and which calls stay", async () => {
		const { host, user } = await asked(worlds.forgotten);

		await user.click(screen.getByTestId("forget-do"));

		const sheet = await screen.findByTestId("forgotten-sheet");
		expect(host.commands).toEqual([["forgetEverything"]]);
		expect(within(sheet).getByRole("heading", { level: 2 }).textContent).toBe("What was forgotten");
		expect(lines("forgotten-removed")).toEqual([
			"1,204 kept answers",
			"318 kept alerts",
			"1,310 files and digests of the history",
			"2 sign-ins in the keyring",
			"the settings",
			"3 files of the log",
			"what the web view kept",
		]);
		expect(within(sheet).getByTestId("calls-kept").textContent).toContain("42 calls");
		expect(within(sheet).queryByTestId("forgotten-failed")).toBeNull();
	});

	it("tells what could not be removed", async () => {
		const { user } = await asked(worlds["forgotten-in-part"]);

		await user.click(screen.getByTestId("forget-do"));

		const sheet = await screen.findByTestId("forgotten-sheet");
		expect(within(sheet).getByRole("heading", { level: 2 }).textContent).toBe(
			"Not everything could be removed",
		);
		expect(
			within(sheet)
				.getAllByTestId("forgotten-failed")
				.map((each) => each.dataset["code"]),
		).toEqual(["profileNotForgotten", "signInsNotForgotten"]);
		expect(lines("forgotten-removed")).not.toContain("what the web view kept");
	});

	it("says that there was nothing", async () => {
		const { user } = await asked(worlds["forgotten-nothing"]);

		await user.click(screen.getByTestId("forget-do"));

		const sheet = await screen.findByTestId("forgotten-sheet");
		expect(sheet.textContent).toContain("There was nothing to remove.");
		expect(within(sheet).queryByTestId("calls-kept")).toBeNull();
	});

	it("is done once, however often it is pressed, and can be tried again where it failed", async () => {
		const { host, user, sheet } = await asked(worlds.forgotten);
		const forget = vi.spyOn(host, "forgetEverything");
		let fail = (_: unknown) => {};
		forget.mockReturnValueOnce(
			new Promise((_, reject) => {
				fail = reject;
			}),
		);
		await user.click(screen.getByTestId("forget-do"));
		await user.click(screen.getByTestId("forget-do"));
		expect(forget).toHaveBeenCalledTimes(1);
		expect(screen.getByTestId("forget-do").textContent).toBe("Removing…");

		await act(async () => fail(problem("gone")));
		expect((await within(sheet).findByTestId("problem")).dataset["code"]).toBe("gone");
		await user.click(screen.getByTestId("forget-do"));

		expect(await screen.findByTestId("forgotten-sheet")).toBeTruthy();
	});
});

describe("the zone of times", () => {
	const zone = (name: string) => screen.getByRole("radio", { name }) as HTMLInputElement;

	it("is one switch, and a key", async () => {
		vi.spyOn(Date, "now").mockReturnValue(Date.UTC(2026, 10, 24, 14, 2, 11));
		const { host, user } = await show(worlds.work);
		const provenance = await screen.findByTestId("provenance");
		expect(provenance.textContent).toContain("14:00:11Z");

		await user.click(zone("Local"));
		expect(provenance.textContent).not.toContain("Z");
		await user.keyboard("u");

		expect(zone("UTC").checked).toBe(true);
		expect(host.commands).toEqual([
			["setPreferences", { ...preferences, zone: "local" }],
			["setPreferences", { ...preferences, zone: "utc" }],
		]);
	});

	it("goes back when it could not be set, and says why", async () => {
		const { host, user } = await show({ head: head({ session: sessions.mira }) });
		vi.spyOn(host, "setPreferences").mockRejectedValue(problem("settingsNotSaved"));

		await user.click(zone("Local"));

		expect((await screen.findByTestId("notice")).dataset["code"]).toBe("settingsNotSaved");
		expect(zone("UTC").checked).toBe(true);
	});

	it("is not taken back by what the host says of an earlier choice", async () => {
		const mira = { session: sessions.mira };
		const { host, user } = await show({ head: head(mira) });
		const sent = vi.spyOn(host, "setPreferences").mockResolvedValue();
		await user.click(screen.getByTestId("look"));
		const larger = within(await screen.findByTestId("look-dialog")).getByTestId("zoom-in");
		await user.click(larger);
		await user.click(larger);

		act(() => host.change({ head: head({ ...mira, preferences: { ...preferences, zoom: 110 } }) }));
		await user.click(larger);

		expect(sent.mock.calls.map(([{ zoom }]) => zoom)).toEqual([110, 125, 150]);
	});

	it("holds at once, before the host has said so", async () => {
		const { host, user } = await show({ head: head({ session: sessions.mira }) });
		vi.spyOn(host, "setPreferences").mockReturnValue(new Promise(() => {}));

		await user.click(zone("Local"));

		expect(zone("Local").checked).toBe(true);
	});
});
