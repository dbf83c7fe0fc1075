import { describe, expect, it } from "vitest";

/** Every source, by its path from here. */
const sources = Object.entries(
	import.meta.glob<string>("./**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true }),
).map(([path, text]) => ({ path: path.slice("./".length), text }));

interface Import {
	readonly from: string;
	/** A path from here without its ending, or the name of a package. */
	readonly to: string;
	/** Whether it leaves nothing behind once compiled. */
	readonly typeOnly: boolean;
}

const imports: readonly Import[] = sources.flatMap(({ path, text }) =>
	[
		...text.matchAll(
			/^\s*(?:import|export)\s+(type\s)?(?:[\w$*{},\s]+?\sfrom\s+)?"([^"]+)"|\b(?:import|mock)\(\s*"([^"]+)"/gm,
		),
	].map(([, type, stated, called]) => ({
		from: path,
		to: resolved(path, stated ?? called ?? ""),
		typeOnly: type !== undefined,
	})),
);

function resolved(from: string, to: string): string {
	if (!to.startsWith(".")) return to;
	const { pathname } = new URL(to, `file:///src/${from}`);
	return pathname.replace(/^\/src\//, "").replace(/\.tsx?$/, "");
}

const folder = (path: string) => path.split("/")[0] ?? "";
/** The feature that a path is in, and what it names there; `""` and `index` are the door. */
const feature = (path: string) => {
	const [, name, inner = ""] = /^features\/([^/]+)(?:\/(.*))?$/.exec(path) ?? [];
	return name === undefined ? null : { name, inner };
};
const broken = (is: (each: Import) => boolean) => imports.filter(is).map(({ from, to }) => `${from} → ${to}`);

describe("the sources", () => {
	it("are read, with their imports", () => {
		const found = imports.map(({ from, to }) => `${from} → ${to}`);

		expect(found).toContain("main.tsx → App");
		expect(found).toContain("main.tsx → base.css");
		expect(found).toContain("App.tsx → features/window");
		expect(found).toContain("ipc/host.ts → @tauri-apps/api/core");
		// An import over several lines.
		expect(found).toContain("ipc/backend.ts → ipc/view");
	});

	it("know no feature where they serve all of them", () => {
		const serving = ["format", "ipc", "parts", "state", "testing", "words"];

		expect(broken(({ from, to }) => serving.includes(folder(from)) && feature(to) !== null)).toEqual([]);
	});

	it("enter a feature by its door", () => {
		const past = broken(({ from, to }) => {
			const there = feature(to);
			if (there === null || there.name === feature(from)?.name) return false;
			return there.inner !== "" && there.inner !== "index";
		});

		expect(past).toEqual([]);
	});

	it("speak to the host from ipc alone", () => {
		expect(broken(({ from, to }) => to.startsWith("@tauri-apps/") && folder(from) !== "ipc")).toEqual([]);
	});

	it("take nothing but types from ipc in a part", () => {
		expect(
			broken(({ from, to, typeOnly }) => folder(from) === "parts" && folder(to) === "ipc" && !typeOnly),
		).toEqual([]);
	});
});

describe("the style sheets", () => {
	const sheets = Object.entries(
		import.meta.glob<string>("./**/*.css", { query: "?raw", import: "default", eager: true }),
	);

	it("ask how wide a part is in em: of an enlarged page, WebKit tells the pixels wrongly", () => {
		const asked = sheets.flatMap(([, text]) => text.match(/@container[^{]*/g) ?? []);

		expect(asked.length).toBeGreaterThan(0);
		expect(asked.filter((each) => !/\d+em\)\s*$/.test(each))).toEqual([]);
	});
});
