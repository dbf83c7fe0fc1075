import { createContext, use, useMemo } from "react";
import type { Backend } from "../ipc/backend";
import {
	type ErrorCode,
	type Head,
	type OrganisationId,
	type Remedy,
	remedies,
	type SignInTo,
} from "../ipc/view";
import { useReach } from "./context";
import type { Open } from "./open";
import { signInTo, takesAnother } from "./session";

/** What is done here; what is asked of the administrator is copied and done elsewhere. */
export type Deed = Exclude<Remedy, "askAdministrator">;

/** What one press can do about an error, wherever on the page it stands. */
export interface Remedies {
	/** What can be done about an error of this code here and now; null if nothing. */
	readonly offered: (code: ErrorCode) => Remedy | null;
	/** Does it. */
	readonly act: (remedy: Deed) => void;
	/** Shows what the person may do, where somebody is there. */
	readonly passport: (() => void) | null;
}

export const RemediesContext = createContext<Remedies>({
	offered: () => null,
	act: () => {},
	passport: null,
});

export const useRemedies = (): Remedies => use(RemediesContext);

/** The remedies of the page as its head is; of an organisation's own, if one is checked. */
export function useOfferedRemedies(head: Head, open: Open, checked: OrganisationId | null): Remedies {
	const { backend, run } = useReach();
	return useMemo(() => {
		const to: SignInTo | null = checked === null ? signInTo(head) : { kind: "organisation", id: checked };
		const { session, accounts } = head;
		const active = accounts.find((each) => each.active)?.organisation ?? null;
		const there =
			(session.kind === "signedIn" || session.kind === "interrupted") &&
			(checked === null || checked === active);
		const possible: Readonly<Record<Remedy, boolean>> = {
			signIn: to !== null && session.kind !== "signingIn",
			otherAccount: to !== null,
			stepUp: there,
			askAdministrator: true,
			// The check leads away from itself, to where other ids are entered.
			connection: checked === null || takesAnother(head),
			network: true,
		};
		return {
			offered: (code) => {
				const remedy = remedies[code];
				return remedy !== undefined && possible[remedy] ? remedy : null;
			},
			passport: there ? () => open({ kind: "passport" }) : null,
			act: (remedy) => {
				switch (remedy) {
					case "signIn":
						// A check signs in by itself, and goes on.
						if (checked !== null) void run(backend.startCheck(checked));
						else if (to !== null) void run(backend.signIn(to, false));
						return;
					case "otherAccount":
						if (to !== null) void run(asSomebodyElse(backend, to, session.kind === "signingIn"));
						return;
					case "stepUp":
						void run(backend.stepUp());
						return;
					case "connection":
						open(
							checked === null && to?.kind === "organisation"
								? { kind: "check", organisation: to.id }
								: { kind: "connect" },
						);
						return;
					case "network":
						open({ kind: "network" });
						return;
					default:
						remedy satisfies never;
				}
			},
		};
	}, [head, open, checked, backend, run]);
}

/** There is one attempt at a time, so that one that waits for the browser is given up first. */
async function asSomebodyElse(backend: Backend, to: SignInTo, waits: boolean): Promise<void> {
	if (waits) await backend.cancelSignIn();
	await backend.signIn(to, true);
}
