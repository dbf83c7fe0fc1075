import { describe, expect, it, vi } from "vitest";
import { shown } from "../testing/fixtures";
import { flat } from "../words/shown";
import { atLeast } from "./duration";
import { size } from "./size";
import { shortName, term, worded } from "./term";
import { absolute, age, ago, clock, inBothZones, left, span, upToMinute } from "./time";

const at = Date.UTC(2026, 10, 24, 12, 3, 17);
const second = 1_000;
const hour = 3_600 * second;

describe("time", () => {
	it("is printed with its zone", () => {
		expect(absolute(at, "utc")).toBe("2026-11-24 12:03:17Z");
		expect(clock(at, "utc")).toBe("12:03:17Z");
		expect(upToMinute(at, "utc")).toBe("2026-11-24 12:03Z");
	});

	it.each([
		[-60, "2026-11-24 13:03:17 +01:00"],
		[0, "2026-11-24 12:03:17 +00:00"],
		[750, "2026-11-23 23:33:17 -12:30"],
	])("in a zone behind UTC by %i minutes is %s", (minutes, text) => {
		vi.spyOn(Date.prototype, "getTimezoneOffset").mockReturnValue(minutes);

		expect(absolute(at, "local")).toBe(text);
		expect(inBothZones(at)).toBe(`2026-11-24 12:03:17Z\n${text}`);
		expect(upToMinute(at, "local")).toBe(text.replace(":17", ""));
	});

	it.each([
		[-5 * second, "0 s"],
		[59 * second, "59 s"],
		[25 * 60 * second, "25 min"],
		[3 * hour - 1, "2 h"],
		[49 * hour, "2 d"],
	])("of %i ms is an age of %s, never more than it is", (distance, text) => {
		expect(age(distance)).toBe(text);
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
		expect(ago(at, at + distance, "utc")).toBe(text);
	});

	it.each([
		[400, "0 s"],
		[40 * second, "40 s"],
		[6 * 60 * second + 29 * second, "6 min"],
		[2 * hour, "2 h"],
		[2 * hour + 5 * 60 * second, "2 h 5 min"],
		[12 * 24 * hour + 3 * hour, "12 d 3 h"],
		[24 * hour + 5 * 60 * second, "1 d"],
	])("span of %i ms is %s", (milliseconds, text) => {
		expect(span(milliseconds)).toBe(text);
	});

	it("counts down to nothing", () => {
		expect(left(at, at - 245 * second)).toBe("4:05");
		expect(left(at, at - 1)).toBe("0:01");
		expect(left(at, at)).toBeNull();
	});
});

describe("what some work takes at the least", () => {
	it.each([
		[59, null],
		[60, "1 minute"],
		[89 * 60 + 59, "89 minutes"],
		[90 * 60, "1 hour"],
		[314_572, "87 hours"],
	])("%i seconds: %s", (seconds, text) => {
		expect(atLeast(seconds)).toBe(text);
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

describe("a term with words of its own", () => {
	it.each([
		["determination", "Apt", "Advanced persistent threat"],
		["source", "WindowsDefenderAtp", "EDR"],
		["investigation", "UnsupportedAlertType", "not available for this type of alert"],
		["source", "SomethingNew", null],
		["source", "__proto__", null],
		["source", "Windows‹U+200B›DefenderAtp", null],
	] as const)("%s %s is said as %s", (terms, text, said) => {
		expect(worded(terms, shown(text))).toBe(said);
	});

	it("is not one that was cut", () => {
		expect(worded("source", { ...shown("MTP"), hidden: 1 })).toBeNull();
	});
});

describe("a device's short name", () => {
	it.each([
		["pc-17.alderbrook.example", "pc-17"],
		["pc-17", "pc-17"],
		["10.0.0.17", "10.0.0.17"],
		[".example", ".example"],
		["pc‹U+202E›.example", "pc⟨U+202E⟩.example"],
	])("of %s is %s", (name, short) => {
		expect(flat(shortName(shown(name)))).toBe(short);
	});
});
