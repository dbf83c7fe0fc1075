import { act, screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import {
	alerted,
	answer,
	head,
	intake,
	item,
	kept,
	lookup,
	named,
	now,
	problem,
	sessions,
	shown,
} from "../../testing/fixtures";
import { show } from "../../testing/show";
import { worlds } from "../../testing/worlds";

const mira = head({ session: sessions.mira });
const words = async (row: ReturnType<typeof item>) => {
	vi.spyOn(Date, "now").mockReturnValue(now);
	await show({ head: mira, items: [row] });
	return screen.getByTestId("item-words").textContent;
};

describe("what was not finished", () => {
	const began = now - 23 * 3_600_000;
	const unfinished = { began, items: 312, unread: 40, unasked: 120 };
	const text = () => screen.getByTestId("unfinished").textContent;

	it.each([
		[{}, "From 2026-11-23 15:02Z: 312 items, of which 40 were not read and 120 not looked up."],
		[{ unread: 0 }, "From 2026-11-23 15:02Z: 312 items, of which 120 were not looked up."],
		[{ unasked: 0 }, "From 2026-11-23 15:02Z: 312 items, of which 40 were not read."],
		[{ items: 1, unread: 0, unasked: 1 }, "From 2026-11-23 15:02Z: 1 item, of which 1 was not looked up."],
	])("is told: %o", async (parts, sentence) => {
		await show({ head: head({ session: sessions.mira, unfinished: { ...unfinished, ...parts } }) });

		expect(text()).toContain(`Earlier work was not finished${sentence}`);
		expect(within(screen.getByTestId("unfinished")).getByRole("status").textContent).toContain(sentence);
	});

	it.each([
		["go-on", "goOn"],
		["leave-unfinished", "leaveUnfinished"],
	])("is answered once, by %s", async (button, command) => {
		const { host, user } = await show(worlds.unfinished);

		await user.click(screen.getByTestId(button));
		await user.click(screen.getByTestId("go-on"));
		await user.click(screen.getByTestId("leave-unfinished"));

		expect(host.commands).toEqual([[command]]);
	});

	it("can be answered again where that failed", async () => {
		const { host, user } = await show(worlds.unfinished);
		host.failing.set("goOn", problem("gone"));
		await user.click(screen.getByTestId("go-on"));
		expect(await screen.findByTestId("notice")).toBeTruthy();

		await user.click(screen.getByTestId("leave-unfinished"));

		expect(host.commands).toEqual([["goOn"], ["leaveUnfinished"]]);
	});

	it("stands above a list, too, and takes no focus when it comes", async () => {
		const { host } = await show({ head: mira, items: [item("a")] });
		const list = await screen.findByTestId("items");
		list.focus();

		act(() => host.change({ head: head({ session: sessions.mira, unfinished }), items: [item("a")] }));

		expect(text()).toContain("312 items");
		expect(document.activeElement).toBe(screen.getByTestId("items"));
	});

	it("is not there where nothing is", async () => {
		await show({ head: mira });

		expect(screen.queryByTestId("unfinished")).toBeNull();
	});
});

describe("a line of the list", () => {
	it("says how old a kept answer is, and says it aloud", async () => {
		await words(item("a", { lookup: lookup("idle", kept(answer(), 25)) }));

		expect(screen.getByTestId("item-kept").textContent).toBe("kept, 25 min old");
		expect(
			screen.getByRole("option", { name: "a: No alerts visible to you, kept, 25 min old." }),
		).toBeTruthy();
	});

	it("says nothing of the age of an answer that was asked for now", async () => {
		await words(item("a", { lookup: lookup("idle", answer()) }));

		expect(screen.queryByTestId("item-kept")).toBeNull();
	});

	it("says how many are open, where, and when something last happened", async () => {
		const file = alerted(
			"a",
			{ high: 1, low: 2 },
			{
				open: 2,
				devices: 2,
				deviceNames: ["pc-17.example.org", "pc-22.example.org"].map(shown),
				lastActivity: { at: now - 2 * 3_600_000, created: false },
			},
		);

		expect(await words(file)).toBe("2 open · pc-17, pc-22 · 2 hours ago");
		expect(
			screen.getByRole("option", {
				name: "a: 3 alerts visible to you, 2 open, pc-17, pc-22, 2 hours ago, highest open: High.",
			}),
		).toBeTruthy();
	});

	it("says that a time is only the one of creation", async () => {
		const lastActivity = { at: now - 2 * 3_600_000, created: true };

		expect(await words(alerted("a", { high: 1 }, { devices: 0, lastActivity }))).toBe(
			"1 open · created 2 hours ago",
		);
	});

	it("does not call another severity the highest while one that is open is not known", async () => {
		await words(alerted("a", { high: 1, unknown: 2 }, { devices: 0 }));

		expect(
			screen.getByRole("option", {
				name: /, highest known open: High, 2 open of a severity that Droptrace does not know: Catastrophic[.]$/,
			}),
		).toBeTruthy();
	});

	it.each([
		[1, ["pc-17.example.org"], "1 open · pc-17"],
		[4, ["10.1.2.3", "b", "c"], "1 open · 10.1.2.3 and 3 more"],
		[2, [], "1 open · 2 devices"],
		[0, [], "1 open"],
	])("names the devices: %i of %o", async (devices, names, text) => {
		expect(await words(alerted("a", { high: 1 }, { devices, deviceNames: names.map(shown) }))).toBe(text);
	});

	it("shows what is hidden in a device's name", async () => {
		await words(alerted("a", { high: 1 }, { deviceNames: [shown("pc‹U+200B›17")] }));

		expect(within(screen.getByTestId("item-words")).getByTestId("control").textContent).toBe("U+200B");
	});

	it("says that an item was cancelled", async () => {
		expect(await words(item("a", { lookup: lookup("idle") }))).toBe("Cancelled");
	});

	it("stands there as a shape until it has arrived", async () => {
		const { host } = await show({ head: mira });
		host.held = [];

		act(() => host.change({ items: [item("a"), item("b")] }));

		expect(await within(await screen.findByTestId("items")).findAllByText("Loading…")).toHaveLength(2);
		expect(screen.queryByTestId("item")).toBeNull();
	});
});

describe("the ways in", () => {
	it("are files, a folder and the clipboard", async () => {
		const { host, user } = await show({ head: mira });

		for (const way of ["add-files", "add-folder", "paste"]) await user.click(screen.getByTestId(way));

		expect(host.commands).toEqual([["pickFiles"], ["pickFolder"], ["paste"]]);
		expect(screen.getByTestId("add-folder").title).toBe("Ctrl+Shift+O");
	});

	it.each(["empty", "practice-files", "empty-at-work"] as const)(
		"have one main button in %s",
		async (name) => {
			await show(worlds[name]);

			const main = screen
				.getAllByRole("button")
				.filter((button) => ["main", "practice"].includes(button.dataset["look"] ?? ""));
			expect(main).toHaveLength(1);
		},
	);

	it("say what is sent", async () => {
		await show(worlds["empty-at-work"]);

		expect(screen.getByTestId("empty").textContent).toContain("Only its SHA-1 is sent");
	});
});

describe("what comes in", () => {
	it("is summed up while it is gone through, and afterwards, when it is said aloud", async () => {
		const items = ["a", "b", "c"].map((name) => item(name));
		const { host } = await show({ head: head({ ...mira, intake: intake({ running: true }) }), items });
		const sentence = "3 found, 3 read";
		expect(screen.getByTestId("sums").textContent).toBe("3 found so far, 3 read");
		expect(screen.queryAllByRole("status").map((each) => each.textContent)).not.toContain(sentence);

		act(() => host.change({ head: mira, items }));

		expect(screen.getByTestId("sums").textContent).toBe(sentence);
		expect(screen.getAllByRole("status").map((each) => each.textContent)).toContain(sentence);
	});

	it("is summed up in full, every reason in its words", async () => {
		await show(worlds["every-reason"]);

		expect(screen.getByTestId("sums").textContent).toBe(
			"41,139 found, 40,870 read, 12 cloud-only, 7 empty, 1 link not followed, 140 not regular files, 2 locked by other programs, 31 without permission to read, 1 stopped by security software, 4 gone before reading, 1 changed while being read, 3 unreadable, 5 cancelled, 60 more than the list takes, 2 left out by you; 1,204 SHA-1 and 30 other digests in texts",
		);
	});

	it("is counted and named where it was left out, and stays", async () => {
		const { user } = await show(worlds["left-out"]);

		const note = screen.getByTestId("left-out");
		expect(within(note).getByText("1,221 entries were left out")).toBeTruthy();
		await user.click(screen.getByTestId("left-out-open"));

		const links = within(note).getByTestId("left-out-link");
		expect(links.textContent).toContain("3 links, not followed");
		expect(within(links).getByTestId("control").textContent).toBe("U+202E");
		expect(within(note).getByTestId("left-out-unreadable").textContent).toContain("and 7 more");
		expect(within(note).getByTestId("left-out-tooMany").textContent).toBe(
			"1,204 entries for which the list had no room",
		);
	});

	it.each(["left-out-all", "welcome"] as const)("is told where it left nothing in %s", async (name) => {
		const { intake } = worlds["left-out-all"].head;
		await show({ head: { ...worlds[name].head, intake } });

		expect(screen.getByTestId("left-out").textContent).toContain("3 entries");
	});

	it("is told where a text was not searched to its end, though that text is an item", async () => {
		const texts = [{ reason: "textUnread" as const, count: 1, first: [shown("/home/mira/feed.csv")] }];
		await show({ head: head({ ...mira, intake: intake({ leftOut: texts }) }), items: [item("feed.csv")] });

		expect(screen.getByTestId("left-out-open").textContent).toBe(
			"1 text not searched for digests to its end",
		);
		expect(screen.getByTestId("sums").textContent).toBe("1 found, 1 read");
	});

	it("of a pasted text has no path to name", async () => {
		const texts = [{ reason: "textUnread" as const, count: 1, first: [shown("")] }];
		const { user } = await show({ head: head({ ...mira, intake: intake({ leftOut: texts }) }) });

		await user.click(screen.getByTestId("left-out-open"));

		expect(within(screen.getByTestId("left-out-textUnread")).getByRole("listitem").textContent).toBe(
			"the pasted text",
		);
	});

	it("is nothing to tell where it is one item, which tells it itself", async () => {
		await show({ head: mira, items: [item("a")] });

		expect(screen.queryByTestId("intake")).toBeNull();
	});

	it("from a cloud is counted with its size, and downloaded by its own button alone", async () => {
		const { host, user } = await show(worlds["folder-read"]);
		expect(screen.getByTestId("cloud").textContent).toContain(
			"12 files lie with a cloud, 2.3 GB. To read them would download them.",
		);

		await user.click(screen.getByTestId("read-cloud-only"));

		expect(host.commands).toEqual([["readCloudOnly"]]);
	});
});

describe("what is asked before more is taken in", () => {
	it("says how much it is, and what it costs", async () => {
		await show(worlds.huge);

		const question = screen.getByRole("group", { name: "This is a lot. Read and look up all of it?" });
		expect(screen.getByTestId("question-size").textContent).toBe(
			"131,072 files and digests, 61 GB so far, and still counting.",
		);
		expect(screen.getByTestId("question-cost").textContent).toBe(
			"At most 131,072 lookups; by the quota they take at least 87 hours. The quota for lookups is shared by everybody who uses this app registration.",
		);
		expect(within(question).getAllByRole("button")).toHaveLength(2);
		expect(question.textContent).toContain("What is in the list already goes on; the rest waits");
	});

	it("says that nothing is read before it is answered, where nothing is in the list", async () => {
		await show(worlds["huge-alone"]);

		expect(screen.getByTestId("question").textContent).toContain(
			"Nothing of it is hashed or looked up before you answer.",
		);
	});

	it("says what is known once all is counted, and no size where there is none", async () => {
		const about = {
			kind: "huge",
			items: 131_072,
			bytes: 0,
			counting: false,
			lookups: 1,
			seconds: 0,
		} as const;
		await show({ head: head({ ...mira, intake: intake({ question: { id: 1, about } }) }) });

		expect(screen.getByTestId("question-size").textContent).toBe("131,072 files and digests.");
		expect(screen.getByTestId("question-cost").textContent).toMatch(/^At most 1 lookup\. The quota/);
	});

	it.each(["huge", "huge-alone", "huge-before-sign-in"] as const)(
		"stands in place in %s, is said aloud, and leaves the rest as it is",
		async (name) => {
			const { user, host } = await show(worlds[name]);

			expect(screen.getByTestId("intake").contains(screen.getByTestId("question"))).toBe(true);
			expect(screen.queryByRole("dialog")).toBeNull();
			const aloud = screen.getAllByRole("status").map((each) => each.textContent);
			expect(aloud).toContain("This is a lot. Read and look up all of it?");
			await user.keyboard("{Control>}o{/Control}");
			expect(host.commands).toEqual([["pickFiles"]]);
		},
	);

	it.each([
		["question-go-on", true],
		["question-leave-out", false],
	])("is answered by %s, by the keys, once", async (button, goOn) => {
		const { host, user } = await show(worlds.huge);
		while (document.activeElement !== screen.getByTestId(button)) await user.tab();

		await user.keyboard("{Escape}");
		expect(host.commands).toEqual([]);
		await user.keyboard("{Enter}{Enter}");

		expect(host.commands).toEqual([["answerQuestion", 1, goOn]]);
	});

	it("can be answered again where the answer did not arrive", async () => {
		const { host, user } = await show(worlds.huge);
		host.failing.set("answerQuestion", "unexpected");

		await user.click(screen.getByTestId("question-go-on"));
		await user.click(screen.getByTestId("question-leave-out"));

		expect(host.commands).toEqual([
			["answerQuestion", 1, true],
			["answerQuestion", 1, false],
		]);
	});

	it("goes when it was answered, and the next one is a new one", async () => {
		const { host, user } = await show(worlds.huge);
		await user.click(screen.getByTestId("question-go-on"));

		act(() => host.change({ head: worlds.servers.head, items: worlds.servers.items }));
		await user.click(screen.getByTestId("question-leave-out"));

		expect(host.commands).toEqual([
			["answerQuestion", 1, true],
			["answerQuestion", 2, false],
		]);
		act(() => host.change({ head: worlds.work.head, items: worlds.work.items }));
		expect(screen.queryByTestId("question")).toBeNull();
		await expect.poll(() => document.activeElement).not.toBe(document.body);
	});

	it("about servers says why, and shows the first paths as what they are", async () => {
		await show(worlds.servers);

		const question = screen.getByRole("group", { name: "12 paths lead to servers. Look at them?" });
		expect(question.textContent).toContain("tells that server who you are");
		expect(question.textContent).toContain("Windows sends it your credentials");
		const paths = within(question).getAllByRole("listitem");
		expect(paths.map((each) => each.textContent).slice(0, 2)).toEqual([
			"\\\\fs-04.alderbrook.example\\cases\\4711\\invoice.exe",
			"\\\\203.0.113.7\\share\\U+202Efdp.exe",
		]);
		expect(paths.at(-1)?.textContent).toBe("and 7 more");
		expect(within(question).getByTestId("control").textContent).toBe("U+202E");
		expect(screen.getByTestId("question-go-on").textContent).toBe("Look at them");
	});

	it("about one server speaks of one", async () => {
		const about = { kind: "server", paths: 1, first: [shown("\\\\fs\\a.exe")] } as const;
		const asked = { id: 3, about: { ...about, first: [...about.first] } };
		await show({ head: head({ ...mira, intake: intake({ question: asked }) }) });

		const question = screen.getByRole("group", { name: "1 path leads to a server. Look at it?" });
		expect(
			within(question)
				.getAllByRole("button")
				.map((each) => each.textContent),
		).toEqual(["Look at it", "Leave it out"]);
	});
});

describe("a digest that a text named", () => {
	it("says of what kind it is, and where it stands", async () => {
		const text = shown("report‹U+202E›txt");

		expect(await words(named("sha256", { text, line: 1_200 }))).toBe(
			"Needs resolving · SHA-256 · line 1,200 of reportU+202Etxt",
		);
		expect(within(screen.getByTestId("item-words")).getByTestId("control")).toBeTruthy();
	});

	it("that was pasted says so", async () => {
		expect(await words(named("sha1", {}, { lookup: lookup("waiting") }))).toBe(
			"Waiting to be asked · SHA-1 · line 12 of the pasted text",
		);
	});

	it("has what stands beside it as a line, as text, and aloud", async () => {
		await words(named("md5", { note: shown("<b>invoice</b>‹U+202E›exe") }));

		const note = screen.getByTestId("item-note");
		expect(note.textContent).toBe("<b>invoice</b>U+202Eexe");
		expect(
			screen.getByRole("option", {
				name: /: Needs resolving, MD5, line 12 of the pasted text, in the same row: <b>invoice<\/b>⟨U\+202E⟩exe\.$/,
			}),
		).toBeTruthy();
	});

	it("of nothing says that, and is not taken for an answer", async () => {
		const reading = { kind: "skipped", error: problem("emptyDigest") } as const;

		expect(await words(named("sha1", {}, { reading }))).toMatch(
			/^This is the digest of an empty file · SHA-1/,
		);
	});
});

describe("a file that was given as a link", () => {
	it("says so", async () => {
		expect(await words(item("a", { throughLink: true, lookup: lookup("waiting") }))).toBe(
			"Waiting to be asked · through a link",
		);
	});
});
