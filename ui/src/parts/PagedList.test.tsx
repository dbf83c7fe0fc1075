import { act, screen, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { evidenceRows as kind } from "../state/rows";
import { evidence } from "../testing/fixtures";
import { renderWithin } from "../testing/within";
import { PagedList } from "./PagedList";

/** Where elements lie, as top and height; jsdom lays nothing out. */
const boxes = new Map<Element, readonly [top: number, height: number]>();
/** Tells that the size of something that is watched has changed. */
let resized = () => {};

beforeEach(() => {
	boxes.clear();
	vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockImplementation(function (this: HTMLElement) {
		const [top, height] = boxes.get(this) ?? [0, 0];
		return new DOMRect(0, top, 300, height);
	});
	vi.stubGlobal(
		"ResizeObserver",
		class {
			constructor(tell: () => void) {
				resized = tell;
			}
			observe() {}
			disconnect() {}
		},
	);
	return () => vi.unstubAllGlobals();
});

/** A list, of 120 rows unless others are given, which are three pages. */
async function show(rows = Array.from({ length: 120 }, (_, index) => evidence(index))) {
	const spec = { kind: "evidence", item: 1, alert: 1, only: null } as const;
	const shown = await renderWithin(
		<div data-testid="list" tabIndex={-1} style={{ overflowY: "auto" }}>
			<PagedList
				spec={spec}
				kind={kind}
				guess={40}
				scroller="[data-testid=list]"
				row={(row) => <button type="button">{`row ${row.index}`}</button>}
				empty={(index) => <p>{`empty ${index}`}</p>}
			/>
		</div>,
		{ evidence: rows },
	);
	if (rows.length > 0) await screen.findByText("row 0");
	const list = screen.getByTestId("list");
	const pages = [...(list.firstElementChild?.children ?? [])] as HTMLElement[];
	/** Lays the pages out one after the other from this place on, and the list 600 high. */
	const lay = (from: number, heights: readonly number[]) => {
		boxes.set(list, [0, 600]);
		let top = from;
		pages.forEach((page, index) => {
			boxes.set(page, [top, heights[index] ?? 0]);
			top += heights[index] ?? 0;
		});
	};
	const scroll = (from: number, heights: readonly number[]) => {
		lay(from, heights);
		act(() => void list.dispatchEvent(new Event("scroll")));
	};
	return { ...shown, list, pages, lay, scroll };
}

describe("a list in pages", () => {
	it("keeps room for the pages that are not near", async () => {
		const { pages } = await show();

		expect(pages.map((page) => page.style.height)).toEqual(["", "2000px", "800px"]);
		expect(screen.queryByText("row 50")).toBeNull();
	});

	it("draws its first rows at once where there were none", async () => {
		Object.defineProperty(document.documentElement, "clientHeight", { value: 600, configurable: true });
		onTestFinished(() => void Reflect.deleteProperty(document.documentElement, "clientHeight"));
		const { host, list } = await show([]);
		await act(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));

		act(() => host.change({ evidence: [evidence(0)] }));

		expect(list.textContent).toBe("empty 0");
		expect(await screen.findByText("row 0")).toBeTruthy();
	});

	it("draws a page when it comes near, and asks for its rows", async () => {
		const { host, scroll } = await show();

		scroll(-3_000, [2_000, 2_000, 800]);

		expect(await screen.findByText("row 119")).toBeTruthy();
		expect(host.requests.some(({ from }) => from === 100)).toBe(true);
	});

	it("keeps a page's own height when it goes away", async () => {
		const { pages, scroll } = await show();

		scroll(-6_000, [4_321, 2_000, 800]);

		await waitFor(() => expect(pages[0]?.style.height).toBe("4321px"));
		expect(screen.queryByText("row 0")).toBeNull();
	});

	it("keeps what is in sight in its place when a page above it turns out to be higher", async () => {
		const { list, lay, scroll } = await show();
		scroll(-4_000, [2_000, 2_000, 800]);
		await screen.findByText("row 119");
		act(() => resized());
		list.scrollTop = 4_000;

		lay(-4_000, [2_000, 2_300, 800]);
		act(() => resized());
		expect(list.scrollTop).toBe(4_300);

		lay(-4_300, [2_000, 2_300, 900]);
		act(() => resized());
		expect(list.scrollTop).toBe(4_300);
	});

	it("does not lose the focus with a page that goes away", async () => {
		const { list, scroll } = await show();
		screen.getByText("row 3").focus();

		scroll(-6_000, [4_000, 2_000, 800]);

		await waitFor(() => expect(document.activeElement).toBe(list));
	});
});
