import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => ({
	plugins: [react()],
	// The words stand at the root of the repository, where the other programs read them, too; and so
	// do the icon and the licences of what is shipped. The tests look for the words in all programs.
	server: {
		fs: {
			allow: [
				".",
				"../words",
				"../icons",
				"../licences",
				...(mode === "test" ? ["../crates/cli/src", "../crates/core/src", "../src-tauri/src"] : []),
			],
		},
	},
	build: {
		// Nothing is inlined: the window's content policy allows no `data:` address.
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		target: ["es2023", "safari17.5", "chrome125"],
		// The page of all states is for the people who work on this, not part of the program.
		...(mode === "states"
			? { outDir: "../target/ui-states", emptyOutDir: true, rolldownOptions: { input: "states.html" } }
			: {}),
	},
	test: {
		environment: "jsdom",
		setupFiles: ["src/testing/setup.ts"],
		restoreMocks: true,
		// No style is needed, but the text of the style sheets where a test asks for it.
		css: { include: [/\?raw$/] },
		// A busy machine gets patience; nothing here waits for time to pass.
		testTimeout: 30_000,
	},
}));
