import { describe, expect, it } from "vitest";
import { answer, item, lookup, named, problem } from "../testing/fixtures";
import { stateOf } from "./item";

describe("how an item stands", () => {
	it("is none visible only for a complete answer", () => {
		const complete = item("a", { lookup: lookup("idle", answer()) });
		const cut = item("a", { lookup: lookup("idle", answer({ incomplete: problem("partial") })) });

		expect(stateOf(complete).kind).toBe("noneVisible");
		expect(stateOf(cut).kind).toBe("incomplete");
	});

	it("is a failure when the last try failed, whatever was answered before", () => {
		const failed = item("a", { lookup: lookup("idle", answer(), problem("offline")) });

		expect(stateOf(failed).kind).toBe("failed");
	});

	it("is the earlier answer while it is asked again", () => {
		expect(stateOf(item("a", { lookup: lookup("asking", answer({ alerts: 2 })) }))).toEqual({
			kind: "alerted",
			count: 2,
		});
	});

	it("is the reading before the lookup", () => {
		const reading = item("a", { sha1: null, reading: { kind: "failed", error: problem("blocked") } });

		expect(stateOf(reading).kind).toBe("unreadable");
	});

	it("needs resolving as long as the SHA-1 of another digest is not known, unless it is left out", () => {
		const empty = { kind: "skipped", error: problem("emptyDigest") } as const;

		expect(stateOf(named("md5")).kind).toBe("unresolved");
		expect(stateOf(named("sha256")).kind).toBe("unresolved");
		expect(stateOf(named("sha256", {}, { reading: empty })).kind).toBe("skipped");
		expect(stateOf(named("sha256", {}, { sha1: "00" })).kind).toBe("waiting");
		expect(stateOf(named("sha1")).kind).toBe("waiting");
	});

	it("is waiting, never answered, while nothing is known", () => {
		expect(stateOf(item("a", { lookup: lookup("waiting") })).kind).toBe("waiting");
		expect(stateOf(item("a")).kind).toBe("waiting");
	});

	it("is cancelled when the reading or the lookup was", () => {
		expect(stateOf(item("a", { reading: { kind: "cancelled" } })).kind).toBe("cancelled");
		expect(stateOf(item("a", { lookup: lookup("idle") })).kind).toBe("cancelled");
	});
});
