import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { ErrorCode, Remedy, Session, UserError } from "../../ipc/view";
import { accounts, connected, head, known, now, problem, sessions } from "../../testing/fixtures";
import { show } from "../../testing/show";
import { worlds } from "../../testing/worlds";

// Codes of today, each with a remedy, whatever the contract gives them.
const mended = vi.hoisted(
	(): Readonly<Record<string, Remedy>> => ({
		sessionEnded: "signIn",
		forbidden: "askAdministrator",
		unauthorized: "stepUp",
		signInRefused: "otherAccount",
		notConnected: "connection",
		offline: "network",
	}),
);
vi.mock("../../ipc/view", () => ({ remedies: mended }));

const organisations = [connected(4)];
const facts = { correlation: "3c5d8f1e", time: "14:01:58Z" };
const interrupted = (code: ErrorCode, more: Partial<Record<string, string>> = {}) => ({
	head: head({
		session: {
			kind: "interrupted",
			account: accounts.work,
			error: problem(code, more as Record<string, string>),
		},
		organisations,
		accounts: [known(1, accounts.work, { organisation: 4 })],
	}),
	items: worlds.work.items,
	alerts: worlds.work.alerts,
});
const waitingFor = (parts: Partial<Extract<Session, { kind: "signingIn" }>>) => ({
	head: head({ session: { ...sessions.signingIn, realm: "organisation", ...parts }, organisations }),
});

describe("a session that was interrupted", () => {
	it("for want of a permission offers that one, and says that all stays", async () => {
		const { host, user } = await show(interrupted("unauthorized"));
		const banner = within(screen.getByTestId("interrupted"));
		expect(banner.queryByTestId("sign-in-again")).toBeNull();
		expect(screen.getByTestId("interrupted").textContent).toContain("the chosen file stay as they are");

		await user.click(banner.getByTestId("remedy-stepUp"));

		expect(host.commands).toEqual([["stepUp"]]);
	});

	it("offers one way to sign in again where that is the remedy", async () => {
		const { host, user } = await show(interrupted("sessionEnded"));
		const banner = within(screen.getByTestId("interrupted"));
		expect(banner.getAllByRole("button")).toHaveLength(1);

		await user.click(banner.getByTestId("sign-in-again"));

		expect(host.commands).toEqual([["signIn", { kind: "organisation", id: 4 }, false]]);
	});

	it("copies the details, which the host holds, where there are any", async () => {
		const { host, user } = await show(interrupted("signInRefused", facts));
		const banner = within(screen.getByTestId("interrupted"));

		await user.click(banner.getByTestId("copy-details"));
		await user.click(banner.getByTestId("remedy-otherAccount"));

		expect(host.commands).toEqual([
			["copy", { kind: "sessionProblem" }],
			["signIn", { kind: "organisation", id: 4 }, true],
		]);
	});
});

describe("the button of an error", () => {
	const told = (error: UserError) =>
		show({
			...interrupted("sessionEnded"),
			head: { ...interrupted("sessionEnded").head, notices: [{ id: 1, error }] },
		});
	const notice = () => within(screen.getByTestId("notice"));

	it("copies a message for the administrator", async () => {
		const { host, user } = await show({
			head: head({ session: { ...sessions.signedOut, error: problem("forbidden") } }),
		});

		await user.click(screen.getByTestId("remedy-askAdministrator"));

		expect(host.commands).toEqual([["copy", { kind: "request", about: { kind: "session" } }]]);
	});

	it("shows what the person may do beside that", async () => {
		const { user } = await told(problem("forbidden"));

		await user.click(notice().getByTestId("problem-passport"));

		expect(await screen.findByTestId("passport-sheet")).toBeTruthy();
	});

	it("copies none where it is not about the session", async () => {
		await told(problem("forbidden"));

		expect(notice().queryByTestId("remedy-askAdministrator")).toBeNull();
	});

	it("opens the network's settings", async () => {
		const { user } = await told(problem("offline"));

		await user.click(notice().getByTestId("remedy-network"));

		expect(await screen.findByTestId("network-sheet")).toBeTruthy();
	});

	it("opens the check of the connection, and asks nobody yet", async () => {
		const { host, user } = await told(problem("notConnected"));

		await user.click(notice().getByTestId("remedy-connection"));

		expect(await screen.findByTestId("check-page")).toBeTruthy();
		expect(host.commands).toEqual([]);
		await user.click(screen.getByTestId("check-start"));
		expect(host.commands).toEqual([["startCheck", 4]]);
	});

	it("opens the page that connects where nothing is connected", async () => {
		const { user } = await show({ head: head({ notices: [{ id: 1, error: problem("notConnected") }] }) });

		await user.click(notice().getByTestId("remedy-connection"));

		expect(await screen.findByTestId("connect-page")).toBeTruthy();
	});

	it("is not there where it could do nothing", async () => {
		await show({ head: head({ notices: [{ id: 1, error: problem("sessionEnded") }] }) });

		expect(notice().getAllByRole("button")).toHaveLength(1);
	});

	it("has no details to copy of what is not the session's", async () => {
		await told(problem("serverError", { status: 503, request: "5c1f" }));

		expect(notice().queryByTestId("copy-details")).toBeNull();
	});
});

describe("the screen that waits for the browser", () => {
	it("says why the person is asked to sign in, before anything else", async () => {
		await show(waitingFor({ why: problem("forbidden") }));

		const why = screen.getByTestId("sign-in-why");
		expect(why.dataset["code"]).toBe("forbidden");
		expect(within(why).queryByRole("button")).toBeNull();
		const step = screen.getByText(/^Microsoft's sign-in page has opened/);
		expect(why.compareDocumentPosition(step) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
	});

	it.each([
		["browserNotOpened", "Open the sign-in page yourself"],
		["browserNoDisplay", "Open the sign-in page yourself"],
		["browserHangs", "Open the sign-in page yourself"],
		["browserSilent", "Microsoft's sign-in page has opened"],
		["browserInsistsOnHttps", "Microsoft's sign-in page has opened"],
	])("tells what is the matter with the browser: %s", async (code, step) => {
		vi.spyOn(Date, "now").mockReturnValue(now);
		await show(waitingFor({ browser: problem(code as ErrorCode) }));

		expect(screen.getByTestId("browser-problem").dataset["code"]).toBe(code);
		expect(screen.getByTestId("sign-in-screen").textContent).toContain(step);
	});

	it("says what an answer in the address means", async () => {
		await show(waitingFor({ inAddress: true }));

		expect(screen.getByTestId("in-address").textContent).toMatch(/Your administrator has set that.*history/);
	});

	it("explains the number of an error that Microsoft's page shows", async () => {
		const { host, user } = await show(waitingFor({}));
		await user.click(screen.getByTestId("explain-open"));

		await user.type(screen.getByLabelText("AADSTS number"), "AADSTS53003{Enter}");

		const told = await screen.findByTestId("explained");
		expect(host.commands).toEqual([["explain", "AADSTS53003"]]);
		expect(told.getAttribute("role")).toBe("alert");
		expect(told.dataset["code"]).toBe("signInRefused");
	});

	it("has a message for the administrator about what it has explained", async () => {
		const { host, user } = await show({ ...waitingFor({}), explained: problem("forbidden") });
		await user.click(screen.getByTestId("explain-open"));
		await user.type(screen.getByLabelText("AADSTS number"), "53003{Enter}");

		await user.click(await screen.findByTestId("remedy-askAdministrator"));

		const about = { kind: "explained", typed: "53003" };
		expect(host.commands.at(-1)).toEqual(["copy", { kind: "request", about }]);
	});

	it("takes back what was said of another number", async () => {
		const { user } = await show(waitingFor({}));
		await user.click(screen.getByTestId("explain-open"));
		await user.type(screen.getByLabelText("AADSTS number"), "53003{Enter}");
		await screen.findByTestId("explained");
		await user.keyboard("0");
		expect(screen.queryByTestId("explained")).toBeNull();
	});

	it("gives the attempt up to sign in as somebody else, where that is what helps", async () => {
		const { host, user } = await show(waitingFor({}));
		await user.click(screen.getByTestId("explain-open"));
		await user.click(screen.getByTestId("explain"));

		await user.click(await screen.findByTestId("remedy-otherAccount"));

		expect(host.commands.slice(1)).toEqual([
			["cancelSignIn"],
			["signIn", { kind: "organisation", id: 4 }, true],
		]);
	});

	it("says so when a number cannot be explained", async () => {
		const { host, user } = await show(waitingFor({}));
		host.failing.set("explain", "unexpected");
		await user.click(screen.getByTestId("explain-open"));

		await user.click(screen.getByTestId("explain"));

		await waitFor(() => expect(screen.getByTestId("explained").dataset["code"]).toBe("unexpected"));
	});

	it("speaks of none of that in practice", async () => {
		await show({ head: head({ session: sessions.signingIn }) });

		expect(screen.queryByTestId("explain-open")).toBeNull();
		expect(screen.queryByTestId("in-address")).toBeNull();
		expect(screen.queryByTestId("sign-in-why")).toBeNull();
	});
});
