import { act, screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { accounts, head, preferences, sessions, shown } from "../../testing/fixtures";
import { show } from "../../testing/show";
import { worlds } from "../../testing/worlds";

const open = { ...preferences, guideClosed: false };
const guide = () => screen.getByTestId("guide");

describe("the guide", () => {
	it("leads through five steps, and is closed at their end", async () => {
		const { host, user } = await show(worlds["guide-begins"]);
		const told = [];

		for (let step = 1; step <= 5; step += 1) {
			expect(guide().dataset["step"]).toBe(String(step));
			expect(within(guide()).getByRole("button", { current: "step" }).textContent).toBe(String(step));
			told.push(guide().textContent);
			await user.click(screen.getByTestId("guide-next"));
		}

		expect(new Set(told).size).toBe(5);
		expect(screen.queryByTestId("guide")).toBeNull();
		expect(host.commands).toEqual([["setPreferences", preferences]]);
		await expect.poll(() => document.activeElement).not.toBe(document.body);
	});

	it("goes to any step", async () => {
		const { user } = await show(worlds.guide);

		await user.click(screen.getByRole("button", { name: "Step 4 of 5" }));

		expect(guide().textContent).toContain("That says nothing about the file");
	});

	it("ticks what can be seen to be done", async () => {
		const { host } = await show(worlds["guide-begins"]);
		const done = () => within(guide()).queryAllByRole("button", { name: /, done$/ }).length;
		expect(done()).toBe(0);

		act(() => host.change({ items: worlds.work.items }));
		expect(done()).toBe(1);

		const other = { ...accounts.mira, signInName: shown("another@alderbrook.example") };
		const session = { ...sessions.mira, account: other };
		act(() =>
			host.change({ head: head({ epoch: 2, session, preferences: open }), items: worlds.work.items }),
		);
		expect(done()).toBe(2);
	});

	it.each(["welcome", "at-work", "empty-at-work"] as const)("is not in %s", async (name) => {
		await show({ ...worlds[name], head: { ...worlds[name].head, preferences: open } });

		expect(screen.queryByTestId("guide")).toBeNull();
	});

	it("stays while another analyst signs in", async () => {
		const { host, user } = await show(worlds.guide);
		await user.click(screen.getByTestId("guide-step-5"));

		act(() => host.change({ head: head({ session: sessions.signingIn, preferences: open }) }));

		expect(guide().dataset["step"]).toBe("5");
	});

	it("waits for the first analyst", async () => {
		await show({ head: head({ session: sessions.signingIn, preferences: open }) });

		expect(screen.queryByTestId("guide")).toBeNull();
	});

	it("is shown again from the sheet of keys", async () => {
		const { host, user } = await show(worlds.work);
		await user.keyboard("?");

		await user.click(await screen.findByTestId("guide-open"));

		expect(host.commands).toEqual([["setPreferences", open]]);
		expect(guide().dataset["step"]).toBe("1");
	});

	it("is offered where nothing is listed yet", async () => {
		const { host, user } = await show(worlds.empty);

		await user.click(screen.getByTestId("guide-open"));

		expect(host.commands).toEqual([["setPreferences", open]]);
	});

	it("is offered nowhere but in practice", async () => {
		const { user } = await show(worlds["empty-at-work"]);
		expect(screen.queryByTestId("guide-open")).toBeNull();

		await user.keyboard("?");

		expect(await screen.findByTestId("keys-sheet")).toBeTruthy();
		expect(screen.queryByTestId("guide-open")).toBeNull();
	});
});
