import { createContext, use, useEffect, useRef } from "react";

/**
 * What a key can do. Each is registered by the part of the page that can do it, for as long as that
 * part is there; `keys.ts` says which key it has.
 */
export type Action =
	| "addFiles"
	| "addFolder"
	| "paste"
	| "next"
	| "previous"
	| "openCards"
	| "copySha1"
	| "copyMenu"
	| "openPortal"
	| "askAgain"
	| "retryFailed"
	| "zone"
	| "zoomIn"
	| "zoomOut"
	| "zoomReset"
	| "pause"
	| "history"
	| "preferences"
	| "close"
	| "keys";

/** Does it. Gives false if there was nothing to do. */
export type Act = () => boolean | undefined;

/** The actions that can be done at the moment. Where several parts can do one, the latest does. */
export class Actions {
	readonly #registered = new Map<Action, Act[]>();

	/** Gives what takes it away again. */
	register(action: Action, act: Act): () => void {
		const acts = this.#registered.get(action) ?? [];
		this.#registered.set(action, acts);
		acts.push(act);
		return () => {
			const index = acts.lastIndexOf(act);
			if (index >= 0) acts.splice(index, 1);
		};
	}

	/** Whether some part of the page can do it now. */
	has(action: Action): boolean {
		return (this.#registered.get(action)?.length ?? 0) > 0;
	}

	/** Does it, the latest part first, until one of them had something to do. */
	run(action: Action): boolean {
		for (const act of [...(this.#registered.get(action) ?? [])].reverse()) {
			if (act() !== false) return true;
		}
		return false;
	}
}

/** None where a part stands alone, as on the page of all states. */
export const ActionsContext = createContext<Actions | null>(null);

/** Offers to do an action while the component is there; null offers nothing. */
export function useAction(action: Action, act: Act | null): void {
	const actions = use(ActionsContext);
	const latest = useRef(act);
	latest.current = act;
	const offered = act !== null;
	useEffect(() => {
		if (actions === null || !offered) return;
		return actions.register(action, () => latest.current?.());
	}, [actions, action, offered]);
}
