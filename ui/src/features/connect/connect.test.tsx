import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { ErrorCode, FoundTenant, UserError } from "../../ipc/view";
import {
	check,
	connected,
	foundTenant,
	head,
	organisation,
	problem,
	sessions,
	shown,
} from "../../testing/fixtures";
import { show } from "../../testing/show";
import { worlds } from "../../testing/worlds";

// Every code is taken for told, also one that has no words yet.
vi.mock("../../ipc/failure", () => ({
	asFailure: (error: UserError | "unexpected") =>
		error === "unexpected" ? { kind: "unexpected" } : { kind: "told", error },
	sameFailure: () => false,
}));

const client = "0a9b8c7d-0000-4000-8000-1234567890ab";
const value = (testId: string) => screen.getByTestId<HTMLInputElement>(testId).value;
const coded = (code: string) => problem(code as ErrorCode);

async function opened(world: Parameters<typeof show>[0] = {}) {
	const shownWindow = await show(world);
	await shownWindow.user.click(screen.getByTestId("connect-open"));
	return shownWindow;
}

describe("the page that connects an organisation", () => {
	it("begins in the first field, in place of all else, and is left by Cancel", async () => {
		const { host, user } = await opened();

		expect(document.activeElement).toBe(screen.getByTestId("connect-domain"));
		expect(screen.queryByTestId("welcome")).toBeNull();
		expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Droptrace");
		expect(screen.getByRole("heading", { level: 2 }).textContent).toBe("Connect your organisation");
		expect(screen.getAllByRole("heading", { level: 3 }).map((each) => each.textContent)).toEqual([
			"Your organisation",
			"App registration",
			"Host",
		]);
		await user.click(screen.getByTestId("connect-cancel"));

		expect(screen.getByTestId("welcome")).toBeTruthy();
		expect(host.commands).toEqual([]);
	});

	it("finds the tenant by Enter, fills it in, and has the cloud confirmed", async () => {
		const { host, user } = await opened();

		await user.keyboard("ana@Contoso.us{Enter}");

		const found = await screen.findByTestId("found-tenant");
		expect(found.textContent).toContain("contoso.us is in the GCC High cloud");
		expect(found.textContent).toContain(organisation.tenant);
		expect(found.closest("[role=status]")).toBeTruthy();
		expect(value("connect-tenant")).toBe(organisation.tenant);
		expect(value("connect-cloud")).toBe("gccHigh");
		expect(screen.queryByTestId("connect-host")).toBeNull();
		expect(host.commands).toEqual([["findTenant", "ana@Contoso.us"]]);
	});

	it("takes the cloud that the person corrects, and the domain with it", async () => {
		const { host, user } = await opened();
		await user.click(screen.getByTestId("connect-find"));
		await screen.findByTestId("found-tenant");

		await user.selectOptions(screen.getByTestId("connect-cloud"), "DoD");
		await user.type(screen.getByTestId("connect-client"), client);
		await user.click(screen.getByTestId("connect-submit"));

		expect(host.commands.at(-1)).toEqual([
			"connect",
			{ cloud: "dod", tenant: organisation.tenant, client, host: "global", domain: "contoso.us" },
		]);
	});

	it("forgets the domain once another tenant is typed", async () => {
		const { host, user } = await opened();
		await user.click(screen.getByTestId("connect-find"));
		await screen.findByTestId("found-tenant");

		await user.type(screen.getByTestId("connect-tenant"), "0");
		await user.click(screen.getByTestId("connect-submit"));

		expect(host.commands.at(-1)?.[1]).toMatchObject({ tenant: `${organisation.tenant}0`, domain: null });
	});

	it.each(["domainInvalid", "domainUnknown", "discoveryInvalid", "authorityUnreachable"])(
		"tells by the field that nothing was found: %s",
		async (code) => {
			const { host, user } = await opened();
			host.failing.set("findTenant", coded(code));

			await user.keyboard("nobody.example{Enter}");

			const field = screen.getByTestId("connect-domain");
			await waitFor(() => expect(field.getAttribute("aria-invalid")).toBe("true"));
			expect(screen.getByTestId("error-domain").getAttribute("role")).toBe("alert");
			expect(document.activeElement).toBe(field);
			await user.keyboard("s");
			expect(screen.queryByTestId("error-domain")).toBeNull();
		},
	);

	it("drops what an earlier search finds once another domain is typed", async () => {
		const { host, user } = await opened();
		let found = (_: FoundTenant) => {};
		vi.spyOn(host, "findTenant").mockReturnValueOnce(
			new Promise((resolve) => {
				found = resolve;
			}),
		);
		await user.keyboard("one.example{Enter}2");

		await act(async () => found(foundTenant));

		expect(screen.queryByTestId("found-tenant")).toBeNull();
		expect(value("connect-tenant")).toBe("");
	});

	it.each([
		["tenantInvalid", "error-tenant"],
		["clientInvalid", "error-client"],
		["hostInvalid", "error-host"],
		["settingsNotSaved", "connect-problem"],
	])("tells %s where it belongs: %s", async (code, testId) => {
		const { host, user } = await opened();
		host.failing.set("connect", coded(code));

		await user.click(screen.getByTestId("connect-submit"));

		expect((await screen.findByTestId(testId)).dataset["code"]).toBe(code);
		expect(screen.getAllByRole("alert")).toHaveLength(1);
	});
});

describe("the registration's texts", () => {
	it("are shown when they are asked for, three ways and a message, each to copy whole", async () => {
		const { host, user } = await opened();
		await user.click(screen.getByTestId("connect-find"));
		await screen.findByTestId("found-tenant");
		expect(screen.queryByTestId("registration")).toBeNull();

		await user.click(screen.getByTestId("registration-open"));
		await screen.findByTestId("registration");
		expect(screen.getByTestId("registration-open").getAttribute("aria-expanded")).toBe("true");
		expect(screen.getAllByRole("tab").map((each) => each.textContent)).toEqual([
			"Portal",
			"Azure CLI",
			"PowerShell",
			"Message to the administrator",
		]);
		expect(screen.getByTestId("registration-text").textContent).toContain("2. Register an app in");
		await user.click(screen.getByRole("tab", { name: "PowerShell" }));
		expect(screen.getByTestId("registration-text").textContent).toContain("Connect-MgGraph");
		await user.keyboard("{ArrowRight}");
		expect(screen.getByTestId("registration-text").textContent).toContain("Hello");
		await user.click(screen.getByTestId("registration-copy"));

		expect(host.commands.at(-1)).toEqual([
			"copyRegistration",
			{ cloud: "gccHigh", tenant: organisation.tenant, client: "", host: "global", domain: "contoso.us" },
			"message",
		]);
		await waitFor(() => expect(screen.getByTestId("registration-copy").textContent).toBe("Copied"));
	});

	it("follow what is typed", async () => {
		const { host, user } = await opened();
		await user.click(screen.getByTestId("registration-open"));

		await user.type(screen.getByTestId("connect-client"), "0a");

		await waitFor(() =>
			expect(host.commands.at(-1)).toEqual(["registration", expect.objectContaining({ client: "0a" })]),
		);
	});

	it("say what they need where the tenant is missing", async () => {
		const { host, user } = await opened();
		host.failing.set("registration", problem("tenantInvalid"));

		await user.click(screen.getByTestId("registration-open"));

		const told = await screen.findByTestId("registration-problem");
		expect(told.textContent).toContain("The texts need the tenant id of the first step.");
		expect(screen.getByTestId("connect-tenant").getAttribute("aria-invalid")).toBe("false");
	});
});

describe("the check", () => {
	it("is the last step once the organisation is connected, and begins when it is asked for", async () => {
		const { host, user } = await opened();
		await user.click(screen.getByTestId("connect-find"));
		await screen.findByTestId("found-tenant");
		await user.click(screen.getByTestId("connect-submit"));
		act(() =>
			host.change({ head: head({ organisations: [connected(3, { tenant: "other" }), connected(4)] }) }),
		);

		expect(document.activeElement?.textContent).toBe("Check");
		expect(screen.queryByTestId("connect-form")).toBeNull();
		expect(screen.getByTestId("organisation").textContent).toContain(organisation.tenant);
		await user.click(screen.getByTestId("check-start"));
		expect(host.commands.at(-1)).toEqual(["startCheck", 4]);
		await user.click(screen.getByTestId("check-done"));

		expect(screen.getByTestId("welcome")).toBeTruthy();
	});

	it("tells each step, what was seen, and what to do about the one that failed", async () => {
		const { user } = await show(worlds["check-beside"]);

		const outcomes = ["discovery", "signIn", "scope", "call"].map(
			(kind) => screen.getByTestId(`check-${kind}`).dataset["outcome"],
		);
		expect(outcomes).toEqual(["passed", "passed", "passed", "failed"]);
		expect(screen.getByTestId("check-scope").textContent).toBe("The permission is grantedworksAlert.Read");
		expect(within(screen.getByTestId("check-call")).getByTestId("problem").dataset["code"]).toBe("forbidden");
		const spoken = within(screen.getByTestId("check")).getAllByRole("status");
		expect(spoken.map((each) => each.textContent)).toContain(
			"The check has ended. This does not work: Defender answers.",
		);
		await user.click(screen.getByTestId("check-passport"));
		expect(await screen.findByTestId("passport-sheet")).toBeTruthy();
	});

	it("is made again, and left", async () => {
		const { host, user } = await show(worlds["check-failed"]);

		await user.click(screen.getByTestId("check-start"));
		await user.click(screen.getByTestId("check-done"));
		act(() => host.change({ head: worlds["welcome-organisations"].head }));

		expect(host.commands).toEqual([["startCheck", 1], ["closeCheck"]]);
		expect(screen.getByTestId("welcome")).toBeTruthy();
	});

	it("has what to do in the browser beside it, and can be stopped", async () => {
		const { host, user } = await show(worlds["check-signing-in"]);

		expect(screen.getByTestId("check").dataset["running"]).toBe("true");
		expect(screen.getByTestId("sign-in-screen")).toBeTruthy();
		expect(screen.queryByTestId("check-start")).toBeNull();
		await user.click(screen.getByTestId("check-stop"));
		expect(host.commands).toEqual([["closeCheck"]]);
	});

	it.each([
		["signIn", "secondFactor", [["startCheck", 1]]],
		["otherAccount", "wrongAccount", [["signIn", { kind: "organisation", id: 1 }, true]]],
		["askAdministrator", "roleMissing", [["copy", { kind: "request", about: { kind: "check" } }]]],
	])("leads to the organisation that is checked, not to where somebody is: %s", async (remedy, code, did) => {
		const { host, user } = await show({
			head: head({
				session: sessions.work,
				organisations: [connected(1, { tenant: "other" }), connected(4)],
				check: check([{ kind: "failed", error: coded(code) }]),
			}),
		});

		await user.click(within(screen.getByTestId("check")).getByTestId(`remedy-${remedy}`));

		expect(host.commands).toEqual(did);
	});

	it("leads away from itself to where other ids are entered", async () => {
		const failed = check([{ kind: "failed", error: problem("appNotFound") }]);
		const { user } = await show({ head: head({ organisations: [connected(1)], check: failed }) });

		await user.click(screen.getByTestId("remedy-connection"));

		expect(screen.getByTestId("connect-form")).toBeTruthy();
	});

	it("leaves the list and the chosen item as they are", async () => {
		const { host, user } = await show(worlds.accounts);
		await screen.findByTestId("detail");
		const options = () => within(screen.getByTestId("items")).getAllByRole("option");
		await user.click(options()[2] as HTMLElement);
		const chosen = () =>
			within(screen.getByTestId("items"))
				.getByRole("option", { selected: true })
				.getAttribute("aria-posinset");
		expect(chosen()).toBe("3");

		act(() => host.change(worlds["check-beside"]));
		expect(screen.queryByTestId("detail")).toBeNull();
		act(() => host.change(worlds.accounts));

		expect(chosen()).toBe("3");
		expect(await screen.findByTestId("detail")).toBeTruthy();
	});

	it("shows what is hidden in what was seen", async () => {
		await show({
			head: head({
				session: sessions.work,
				organisations: [connected()],
				check: check([{ kind: "passed", seen: shown("a‹U+202E›b") }]),
			}),
		});

		expect(within(screen.getByTestId("check-discovery")).getByTestId("control").textContent).toBe("U+202E");
	});
});
