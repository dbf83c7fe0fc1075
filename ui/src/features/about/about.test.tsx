import { screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { about, problem } from "../../testing/fixtures";
import { show } from "../../testing/show";

describe("the sheet about the program", () => {
	it("tells what it is and what it runs on", async () => {
		const { host, user } = await show({});

		await user.click(screen.getByTestId("about"));

		const sheet = await screen.findByTestId("about-sheet");
		expect((await within(sheet).findByText("0.1.0")).dataset["testid"]).toBe("about-version");
		expect(within(sheet).getByTestId("about-webView").textContent).toBe("2.50.6");
		expect(within(sheet).getByTestId("about-system").textContent).toBe(
			"Debian GNU/Linux 12 (bookworm), x86_64",
		);
		await user.click(within(sheet).getByTestId("copy-diagnostics"));
		expect(host.commands).toEqual([["copyDiagnostics"]]);
		expect((await within(sheet).findByRole("status")).textContent).toBe("Copied");
	});

	it("says so where the system tells nothing of its web view", async () => {
		const { host, user } = await show({});
		vi.spyOn(host, "about").mockResolvedValue({ ...about, webView: null, desktop: null });

		await user.click(screen.getByTestId("about"));

		expect(await screen.findByText("the system does not tell")).toBeTruthy();
		expect(screen.getByTestId("about-sheet").textContent).not.toContain("null");
	});

	it("says so when it cannot be found out", async () => {
		const { host, user } = await show({});
		vi.spyOn(host, "about").mockRejectedValue(problem("gone"));

		await user.click(screen.getByTestId("about"));

		expect((await screen.findByTestId("problem")).dataset["code"]).toBe("gone");
	});

	it("lists what others have made, with the terms of each", async () => {
		const { user } = await show({});
		await user.click(screen.getByTestId("about"));

		const parts = await screen.findByTestId("parts", {}, { timeout: 10_000 });
		const react = within(parts).getByText("react", { selector: "strong" });
		expect(react.closest("summary")?.textContent).toMatch(/^react \d+\.\d+\.\d+MIT$/);
		expect(screen.queryByText(/Permission is hereby granted/)).toBeNull();
		await user.click(react);

		expect((await within(parts).findByText(/Permission is hereby granted/)).tagName).toBe("PRE");
		await user.click(screen.getByText("MITRE ATT&CK® data"));
		expect(await screen.findByText(/The MITRE Corporation \(MITRE\) hereby grants you/)).toBeTruthy();
	});
});
