import { createContext, use, useCallback, useEffect, useLayoutEffect, useMemo, useState } from "react";
import type { Backend } from "../ipc/backend";
import type { Head, Preferences } from "../ipc/view";
import type { Reach } from "./context";
import { useHead } from "./context";

/** Changes some of what the person has chosen. */
export type Change = (part: Partial<Preferences>) => void;

export const ChangeContext = createContext<Change>(() => {});

/** What the person has chosen for this window, and how it is changed. */
export function usePreferences(): [Preferences, Change] {
	return [useHead().preferences, use(ChangeContext)];
}

/**
 * The head with what was chosen last, which holds at once, and until the host says the same: what it
 * says meanwhile is of an earlier choice.
 */
export function useChosen(
	head: Head | null,
	backend: Backend,
	run: Reach["run"],
): { head: Head | null; change: Change } {
	const stated = head?.preferences ?? null;
	const [chosen, setChosen] = useState<Preferences | null>(null);
	const preferences = chosen ?? stated;
	const settled = chosen !== null && stated !== null && isSame(chosen, stated);
	useEffect(() => {
		if (settled) setChosen(null);
	}, [settled]);
	const change = useCallback<Change>(
		(part) => {
			if (preferences === null) return;
			const next = { ...preferences, ...part };
			setChosen(next);
			void run(backend.setPreferences(next)).then((worked) => {
				if (!worked) setChosen(null);
			});
		},
		[backend, run, preferences],
	);
	return {
		head: useMemo(
			() => (head === null || preferences === null ? head : { ...head, preferences }),
			[head, preferences],
		),
		change,
	};
}

const isSame = (one: Preferences, other: Preferences) => JSON.stringify(one) === JSON.stringify(other);

/** Has the style sheets follow the theme and the contrast. */
export function useLook(preferences: Preferences | null): void {
	const theme = preferences?.theme ?? "system";
	const contrast = preferences?.contrast ?? "system";
	useLayoutEffect(() => {
		set("theme", theme);
		set("contrast", contrast);
	}, [theme, contrast]);
	useEffect(
		() => () => {
			set("theme", "system");
			set("contrast", "system");
		},
		[],
	);
}

/** The system's own is what holds without the attribute. */
function set(name: "theme" | "contrast", value: string): void {
	const { dataset } = document.documentElement;
	if (value === "system") delete dataset[name];
	else dataset[name] = value;
}
