import { act, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ErrorCode } from "../../ipc/view";
import {
	head,
	intake,
	item,
	named,
	noSums,
	now,
	preferences,
	problem,
	sessions,
	shown,
} from "../../testing/fixtures";
import { show } from "../../testing/show";
import { worlds } from "../../testing/worlds";

afterEach(() => vi.useRealTimers());

const mira = { session: sessions.mira };

describe("what hovers over the window", () => {
	const said = async (hovering: NonNullable<Parameters<typeof head>[0]>["hovering"]) => {
		await show({ head: head({ ...mira, hovering: hovering ?? null }) });
		return screen.getByTestId("hovering").textContent;
	};

	it.each([
		[{ files: 1, folders: 0, first: shown("a.txt") }, "Drop 1 file herea.txt"],
		[
			{ files: 3, folders: 1, first: shown("invoice.zip") },
			"Drop 3 files and 1 folder hereinvoice.zip and others",
		],
		[{ files: 0, folders: 2, first: shown("case") }, "Drop 2 folders herecase and others"],
		[{ files: 2, folders: 0, first: null }, "Drop 2 files here"],
	])("is said: %o", async (hovering, text) => {
		expect(await said(hovering)).toBe(text);
	});

	it("shows what is hidden in the first name", async () => {
		await said({ files: 1, folders: 0, first: shown("a‹U+202E›b") });

		expect(within(screen.getByTestId("hovering")).getByTestId("control").textContent).toBe("U+202E");
	});

	it("is told what to do where it carries no file", async () => {
		expect(await said({ files: 0, folders: 0, first: null })).toMatch(
			/carries no file.*save it first, or use Add/,
		);
	});
});

describe("the line of the work", () => {
	it("tells the file that is read, how far, how fast, and what is left", async () => {
		const { host, user } = await show(worlds.reading);

		const work = screen.getByTestId("work");
		expect(work.textContent).toContain("disk-image.iso38 %412 MB/sabout 2 minutes left");
		await user.click(screen.getByTestId("pause"));
		await user.click(screen.getByTestId("cancel-all"));
		expect(host.commands).toEqual([["pause"], ["cancelAll"]]);
	});

	it.each([
		["reading", "Going through what came in"],
		["work", "Reading"],
		["quota", "Reading"],
		["paused", "Paused"],
		["finished", "Finished"],
	] as const)("says of %s: %s", async (world, stage) => {
		await show(worlds[world]);

		expect(screen.getByTestId("work-stage").textContent).toBe(stage);
	});

	it("asks once all is read, and waits where that is held", async () => {
		const items = worlds.work.items.filter(({ lookup }) => lookup !== null);
		const { host } = await show({ head: head(mira), items });
		expect(screen.getByTestId("work-stage").textContent).toBe("Asking");

		act(() => host.change({ head: head({ ...mira, hold: { kind: "throttled", until: 0 } }), items }));

		expect(screen.getByTestId("work-stage").textContent).toBe("Waiting");
	});

	it("is there, without anything to pause or to cancel, when all is done", async () => {
		await show(worlds.finished);

		expect(screen.getByTestId("work").dataset["busy"]).toBe("false");
		expect(screen.queryByTestId("pause")).toBeNull();
		expect(screen.queryByTestId("cancel-all")).toBeNull();
	});

	it("resumes what is paused, by the banner, the button and the key", async () => {
		const { host, user } = await show(worlds.paused);

		expect(screen.getByTestId("hold").dataset["kind"]).toBe("paused");
		await user.click(within(screen.getByTestId("hold")).getByRole("button", { name: "Resume" }));
		await user.click(screen.getByTestId("pause"));
		await user.keyboard("{Control>}.{/Control}");

		expect(host.commands).toEqual([["resume"], ["resume"], ["resume"]]);
		expect(screen.queryByTestId("left")).toBeNull();
	});

	it("says that an answer is waited for where nothing else goes on", async () => {
		const { host } = await show(worlds["huge-alone"]);
		expect(screen.getByTestId("work-stage").textContent).toBe("Waiting for your answer");

		act(() => host.change({ head: worlds.huge.head, items: worlds.huge.items }));

		expect(screen.getByTestId("work-stage").textContent).toBe("Going through what came in");
	});

	it("stays while it is paused, though the list was cleared", async () => {
		await show({ head: head({ ...mira, paused: true }) });

		expect(screen.getByTestId("work-stage").textContent).toBe("Paused");
		expect(screen.getByTestId("pause").textContent).toBe("Resume");
	});

	it("says that folders are gone through before there is an item", async () => {
		const sums = { ...noSums, found: 7, toRead: 7 };
		await show({ head: head({ ...mira, intake: intake({ running: true, sums }) }) });

		expect(screen.getByTestId("work-stage").textContent).toBe("Going through what came in");
		expect(screen.getByTestId("sums").textContent).toBe("7 found so far, 0 read, 7 to read");
	});

	it("reads progress aloud at most every five seconds", async () => {
		const items = ["a", "b", "c"].map((name) => item(name));
		const { host } = await show({ head: head(mira), items });
		vi.useFakeTimers();
		const aloud = () => within(screen.getByTestId("work")).getByRole("status").textContent;
		expect(aloud()).toBe("Asking: 0 of 3 done");

		act(() => host.change({ items: [...worlds.finished.items, ...items] }));
		expect(aloud()).toBe("Asking: 0 of 3 done");
		act(() => host.change({ items: worlds.finished.items }));
		act(() => vi.advanceTimersByTime(4_999));
		expect(aloud()).toBe("Asking: 0 of 3 done");
		act(() => vi.advanceTimersByTime(1));

		expect(aloud()).toBe("Finished");
	});
});

describe("the banner of a hold", () => {
	const banner = () => screen.getByTestId("hold").textContent;

	it("tells when it goes on by itself, in the zone of times, and what the whole work takes", async () => {
		vi.spyOn(Date, "now").mockReturnValue(now);
		const { user } = await show(worlds["quota-shared"]);
		const timer = within(screen.getByTestId("hold")).getByRole("timer");
		expect(timer.textContent).toBe("Going on by itself at 14:28:11Z, in 26:00");
		expect(screen.getByTestId("hold-whole").textContent).toBe("The whole work: 1 h 35 min left.");

		await user.click(screen.getByRole("radio", { name: "Local" }));

		expect(timer.textContent).toMatch(/^Going on by itself at \d\d:28:11 [+-]\d\d:\d\d, in 26:00$/);
	});

	it.each(["quota-shared", "throttled-shared"] as const)("says of %s that others share it", async (world) => {
		await show(worlds[world]);

		expect(banner()).toContain("Others in your organisation use the same app registration");
		expect(banner()).toContain("Lookups go on by themselves.");
	});

	it("says nothing of others where none are known", async () => {
		await show(worlds.quota);

		expect(banner()).not.toContain("Others");
		expect(banner()).toContain("Defender allows a number of calls");
		expect(screen.queryByTestId("hold-whole")).toBeNull();
	});

	it("says nothing of others, or of the whole work, while it is paused", async () => {
		await show({ ...worlds.paused, head: { ...worlds.paused.head, quotaShared: true } });

		expect(banner()).not.toContain("Others");
		expect(screen.queryByTestId("hold-whole")).toBeNull();
	});
});

describe("what came in alone", () => {
	const items = ["a", "b", "c"].map((name) => item(name));
	const third = { item: items[2]?.id ?? 0, number: 0 };
	const chosen = () =>
		within(screen.getByTestId("items"))
			.queryByRole("option", { selected: true })
			?.getAttribute("aria-posinset");

	it("is chosen, once", async () => {
		const { host, user } = await show({ head: head(mira), items });
		await screen.findByTestId("detail");
		expect(chosen()).toBe("1");

		act(() => host.change({ head: head({ ...mira, arrival: third }), items }));
		await waitFor(() => expect(chosen()).toBe("3"));

		await user.click(within(screen.getByTestId("items")).getAllByRole("option")[1] as HTMLElement);
		act(() => host.change({ head: head({ ...mira, arrival: third, paused: true }), items }));
		expect(chosen()).toBe("2");
		act(() => host.change({ head: head({ ...mira, arrival: { ...third, number: 1 } }), items }));
		await waitFor(() => expect(chosen()).toBe("3"));
	});

	it("comes into sight, and nothing else moves", async () => {
		const many = Array.from({ length: 300 }, (_, index) => item(`file ${index}`));
		const last = { item: many[299]?.id ?? 0, number: 0 };
		const { host } = await show({ head: head(mira), items: many.slice(0, 299) });
		await screen.findByTestId("detail");
		const list = screen.getByTestId("items");
		Object.defineProperty(list, "clientHeight", { value: 580 });
		expect(list.scrollTop).toBe(0);

		act(() => host.change({ head: head({ ...mira, arrival: last }), items: many }));
		await waitFor(() => expect(list.scrollTop).toBe(300 * 58 - 580));

		list.scrollTop = 1_000;
		const asked = host.requests.length;
		act(() => host.change({ head: head({ ...mira, arrival: last, paused: true }), items: many }));
		expect(list.scrollTop).toBe(1_000);
		// It has found another place in the order.
		act(() => host.change({ items: [...many.slice(298), ...many.slice(0, 298)] }));
		await act(() => vi.waitFor(() => expect(host.requests.length).toBeGreaterThan(asked)));
		expect(list.scrollTop).toBe(1_000);
		act(() => host.change({ head: head({ ...mira, arrival: { ...last, number: 1 } }), items: many }));
		await waitFor(() => expect(list.scrollTop).toBe(300 * 58 - 580));
	});

	it("does not hide how to sign in", async () => {
		const { host } = await show({ items });
		await screen.findByTestId("welcome");

		act(() => host.change({ head: head({ arrival: third }), items }));

		expect(chosen()).toBeUndefined();
		expect(screen.getByTestId("welcome")).toBeTruthy();
	});
});

describe("the key that asks again", () => {
	const reading = (code: ErrorCode) => ({ kind: "skipped" as const, error: problem(code) });

	it.each([
		["downloads nothing", item("a", { sha1: null, reading: reading("cloudOnly") })],
		["does not ask about what needs resolving", named("sha256")],
	])("%s", async (_, row) => {
		const { host, user } = await show({ head: head(mira), items: [row] });
		await screen.findByTestId("detail");

		await user.keyboard("r");

		expect(host.commands).toEqual([]);
	});
});

describe("the status line", () => {
	it("counts every state that occurs", async () => {
		await show(worlds.work);

		const counts = within(screen.getByTestId("status")).getAllByRole("listitem");
		expect(counts.map((each) => each.textContent)).toContain("2 cancelled");
		expect(counts.map((each) => each.textContent)).toContain("2 need resolving");
		const sum = counts
			.filter((each) => each.dataset["testid"] !== "count-alerts")
			.reduce((total, each) => total + Number(each.dataset["count"]), 0);
		expect(sum).toBe(worlds.work.items.length);
	});

	it("helps even where nothing is listed", async () => {
		const { host, user } = await show({});

		await user.click(screen.getByTestId("log-folder"));

		expect(host.commands).toEqual([["openLogFolder"]]);
		expect(screen.getByTestId("keys").title).toBe("?");
		expect(screen.queryByTestId("work")).toBeNull();
	});
});

describe("the width of the list", () => {
	const splitter = () => screen.getByRole("separator", { name: "Width of the list" });
	const width = () => Number(splitter().getAttribute("aria-valuenow"));
	const chosen = (listWidth: number) => [["setPreferences", { ...preferences, listWidth }]];

	it("is changed by the keys, and kept once they are let go", async () => {
		const { host, user } = await show(worlds.work);
		splitter().focus();

		await user.keyboard("{ArrowRight>3}");
		expect(width()).toBe(392 + 3 * 16);
		expect(host.commands).toEqual([]);
		await user.keyboard("{/ArrowRight}");

		expect(host.commands).toEqual(chosen(440));
		expect(width()).toBe(440);
	});

	it("is bounded", async () => {
		const { user } = await show(worlds.work);
		splitter().focus();

		await user.keyboard("{Home}{ArrowLeft}");
		expect(width()).toBe(280);
		await user.keyboard("{End}{ArrowRight}");
		expect(width()).toBe(Math.min(640, window.innerWidth - 440));
		expect(splitter().getAttribute("aria-valuemax")).toBe(String(width()));
	});

	it("leaves room for the chosen item in a small window, and comes back in a large one", async () => {
		const before = window.innerWidth;
		await show({
			...worlds.work,
			head: head({ ...mira, preferences: { ...preferences, listWidth: 600 } }),
		});

		act(() => resize(900));
		expect(width()).toBe(460);
		act(() => resize(1_280));
		expect(width()).toBe(600);
		act(() => resize(before));
	});

	it("is drawn by the pointer", async () => {
		const { host, user } = await show(worlds.work);

		await user.pointer([
			{ keys: "[MouseLeft>]", target: splitter(), coords: { clientX: 392 } },
			{ target: splitter(), coords: { clientX: 350 } },
		]);
		expect(width()).toBe(350);
		expect(host.commands).toEqual([]);
		await user.pointer([
			{ keys: "[/MouseLeft]", target: splitter(), coords: { clientX: 350 } },
			{ target: splitter(), coords: { clientX: 500 } },
		]);

		expect(width()).toBe(350);
		expect(host.commands).toEqual(chosen(350));
	});

	it("is the usual one again after two clicks", async () => {
		const wide = head({ ...mira, preferences: { ...preferences, listWidth: 300 } });
		const { host, user } = await show({ ...worlds.work, head: wide });

		await user.dblClick(splitter());

		expect(host.commands).toEqual(chosen(392));
	});

	it("is not set by a key that only passes by", async () => {
		const { host, user } = await show(worlds.work);

		while (document.activeElement !== splitter()) await user.tab();
		await user.tab();

		expect(host.commands).toEqual([]);
	});
});

function resize(width: number): void {
	Object.defineProperty(window, "innerWidth", { value: width, configurable: true });
	window.dispatchEvent(new Event("resize"));
}
