import { screen } from "@testing-library/react";
import axe from "axe-core";
import { describe, expect, it } from "vitest";
import { show } from "../testing/show";
import { worlds } from "../testing/worlds";

/** What axe finds on the page as it stands; jsdom lays nothing out, so that colours are left out. */
async function violations(): Promise<string[]> {
	const { violations: found } = await axe.run(document.body, {
		resultTypes: ["violations"],
		rules: {
			"color-contrast": { enabled: false },
			"target-size": { enabled: false },
			// It would draw letters on a canvas, which jsdom has none of.
			"label-content-name-mismatch": { enabled: false },
		},
	});
	return found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} at ${target.join(" ")}`));
}

/** A state, and what is pressed to come to it. */
const states = [
	["welcome-known"],
	["welcome", "connect-open", "connect-find", "registration-open"],
	["check-failed"],
	["check-signing-in", "explain-open", "explain"],
	["check-passed"],
	["signing-in-why"],
	["passport-mixed", "accounts"],
	["passport-mixed", "accounts", "open-passport"],
	["accounts", "accounts", "accounts-all"],
	["network-own", "look", "preferences", "open-network"],
	["managed", "look", "preferences"],
	["managed-refused", "look", "preferences"],
] as const satisfies readonly (readonly [keyof typeof worlds, ...string[]])[];

describe("a page about organisations", () => {
	it.each(states.map((state) => [state.join(", "), ...state] as const))(
		"has nothing that axe finds: %s",
		{ timeout: 40_000 },
		async (_, world, ...presses) => {
			const { user } = await show({ ...worlds[world], items: [] });
			for (const testId of presses) await user.click(await screen.findByTestId(testId));

			expect(await violations()).toEqual([]);
		},
	);
});
