import { describe, expect, it } from "vitest";
import { shown } from "../testing/fixtures";
import { flat } from "../words/shown";
import { size } from "./size";
import { term } from "./term";
import { absolute, ago, clock, left } from "./time";

const at = Date.UTC(2026, 10, 24, 12, 3, 17);
const second = 1_000;
const hour = 3_600 * second;

describe("time", () => {
	it("is printed with its zone", () => {
		expect(absolute(at)).toBe("2026-11-24 12:03:17 UTC");
		expect(clock(at)).toBe("12:03:17 UTC");
	});

	it.each([
		[20 * second, "just now"],
		[-20 * second, "just now"],
		[2 * hour, "2 hours ago"],
		[25 * hour, "yesterday"],
		[12 * 24 * hour, "12 days ago"],
		[400 * 24 * hour, "24 Nov 2026"],
		[-2 * hour, "in 2 hours"],
	])("after %i ms is said as %s", (distance, text) => {
		expect(ago(at, at + distance)).toBe(text);
	});

	it("counts down to nothing", () => {
		expect(left(at, at - 245 * second)).toBe("4:05");
		expect(left(at, at - 1)).toBe("0:01");
		expect(left(at, at)).toBeNull();
	});
});

describe("size", () => {
	it.each([
		[0, "0 bytes"],
		[1, "1 byte"],
		[999, "999 bytes"],
		[1_000, "1.0 kB"],
		[214_016, "214 kB"],
		[999_499, "999 kB"],
		[999_500, "1.0 MB"],
		[4_700_372_992, "4.7 GB"],
	])("of %i bytes is %s", (bytes, text) => {
		expect(size(bytes)).toBe(text);
	});
});

describe("a term", () => {
	it.each([
		["TruePositive", "True positive"],
		["Malware", "Malware"],
		["InformationalExpectedActivity", "Informational expected activity"],
		["APT", "APT"],
		["already apart", "already apart"],
		["True‹U+200B›Positive", "True⟨U+200B⟩Positive"],
	])("%s is written as %s", (text, written) => {
		expect(flat(term(shown(text)))).toBe(written);
	});
});
