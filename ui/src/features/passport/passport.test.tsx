import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { problem } from "../../testing/fixtures";
import { show } from "../../testing/show";
import { worlds } from "../../testing/worlds";

async function opened(world: "passport-good" | "passport-mixed", fails = false) {
	const shownWindow = await show(worlds[world]);
	if (fails) shownWindow.host.failing.set("passport", problem("gone"));
	await shownWindow.user.click(screen.getByTestId("accounts"));
	await shownWindow.user.click(await screen.findByTestId("open-passport"));
	return { ...shownWindow, sheet: await screen.findByTestId("passport-sheet") };
}

describe("the permission passport", () => {
	it("tells of each feature its permission, its state and the role, by words and not by colour", async () => {
		const { sheet } = await opened("passport-good");

		const rows = within(await within(sheet).findByTestId("passport")).getAllByRole("row");
		expect(rows.map((row) => [...row.children].map((each) => each.textContent))).toEqual([
			["Feature", "Permission", "Permission is", "Role in Defender is"],
			["Knowing who is signed in", "openid profile", "granted", "not needed"],
			["Staying signed in over a restart", "offline_access", "missing", "not needed"],
			["Reading the alerts of a file", "Alert.Read", "granted", "inferred"],
		]);
		expect(sheet.querySelectorAll("[data-grant] svg").length).toBe(4);
		expect(within(sheet).getByTestId("passport-inferred").textContent).toContain("this is no proof");
	});

	it("says why the greater permission is there", async () => {
		const { sheet } = await opened("passport-mixed");

		const row = await within(sheet).findByTestId("passport-readAlerts");
		expect(row.textContent).toContain("Alert.Read is not enough for this here");
		expect(row.textContent).toContain("missing");
		expect(within(sheet).getAllByTestId("control").length).toBeGreaterThan(0);
	});

	it("is copied for the administrator", async () => {
		const { host, user, sheet } = await opened("passport-good");

		await user.click(await within(sheet).findByTestId("copy-passport"));

		expect(host.commands).toEqual([["passport"], ["copy", { kind: "passport" }]]);
	});

	it("says so when it cannot be told", async () => {
		const { sheet } = await opened("passport-good", true);

		expect((await within(sheet).findByTestId("problem")).dataset["code"]).toBe("gone");
		expect(within(sheet).queryByTestId("passport")).toBeNull();
	});
});
