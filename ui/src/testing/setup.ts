import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

afterEach(cleanup);

// jsdom has none, and React Aria looks for elements by their escaped ids.
globalThis.CSS ??= {
	escape: (text: string) => text.replace(/[^\w-]|^\d/g, (each) => `\\${each.codePointAt(0)?.toString(16)} `),
} as typeof CSS;

// It lays nothing out, so that there is nothing to scroll either.
Element.prototype.scrollIntoView = () => {};
