import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { connected, head } from "../../testing/fixtures";
import { show } from "../../testing/show";
import { worlds } from "../../testing/worlds";

async function menu(world: keyof typeof worlds) {
	const shownWindow = await show(worlds[world]);
	await shownWindow.user.click(screen.getByTestId("accounts"));
	await screen.findByRole("menu");
	return shownWindow;
}

describe("the menu of accounts", () => {
	it("names each account and where it is, and marks the active one and what is practice", async () => {
		await menu("accounts");

		const all = screen.getAllByRole("menuitemradio");
		expect(all.map((each) => each.getAttribute("aria-checked"))).toEqual(["true", "false", "false", "false"]);
		expect(all[0]?.textContent).toContain("active");
		expect(all[0]?.textContent).toContain("contoso.us, GCC High");
		expect(all[1]?.textContent).toContain("practice");
		expect(all[1]?.textContent).toContain("Practice tenant, nothing real");
		expect(all[3]?.textContent).toContain(
			"Somebody whose name the keyring has not told yet: contoso.us, GCC High",
		);
	});

	it("says what going over does to the list, goes over by the keys, and says so", async () => {
		const { host, user } = await show(worlds.accounts);
		screen.getByTestId("accounts").focus();
		await user.keyboard("{Enter}");
		expect((await screen.findByRole("menu")).textContent).toContain("keeps the list. The answers leave");

		await user.keyboard("{ArrowDown}{Enter}");

		expect(host.commands).toEqual([["switchAccount", 2]]);
		await waitFor(() => expect(screen.getByTestId("said").textContent).toBe("Going on as Mira Kovač"));
	});

	it("does nothing for the active one", async () => {
		const { host, user } = await menu("accounts");

		await user.click(screen.getByTestId("account-1"));

		expect(host.commands).toEqual([]);
	});

	it("signs in as somebody else where the session is", async () => {
		const { host, user } = await menu("accounts");

		await user.click(screen.getByTestId("other-account"));

		expect(host.commands).toEqual([["signIn", { kind: "organisation", id: 1 }, true]]);
	});

	it("adds an organisation beside the list", async () => {
		const { user } = await menu("accounts");

		await user.click(screen.getByTestId("accounts-connect"));

		expect(await screen.findByTestId("connect-page")).toBeTruthy();
		expect(screen.getByTestId("items")).toBeTruthy();
	});
});

describe("the sheet of all accounts", () => {
	const opened = async (world: keyof typeof worlds) => {
		const shownWindow = await menu(world);
		await shownWindow.user.click(screen.getByTestId("accounts-all"));
		return { ...shownWindow, sheet: await screen.findByTestId("accounts-sheet") };
	};

	it("signs out another one, and says which ends with the program", async () => {
		const { host, user, sheet } = await opened("accounts");
		expect(within(sheet).getByTestId("known-3").textContent).toContain("Ends with the program.");
		expect(within(sheet).getByTestId("known-2").dataset["realm"]).toBe("practice");

		await user.click(within(sheet).getByRole("button", { name: "Sign out Mira Kovač" }));

		expect(host.commands).toEqual([["forgetAccount", 2]]);
		expect(screen.getByTestId("accounts-sheet")).toBeTruthy();
	});

	it("signs out the active one as the header does, and has no way to go over to it", async () => {
		const { host, user, sheet } = await opened("accounts");
		expect(within(sheet).queryByTestId("switch-1")).toBeNull();

		await user.click(within(sheet).getByTestId("forget-1"));

		expect(host.commands).toEqual([["signOut"]]);
		await waitFor(() => expect(screen.queryByTestId("accounts-sheet")).toBeNull());
	});

	it("goes over to another one", async () => {
		const { host, user, sheet } = await opened("accounts-in-practice");

		await user.click(within(sheet).getByTestId("switch-1"));

		expect(host.commands).toEqual([["switchAccount", 1]]);
	});

	it.each([
		["add-1", ["signIn", { kind: "organisation", id: 1 }, true]],
		["add-practice", ["signIn", { kind: "practice" }, true]],
	])("adds an account by %s", async (testId, command) => {
		const { host, user, sheet } = await opened("accounts");

		await user.click(within(sheet).getByTestId(testId));

		expect(host.commands).toEqual([command]);
	});
});

describe("the welcome", () => {
	it("goes on as a known account with one press", async () => {
		const { host, user } = await show(worlds["welcome-known"]);
		const known = within(screen.getByTestId("go-on-as"));
		expect(known.getAllByTestId(/^go-on-\d+$/)).toHaveLength(4);
		expect(screen.getByTestId("go-on-2").textContent).toContain("practice");

		await user.click(screen.getByTestId("go-on-2"));

		expect(host.commands).toEqual([["switchAccount", 2]]);
	});

	it("leads to all accounts, where each can be signed out though nobody is signed in", async () => {
		const { user } = await show(worlds["welcome-known"]);

		await user.click(screen.getByTestId("go-on-accounts"));

		expect(await screen.findByTestId("accounts-sheet")).toBeTruthy();
	});

	it("has a card for each organisation, and does not remove what the administrator has set", async () => {
		const { host, user } = await show(worlds["welcome-organisations"]);
		const [locked, own] = [1, 2].map((id) => within(screen.getByTestId(`organisation-${id}`)));
		expect(locked?.queryByTestId("disconnect")).toBeNull();
		expect(locked?.getByTestId("organisation-locked").textContent).toContain("Set by your administrator");
		expect(own?.queryByTestId("organisation-locked")).toBeNull();
		expect(own?.getByRole("heading").textContent).toBe("1b2c3d4e-0000-4000-8000-1234567890ab");
		expect(own?.getByTestId("organisation").textContent).toContain("Alert.ReadWrite");

		await user.click(screen.getByRole("button", { name: "Sign in to contoso.us" }));
		await user.click(screen.getByRole("button", { name: "Check the connection to contoso.us" }));
		await user.click(own?.getByTestId("disconnect") as HTMLElement);

		expect(host.commands).toEqual([
			["signIn", { kind: "organisation", id: 1 }, false],
			["startCheck", 1],
			["disconnect", 2],
		]);
	});

	it("connects another one", async () => {
		const { user } = await show({ head: head({ practice: false, organisations: [connected(2)] }) });
		expect(screen.queryByTestId("try-practice")).toBeNull();

		await user.click(screen.getByTestId("connect-open"));

		expect(screen.getByTestId("connect-page")).toBeTruthy();
	});

	it("offers no other where the administrator has fixed one", async () => {
		await show({ head: head({ organisations: [{ ...connected(1), locked: true }] }) });

		expect(screen.getByTestId("organisation-locked")).toBeTruthy();
		expect(screen.queryByTestId("connect-open")).toBeNull();
	});
});
