import { useEffect, useState } from "react";
import { asFailure, type Failure } from "../../ipc/failure";
import type { AlertDetail, AlertRow } from "../../ipc/view";
import { useHead, useReach } from "../../state/context";

/** Everything about an alert, as far as it is there. */
export type Loaded =
	| { readonly kind: "loading" }
	| { readonly kind: "failed"; readonly failure: Failure }
	| { readonly kind: "detail"; readonly detail: AlertDetail };

const loading: Loaded = { kind: "loading" };

/**
 * The detail of an alert while it is wanted, asked for anew when the account changes or the alert was
 * read again. What was read before stays until what was read since is there.
 */
export function useDetail({ alert, readAt }: AlertRow, wanted: boolean): [Loaded, () => void] {
	const { backend } = useReach();
	const { epoch } = useHead();
	const [known, setKnown] = useState({ alert, loaded: loading });
	const [attempt, setAttempt] = useState(0);
	// biome-ignore lint/correctness/useExhaustiveDependencies: another account, reading or attempt asks again
	useEffect(() => {
		const set = (loaded: Loaded) => setKnown({ alert, loaded });
		setKnown((before) => (wanted && before.loaded.kind === "detail" ? before : { alert, loaded: loading }));
		if (!wanted) return;
		let current = true;
		backend.alertDetail(alert).then(
			(detail) => current && set({ kind: "detail", detail }),
			(reason: unknown) => current && set({ kind: "failed", failure: asFailure(reason) }),
		);
		return () => {
			current = false;
		};
	}, [backend, alert, readAt, epoch, wanted, attempt]);
	const { loaded } = known;
	// What belongs to another account or alert is not shown, and is being asked for again.
	const foreign = known.alert !== alert || (loaded.kind === "detail" && loaded.detail.epoch !== epoch);
	return [foreign ? loading : loaded, () => setAttempt((count) => count + 1)];
}
