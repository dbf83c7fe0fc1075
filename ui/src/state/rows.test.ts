import { describe, expect, it, vi } from "vitest";
import type { ItemRow } from "../ipc/view";
import { FakeHost } from "../testing/fake";
import { head, item } from "../testing/fixtures";
import { Connection } from "./connection";
import { itemRows, RowWindow } from "./rows";

const many = (count: number, mark = "") =>
	Array.from({ length: count }, (_, index) => ({ ...item(`${mark}${index}`), id: index }));
const name = (row: ItemRow | null | undefined) => row?.name.parts[0]?.text;

function opened(items: readonly ItemRow[]) {
	const host = new FakeHost({ head: head({ epoch: 1 }), items });
	const connection = new Connection(host);
	connection.start();
	const window = new RowWindow(host, connection, { kind: "items", sort: "arrival" }, itemRows);
	window.open();
	return { host, window };
}

/** Lets every promise that can settle do so. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

describe("a window on rows", () => {
	it("asks only for the pages in view", async () => {
		const { host, window } = opened(many(1_000));
		await settle();

		window.show(150, 310);
		await settle();

		expect(name(window.row(150))).toBe("150");
		expect(window.row(500)).toBeUndefined();
		expect(host.requests.map(({ from, to }) => [from, to])).toEqual([
			[0, 100],
			[100, 200],
			[200, 300],
			[300, 400],
		]);
	});

	it("shows the rows of the newer revision, and the older until they are there", async () => {
		const { host, window } = opened(many(3));
		await settle();
		host.held = [];

		host.change({ items: many(5, "new ") });

		expect(window.total).toBe(5);
		expect(name(window.row(0))).toBe("0");
		for (const go of host.held) go();
		await settle();
		expect(name(window.row(0))).toBe("new 0");
	});

	it("shows the rows that a page grew by while it was on its way", async () => {
		const { host, window } = opened(many(3));
		const answer = host.rows.bind(host);
		vi.spyOn(host, "rows").mockImplementationOnce((...request) => {
			host.change({ items: many(5) });
			return answer(...request);
		});

		await settle();

		expect(window.total).toBe(5);
		expect(name(window.row(4))).toBe("4");
	});

	it("drops the rows of another account at once", async () => {
		const { host, window } = opened(many(3));
		await settle();
		host.held = [];

		host.change({ head: head({ epoch: 2 }) });

		expect(window.row(0)).toBeUndefined();
	});

	it("never takes an answer that belongs to the account before", async () => {
		const { host, window } = opened(many(3));
		host.held = [];
		await settle();
		const old = host.held;
		host.held = null;
		const seen = new Set<string | undefined>();
		window.listen(() => seen.add(name(window.row(0))));

		host.change({ head: head({ epoch: 2 }), items: many(3, "other ") });
		for (const go of old) go();
		await settle();

		expect([...seen]).toEqual([undefined, "other 0"]);
	});

	it("follows the pinned row wherever it moves", async () => {
		const rows = many(1_000);
		const { host, window } = opened(rows);
		await settle();
		window.pin(7, 7);

		host.change({ items: [...rows.slice(8), ...rows.slice(0, 8)] });
		await vi.waitFor(() => expect(window.pinned?.index).toBe(999));

		expect(name(window.pinned?.row)).toBe("7");
	});

	it("says that the pinned row has left the list", async () => {
		const rows = many(300);
		const { host, window } = opened(rows);
		await settle();
		window.pin(7, 7);

		host.change({ items: rows.filter(({ id }) => id !== 7) });
		await vi.waitFor(() => expect(window.hasLost(7)).toBe(true));

		expect(window.pinned).toBeNull();
	});

	it("opens the query anew when the host has forgotten it", async () => {
		const { host, window } = opened(many(300));
		await settle();
		await host.closeList(1);

		window.show(100, 200);
		await settle();

		expect(name(window.row(100))).toBe("100");
		expect(window.failure).toBeNull();
	});

	it("tells a failure, and asks again only when told to", async () => {
		const { host, window } = opened(many(300));
		await settle();
		const rows = vi.spyOn(host, "rows").mockRejectedValueOnce("broken");

		window.show(100, 200);
		await settle();
		expect(window.failure).toEqual({ kind: "unexpected" });
		expect(rows).toHaveBeenCalledTimes(1);

		window.retry();
		await settle();
		expect(window.failure).toBeNull();
		expect(name(window.row(100))).toBe("100");
	});

	it("closes its query", async () => {
		const { host, window } = opened(many(3));
		await settle();

		window.close();

		expect(host.openQueries).toBe(0);
	});

	it("closes a query that was still being opened", async () => {
		const { host, window } = opened(many(3));

		window.close();
		await settle();

		expect(host.openQueries).toBe(0);
	});
});
