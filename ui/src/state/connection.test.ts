import { describe, expect, it, vi } from "vitest";
import { FakeHost } from "../testing/fake";
import { head } from "../testing/fixtures";
import { Connection, nothingYet, receive } from "./connection";

const update = { sequence: 3, head: null, queries: [] };

describe("receive", () => {
	it("keeps the head when an update has none", () => {
		const before = { ...nothingYet, head: head({ epoch: 4 }) };

		expect(receive(before, update).head?.epoch).toBe(4);
	});

	it("keeps the newest change of each query", () => {
		const first = receive(nothingYet, { ...update, queries: [{ query: 1, revision: 5, total: 50 }] });
		const second = receive(first, {
			...update,
			queries: [
				{ query: 1, revision: 4, total: 40 },
				{ query: 2, revision: 1, total: 7 },
			],
		});

		expect([...second.queries.values()].map(({ total }) => total)).toEqual([50, 7]);
	});
});

describe("a connection", () => {
	it("has the head after the first update", () => {
		const connection = new Connection(new FakeHost({ head: head({ epoch: 9 }) }));

		connection.start();

		expect(connection.snapshot()).toMatchObject({ sequence: 0, lost: false, head: { epoch: 9 } });
	});

	it("says that it is lost when it cannot subscribe", async () => {
		const host = new FakeHost();
		vi.spyOn(host, "subscribe").mockRejectedValue("no such command");
		const connection = new Connection(host);

		connection.start();
		await vi.waitFor(() => expect(connection.snapshot().lost).toBe(true));
	});
});
