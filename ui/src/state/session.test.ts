import { describe, expect, it } from "vitest";
import { accounts, connected, head, known, problem, sessions } from "../testing/fixtures";
import { placeOf, signInTo } from "./session";

const two = [connected(3, { tenant: "other" }), connected(4)];

describe("where signing in leads", () => {
	it.each([
		["to practice from there", head({ session: sessions.mira, organisations: two }), { kind: "practice" }],
		[
			"to the active account's organisation",
			head({
				session: sessions.work,
				organisations: two,
				accounts: [known(1, accounts.work, { organisation: 3 })],
			}),
			{ kind: "organisation", id: 3 },
		],
		[
			"to the organisation of the person's tenant",
			head({
				session: { kind: "interrupted", account: accounts.work, error: problem("sessionEnded") },
				organisations: two,
			}),
			{ kind: "organisation", id: 4 },
		],
		[
			"to where the attempt was that was refused, whoever else there is",
			head({
				session: { ...sessions.refused, tried: { kind: "practice" } },
				organisations: two.slice(0, 1),
			}),
			{ kind: "practice" },
		],
		[
			"to the one of several organisations that refused",
			head({
				session: { ...sessions.refused, tried: { kind: "organisation", id: 4 } },
				organisations: two,
			}),
			{ kind: "organisation", id: 4 },
		],
		["to the only organisation", head({ organisations: two.slice(0, 1) }), { kind: "organisation", id: 3 }],
		["nowhere, where there are several", head({ organisations: two }), null],
		["nowhere, where there is none", head(), null],
	])("%s", (_, given, to) => {
		expect(signInTo(given)).toEqual(to);
	});
});

describe("the place of an account", () => {
	it("is its organisation, or what is left of it", () => {
		expect(placeOf(known(1, accounts.work, { organisation: 4 }), two)).toBe("contoso.us, GCC High");
		expect(placeOf(known(1, accounts.work, { organisation: 9 }), two)).toBe(
			"7d1f3c52-0000-4000-8000-5a0b6c7d8e9f",
		);
		expect(placeOf(known(1, accounts.work, { organisation: 9, account: null }), two)).toBe(
			"An organisation that is not connected any more",
		);
		expect(placeOf(known(1, accounts.mira), two)).toBe("Practice tenant, nothing real");
	});
});
