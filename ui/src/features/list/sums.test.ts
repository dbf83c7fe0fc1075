import { describe, expect, it } from "vitest";
import type { NotReadReason, Sums } from "../../ipc/view";
import { intake, noSums } from "../../testing/fixtures";
import { sumsSentence, tellsSums } from "./sums";

const reasons = [
	"cloudOnly",
	"empty",
	"link",
	"notRegular",
	"locked",
	"noPermission",
	"blocked",
	"vanished",
	"changed",
	"unreadable",
	"cancelled",
	"tooMany",
	"declined",
] as const satisfies readonly NotReadReason[];
// Fails to compile when a reason of the contract is not among those that are tested.
const every: [Exclude<NotReadReason, (typeof reasons)[number]>] extends [never] ? true : never = true;
void every;

const sums = (parts: Partial<Sums>): Sums => ({ ...noSums, ...parts });
const sentence = (given: Sums, running: boolean) => sumsSentence(intake({ sums: given, running }));
const of = (reason: NotReadReason, count: number) =>
	sentence(sums({ found: count, notRead: [{ reason, count }] }), false);
/** The numbers that a sentence names, in their order. */
const numbers = (sentence: string) =>
	[...sentence.matchAll(/(?:^|, )([\d,]*\d)(?= )/g)].map(([, number]) => Number(number?.replaceAll(",", "")));

describe("what came in, in one sentence", () => {
	it("counts the files, and every reason for which some were not read", () => {
		const folder = sums({
			found: 41_022,
			read: 40_870,
			notRead: [
				{ reason: "cloudOnly", count: 12 },
				{ reason: "notRegular", count: 140 },
			],
		});

		expect(sentence(folder, false)).toBe("41,022 found, 40,870 read, 12 cloud-only, 140 not regular files");
	});

	it("says while it goes on that it is not all", () => {
		expect(sentence(noSums, true)).toBe("Going through what came in…");
		expect(sentence(sums({ found: 1_204, read: 200, toRead: 1_004 }), true)).toBe(
			"1,204 found so far, 200 read, 1,004 to read",
		);
		expect(sentence(sums({ digests: 1 }), true)).toBe("1 SHA-1 digest in texts so far");
	});

	it("counts the digests of texts apart from the files", () => {
		expect(sentence(sums({ digests: 1_204, unresolved: 30 }), false)).toBe(
			"1,204 SHA-1 and 30 other digests in texts",
		);
		expect(sentence(sums({ digests: 3, unresolved: 1 }), false)).toBe("3 SHA-1 and 1 other digest in texts");
		expect(sentence(sums({ unresolved: 2 }), false)).toBe("2 digests in texts that are no SHA-1");
		expect(sentence(sums({ found: 2, read: 2, digests: 5 }), false)).toBe(
			"2 found, 2 read; 5 SHA-1 digests in texts",
		);
	});

	it("does not say that something was found that still waits for an answer", () => {
		const about = {
			kind: "huge",
			items: 131_072,
			bytes: 0,
			counting: true,
			lookups: 131_072,
			seconds: 0,
		} as const;

		expect(
			sumsSentence(
				intake({ sums: sums({ found: 22, read: 22 }), running: true, question: { id: 1, about } }),
			),
		).toBe("22 taken in, 22 read");
	});

	it("says that nothing was read", () => {
		expect(of("cloudOnly", 12)).toBe("12 found, 0 read, 12 cloud-only");
	});

	it.each([
		["link", "1 link not followed", "2 links not followed"],
		["notRegular", "1 not a regular file", "2 not regular files"],
		["locked", "1 locked by another program", "2 locked by other programs"],
	] as const)("has words for one and for more of %s", (reason, one, more) => {
		expect(of(reason, 1)).toBe(`1 found, 0 read, ${one}`);
		expect(of(reason, 2)).toBe(`2 found, 0 read, ${more}`);
	});

	it("names every reason, each in words of its own", () => {
		const said = reasons.map((reason) => of(reason, 3));

		expect(new Set(said).size).toBe(reasons.length);
		for (const sentence of said) expect(sentence).toMatch(/^3 found, 0 read, 3 [a-z]/);
	});

	it("has parts that add up to what was found, whatever they are", () => {
		for (let round = 1; round <= 500; round += 1) {
			const any = (most: number) => (round * 7_919 + most * 104_729) % most;
			const notRead = reasons
				.filter((_, index) => (round >> (index % 9)) % 2 === 1)
				.map((reason, index) => ({ reason, count: 1 + any(1_000 + index) }));
			const [read, toRead] = [any(50_021), any(3)];
			const found = read + toRead + notRead.reduce((all, { count }) => all + count, 0);
			const [first, ...parts] = numbers(sentence(sums({ found, read, toRead, notRead }), round % 2 === 0));

			if (found === 0) continue;
			expect(first).toBe(found);
			expect(parts.reduce((all, each) => all + each, 0)).toBe(found);
			expect(parts.length).toBe(1 + (toRead > 0 ? 1 : 0) + notRead.length);
		}
	});
});

describe("whether what came in is summed up", () => {
	const tells = (parts: Partial<Sums>, more: Parameters<typeof intake>[0] = {}) =>
		tellsSums(intake({ sums: sums(parts), ...more }));

	it("is not for one item that is read or a digest", () => {
		expect(tells({})).toBe(false);
		expect(tells({ found: 1, read: 1 })).toBe(false);
		expect(tells({ found: 1, toRead: 1 })).toBe(false);
		expect(tells({ digests: 1 })).toBe(false);
	});

	it("is for more than one, for any that was not read, and while more may come", () => {
		expect(tells({ found: 2, read: 2 })).toBe(true);
		expect(tells({ found: 1, read: 1, digests: 1 })).toBe(true);
		expect(tells({ found: 1, notRead: [{ reason: "locked", count: 1 }] })).toBe(true);
		expect(tells({}, { running: true })).toBe(true);
	});
});
