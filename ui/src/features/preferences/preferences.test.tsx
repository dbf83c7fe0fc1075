import { act, screen, within } from "@testing-library/react";
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
