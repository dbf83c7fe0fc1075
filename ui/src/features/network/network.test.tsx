import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { ErrorCode, UserError } from "../../ipc/view";
import { head, network, problem, shown } from "../../testing/fixtures";
import { managedSettings } from "../../testing/organisations";
import { show } from "../../testing/show";
import { worlds } from "../../testing/worlds";

// Every code is taken for told, also one that has no words yet.
vi.mock("../../ipc/failure", () => ({
	asFailure: (error: UserError | "unexpected") =>
		error === "unexpected" ? { kind: "unexpected" } : { kind: "told", error },
	sameFailure: () => false,
}));

async function opened(world: Parameters<typeof show>[0]) {
	const shownWindow = await show(world);
	await shownWindow.user.keyboard("{Control>},{/Control}");
	await shownWindow.user.click(await screen.findByTestId("open-network"));
	return { ...shownWindow, sheet: await screen.findByTestId("network-sheet") };
}
const field = (name: string) => screen.getByTestId<HTMLInputElement>(`proxy-${name}`);

describe("the network", () => {
	it.each([
		["welcome", "Connections go directly, without a proxy."],
		["network-automatic", "The system finds its proxy by a script, which Droptrace does not follow"],
		["network-environment", "named by a variable of the environment"],
		[
			"network-own",
			"proxy.contoso.us, port 8080, named in these settings. It is told the name svc-droptrace",
		],
	] as const)("says of %s what is used, and who named it", async (world, text) => {
		await opened(worlds[world]);

		expect(screen.getByTestId("proxy-in-use").textContent).toContain(text);
	});

	it("sets an own proxy, host and port apart, and keeps no password in sight", async () => {
		const { host, user } = await opened({});

		await user.type(field("host"), "proxy.contoso.us");
		await user.type(field("port"), "3128");
		await user.type(field("user"), "ana");
		await user.type(field("password"), "secret");
		expect(field("password").type).toBe("password");
		await user.click(screen.getByTestId("proxy-save"));

		expect(host.commands).toEqual([
			["setProxy", { host: "proxy.contoso.us", port: "3128", user: "ana", password: "secret" }],
		]);
		await waitFor(() => expect(field("password").value).toBe(""));
	});

	it("takes the password alone of a proxy that the administrator has fixed", async () => {
		const own = worlds["network-own"].head?.network ?? network;
		const { host, user } = await opened({ head: head({ network: { ...own, proxyLocked: true } }) });
		expect(screen.queryByTestId("proxy-host")).toBeNull();
		expect(screen.queryByTestId("clear-proxy")).toBeNull();

		await user.type(field("password"), "secret");
		await user.click(screen.getByTestId("proxy-save"));

		const form = { host: "proxy.contoso.us", port: "8080", user: "svc-droptrace", password: "secret" };
		expect(host.commands).toEqual([["setProxy", form]]);
	});

	it("leaves the kept password where none is typed, and shows the rest", async () => {
		const { host, user } = await opened(worlds["network-own"]);
		expect([field("host").value, field("port").value, field("user").value, field("password").value]).toEqual([
			"proxy.contoso.us",
			"8080",
			"svc-droptrace",
			"",
		]);

		await user.click(screen.getByTestId("proxy-save"));
		await user.click(screen.getByTestId("clear-proxy"));

		expect(host.commands).toEqual([
			["setProxy", { host: "proxy.contoso.us", port: "8080", user: "svc-droptrace", password: null }],
			["clearProxy"],
		]);
	});

	it("holds nothing of one proxy in the form of another", async () => {
		const { host, user } = await opened(worlds["network-own"]);
		await user.type(field("password"), "secret");

		act(() => host.change({ head: head({ network }) }));

		expect([field("host").value, field("password").value]).toEqual(["", ""]);
	});

	it.each([
		["proxyHostInvalid", "error-host", "host"],
		["proxyPortInvalid", "error-port", "port"],
		["proxyUserInvalid", "error-user", "user"],
		["settingsNotSaved", "proxy-problem", null],
	] as const)("tells %s where it belongs: %s", async (code, testId, at) => {
		const { host, user } = await opened({});
		host.failing.set("setProxy", problem(code as ErrorCode));

		await user.click(screen.getByTestId("proxy-save"));

		expect(await screen.findByTestId(testId)).toBeTruthy();
		if (at !== null) expect(document.activeElement).toBe(field(at));
	});

	it("takes certificate authorities from a file that is picked, and removes them", async () => {
		const { host, user } = await opened(worlds["network-own"]);
		expect(screen.getByTestId("extra-ca").textContent).toContain("and 3 more from contoso-root");
		expect(within(screen.getByTestId("extra-ca")).getByTestId("control").textContent).toBe("U+202E");

		await user.click(screen.getByTestId("pick-extra-ca"));
		await user.click(screen.getByTestId("clear-extra-ca"));

		expect(host.commands).toEqual([["pickExtraCa"], ["clearExtraCa"]]);
	});

	it("has nothing to change where the administrator has fixed it", async () => {
		await opened(worlds.managed);

		expect(screen.getByTestId("proxy-locked").textContent).toContain("Set by your administrator");
		expect(screen.getByTestId("proxy-in-use").textContent).toContain("set by your administrator.");
		expect(screen.getByTestId("ca-locked")).toBeTruthy();
		expect(screen.queryByTestId("proxy-form")).toBeNull();
		expect(screen.queryByTestId("pick-extra-ca")).toBeNull();
	});

	it("says what is wrong with it", async () => {
		const { sheet } = await opened(worlds["network-environment"]);

		expect(within(sheet).getByTestId("network-problem").dataset["code"]).toBe("offline");
	});

	it("shows what is hidden in a proxy's name", async () => {
		const proxy = { kind: "system", host: shown("a‹U+200B›b"), port: 1 } as const;
		await opened({ head: head({ network: { ...network, proxy } }) });

		expect(within(screen.getByTestId("proxy-in-use")).getByTestId("control")).toBeTruthy();
	});
});

describe("what the administrator has set", () => {
	const preferences = async (world: Parameters<typeof show>[0]) => {
		const { user } = await show(world);
		await user.keyboard("{Control>},{/Control}");
		return screen.findByTestId("preferences-sheet");
	};

	it("tells where it stands, each value, and whether it holds", async () => {
		const sheet = await preferences(worlds.managed);

		const managed = within(within(sheet).getByTestId("managed"));
		expect(within(sheet).getByTestId("managed").textContent).toContain("C:\\ProgramData");
		expect(managed.getByTestId("managed-organisation").textContent).toContain("Locked: it holds");
		expect(managed.getByTestId("managed-proxy").textContent).toContain("You have chosen another value");
		expect(managed.getByTestId("managed-responseMode").textContent).toContain("until you choose another");
	});

	it("fixes how long answers are kept", async () => {
		const sheet = await preferences(worlds.managed);

		expect(within(sheet).getByTestId<HTMLFieldSetElement>("retention").disabled).toBe(true);
		expect(within(sheet).getByTestId("retention-hint").textContent).toMatch(/^Set by your administrator/);
		expect(within(sheet).getByTestId<HTMLFieldSetElement>("freshness").disabled).toBe(false);
	});

	it("leaves a choice that is only preset", async () => {
		const settings = managedSettings.map((each) => ({ ...each, locked: false }));
		const managed = { kind: "applied", place: shown("/etc/droptrace"), settings } as const;
		const sheet = await preferences({ head: head({ managed }) });

		expect(within(sheet).getByTestId<HTMLFieldSetElement>("retention").disabled).toBe(false);
	});

	it("says why it is not followed", async () => {
		const sheet = await preferences(worlds["managed-refused"]);

		expect(within(sheet).getByTestId("managed").textContent).toContain("none of them is followed");
		expect(within(within(sheet).getByTestId("managed")).getByRole("alert").dataset["code"]).toBe(
			"settingsUnreadable",
		);
	});

	it("is not spoken of where there is nothing", async () => {
		const sheet = await preferences({});

		expect(within(sheet).queryByTestId("managed")).toBeNull();
	});
});
