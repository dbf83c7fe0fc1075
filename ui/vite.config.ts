import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => ({
	plugins: [react()],
	// The words stand at the root of the repository, where the other programs read them, too.
	server: { fs: { allow: [".", "../words"] } },
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
	},
}));
