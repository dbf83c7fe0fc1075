import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

/** How far beyond the edges of what scrolls rows are drawn, in pixels. */
const nearby = 1_000;

/** The height that a page had when it was drawn last, and with how many rows. */
interface Drawn {
	readonly rows: number;
	readonly height: number;
}

export interface NearPages {
	/** The pages that are to be drawn. */
	readonly near: ReadonlySet<number>;
	/** The height of a page that is not, if it was drawn with so many rows. */
	readonly heightOf: (page: number, rows: number) => number | null;
}

/**
 * Which pages of a list are near what is in sight. Asked of the layout whenever something scrolls or
 * changes its size: WebKit's `IntersectionObserver` was seen to say nothing at all.
 *
 * @param list what holds the pages, one element each and nothing else before them
 * @param scroller which of these around the list is what scrolls
 * @param rowsOf how many rows a page has
 */
export function useNearPages(
	list: RefObject<HTMLElement | null>,
	scroller: string,
	count: number,
	rowsOf: (page: number) => number,
): NearPages {
	const [near, setNear] = useState<ReadonlySet<number>>(new Set([0]));
	const drawn = useRef(new Map<number, Drawn>());
	const latest = useRef({ near, rowsOf });
	latest.current.rowsOf = rowsOf;

	const look = useCallback(() => {
		const pages = pagesOf(list.current);
		const now = nearOf(pages, scroller);
		const before = latest.current.near;
		if (now === null || isSame(before, now)) return;
		for (const page of before) {
			const element = pages[page];
			if (now.has(page) || element === undefined) continue;
			const { height } = element.getBoundingClientRect();
			drawn.current.set(page, { rows: latest.current.rowsOf(page), height });
			if (element.contains(document.activeElement)) keepFocus(element);
		}
		latest.current.near = now;
		setNear(now);
	}, [list, scroller]);

	// biome-ignore lint/correctness/useExhaustiveDependencies: other pages are there when their number changes
	useEffect(() => {
		let frame = 0;
		const soon = () => {
			if (frame !== 0) return;
			frame = requestAnimationFrame(() => {
				frame = 0;
				look();
			});
		};
		soon();
		document.addEventListener("scroll", soon, { capture: true, passive: true });
		window.addEventListener("resize", soon);
		const stop = staysInSight(pagesOf(list.current), scroller, soon);
		return () => {
			cancelAnimationFrame(frame);
			document.removeEventListener("scroll", soon, { capture: true });
			window.removeEventListener("resize", soon);
			stop();
		};
	}, [list, scroller, count, look]);

	const heightOf = useCallback((page: number, rows: number) => {
		const known = drawn.current.get(page);
		return known !== undefined && known.rows === rows ? known.height : null;
	}, []);
	return { near, heightOf };
}

const pagesOf = (list: HTMLElement | null) => [...(list?.children ?? [])] as HTMLElement[];

const isSame = (one: ReadonlySet<number>, other: ReadonlySet<number>) =>
	one.size === other.size && [...one].every((page) => other.has(page));

/** Null as long as there is nothing, or nothing is laid out. */
function nearOf(pages: readonly HTMLElement[], scroller: string): ReadonlySet<number> | null {
	if (pages.length === 0) return null;
	const bounds = boundsOf(pages[0]?.closest(scroller) ?? null);
	if (bounds.bottom <= bounds.top) return null;
	const near = pages.flatMap((page, index) => {
		const { top, bottom } = page.getBoundingClientRect();
		return bottom >= bounds.top - nearby && top <= bounds.bottom + nearby ? [index] : [];
	});
	return new Set(near);
}

/** What of the window the list is seen through; where the page scrolls as a whole, all of it. */
function boundsOf(around: Element | null): { readonly top: number; readonly bottom: number } {
	if (around === null || !scrolls(around)) {
		return { top: 0, bottom: document.documentElement.clientHeight };
	}
	return around.getBoundingClientRect();
}

const scrolls = (element: Element) => getComputedStyle(element).overflowY !== "visible";

/**
 * Keeps what is in sight where it is when a page above it turns out to be of another height. That is
 * `overflow-anchor`, which WebKit does not have; `base.css` switches it off where there is one.
 */
function staysInSight(pages: readonly HTMLElement[], scroller: string, changed: () => void): () => void {
	const around = pages[0]?.closest(scroller) ?? null;
	if (around === null || typeof ResizeObserver === "undefined") return () => {};
	const heights = new Map(pages.map((page) => [page, page.getBoundingClientRect().height]));
	const observer = new ResizeObserver(() => {
		const moving = scrolls(around) ? around : document.documentElement;
		for (const page of pages) {
			const now = page.getBoundingClientRect();
			const height = heights.get(page) ?? now.height;
			const wasAbove = now.top + height <= boundsOf(around).top;
			heights.set(page, now.height);
			if (now.height !== height && wasAbove) moving.scrollTop += now.height - height;
		}
		changed();
	});
	for (const page of pages) observer.observe(page);
	return () => observer.disconnect();
}

/** The focus of a row that is about to go passes to what is around the list, not to the page's top. */
function keepFocus(page: HTMLElement) {
	page.parentElement?.closest<HTMLElement>("[tabindex]")?.focus({ preventScroll: true });
}
