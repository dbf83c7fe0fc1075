import { describe, expect, it } from "vitest";
import en from "../../../words/en.json";
import { shown } from "../testing/fixtures";
import { catalogued, errorCodes, factNames, isErrorCode, pieces, type WordKey, words } from "./words";

/** The facts that core gives with each code; a sentence may name no others. */
const given: Record<string, readonly string[]> = {
	proxyPasswordInvalid: ["most"],
	authorityUnreachable: ["host"],
	offline: ["host"],
	brokenOff: ["host"],
	timedOut: ["host"],
	clockSlow: ["minutes"],
	clockFast: ["minutes"],
	scopeMissing: ["required"],
	notFound: ["host"],
	throttled: ["seconds"],
	serverError: ["status"],
	redirected: ["status", "host"],
	unexpectedAnswer: ["status"],
	tooLarge: ["megabytes"],
	pageMissing: ["page"],
	linkRefused: ["page"],
	tooManyPages: ["pages"],
	entriesUnreadable: ["count"],
	textTooLong: ["megabytes"],
	tooManyItems: ["limit", "left"],
	tooManyArguments: ["limit", "left"],
	settingsNewer: ["file"],
	journalDamaged: ["file"],
	journalAndCallsDamaged: ["file"],
	journalLost: ["count"],
	settingsBroken: ["file"],
	managedBroken: ["file", "detail"],
	managedWritable: ["file", "detail"],
	managedUnreadable: ["file", "detail"],
	domainUnknown: ["domain"],
	discoveryInvalid: ["detail"],
	nameUnknown: ["host"],
	proxyUnreachable: ["proxy"],
	proxyPassword: ["proxy"],
	proxyIntegrated: ["proxy", "host", "scheme"],
	proxyRefused: ["proxy", "host", "status"],
	proxyAutomatic: ["host"],
	certificateIssuer: ["host", "issuer", "subject"],
	certificateExpired: ["host", "issuer", "time"],
	certificateNotYetValid: ["host", "issuer", "time"],
	certificateHost: ["host", "issuer", "names"],
	tlsFailed: ["host", "detail"],
	caTooLarge: ["megabytes"],
};

describe("words", () => {
	it("puts facts in their places", () => {
		expect(words("error.serverError.title", { status: 503 })).toBe("Defender failed (HTTP 503)");
	});

	it("names hidden characters of a text from outside", () => {
		expect(words("row.sentence", { name: shown("a‹U+202E›b"), state: "asking" })).toBe("a⟨U+202E⟩b: asking.");
	});

	it("keeps a text from outside apart from the sentence", () => {
		const host = shown("{evil}");
		expect(pieces("error.offline.title", { host })).toEqual([host, " could not be reached"]);
	});

	it("chooses the plural by the count", () => {
		expect(words("state.alerted", { count: 1 })).toBe("1 alert visible to you");
		expect(words("state.alerted", { count: 1_200 })).toBe("1,200 alerts visible to you");
	});

	it("writes a code as it is, and an amount in groups", () => {
		expect(words("counts.asking", { count: 65_001 })).toBe("65,001 asking");
		expect(words("error.serverError.title", { status: 1_503 })).toBe("Defender failed (HTTP 1503)");
	});

	it("says so when a fact is missing", () => {
		expect(words("error.offline.title")).toBe("(not given) could not be reached");
	});

	it("knows no code that has no words", () => {
		expect(isErrorCode("toString")).toBe(false);
		expect(isErrorCode("offline")).toBe(true);
	});

	it.each(errorCodes())("names only facts that core gives with %s", (code) => {
		const named = [...factNames(`error.${code}.title`), ...factNames(`error.${code}.help`)];
		expect(given[code] ?? []).toEqual(expect.arrayContaining(named));
	});

	it("has both forms of each plural, and no sentence that is both", () => {
		const keys = Object.keys(en);
		for (const key of keys.filter((each) => each.endsWith(".one"))) {
			const base = key.slice(0, -".one".length);
			expect(keys).toContain(`${base}.other`);
			expect(keys).not.toContain(base);
		}
	});

	it("never says of a file what is not known", () => {
		const forbidden = /\b(verdict|clean|safe|threat-free|demo|mock|simulator|harmless|malicious)\b/i;
		expect(Object.values(en).filter((sentence) => forbidden.test(sentence))).toEqual([]);
	});

	it("has no key twice in other letters", () => {
		const keys = Object.keys(en).map((key) => key.toLowerCase());
		expect(new Set(keys).size).toBe(keys.length);
		expect(catalogued("none.title")).toBe("none.title" satisfies WordKey);
	});
});

describe("the catalogue", () => {
	it("has no sentence that nobody says", () => {
		const sources = Object.entries(
			import.meta.glob<string>(
				[
					"../**/*.{ts,tsx}",
					"!../**/*.test.{ts,tsx}",
					"!./words.ts",
					"../../../crates/cli/src/**/*.rs",
					"../../../crates/core/src/**/*.rs",
					"../../../src-tauri/src/**/*.rs",
				],
				{ query: "?raw", import: "default", eager: true },
			),
		).map(([, text]) => text);
		const literals = new Set(
			sources.flatMap((text) => [...text.matchAll(/"([\w.]+)"/g)].map(([, key]) => key)),
		);
		// `error.${code}.title` says every key of that form.
		const forms = sources
			.flatMap((text) => [...text.matchAll(/`([^`\s]*\$\{[^`]*)`/g)].map(([, form]) => form ?? ""))
			.map((form) => form.replace(/\$\{[^}]*\}/g, "*"))
			.filter((form) => /^[\w.*]*\w\.?[\w.*]*$/.test(form) && /[a-z]{3}/i.test(form))
			.map((form) => new RegExp(`^${form.replaceAll(".", "\\.").replaceAll("*", "[\\w.]+")}$`));
		// Words of the API's own, said where it gives them: `format/term.ts`.
		const isTerm = (key: string) => /^(classification|determination|source|investigation)\.[A-Z]/.test(key);
		const isSaid = (key: string) => isTerm(key) || literals.has(key) || forms.some((form) => form.test(key));

		const unsaid = Object.keys(en).filter(
			(key) => !isSaid(key) && !isSaid(key.replace(/\.(one|other)$/, "")),
		);

		expect(unsaid).toEqual([]);
	});
});
