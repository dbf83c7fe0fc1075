import type { ShownAccount, UserError } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { Problem, told } from "../../parts/Problem";
import { useHead, useReach } from "../../state/context";
import { isAboutKeyring } from "../../state/session";
import { words } from "../../words/words";
import { TryKeyring } from "./TryKeyring";

/** What the person should know of their session for as long as it is so, beneath the header. */
export function SessionBanner() {
	const { session } = useHead();
	switch (session.kind) {
		case "interrupted":
			return <Interrupted account={session.account} error={session.error} />;
		case "signedIn":
			return session.keeping.kind === "notKept" ? <NotKept error={session.keeping.error} /> : null;
		case "signedOut":
		case "restoring":
		case "signingIn":
			return null;
		default:
			return session satisfies never;
	}
}

/** The session has ended; what is on screen stays, and lookups wait. */
function Interrupted({ account, error }: { account: ShownAccount; error: UserError }) {
	const { backend, run } = useReach();
	const { waiting } = useHead().counts;
	return (
		<Problem
			failure={told(error)}
			look="bar"
			urgent
			testId="interrupted"
			more={
				<>
					{waiting > 0 && `${words("interrupted.waiting", { count: waiting })} `}
					{words("interrupted.stays")}
				</>
			}
		>
			<Button
				look={account.realm === "practice" ? "practice" : "main"}
				onPress={() => void run(backend.signIn(account.realm, false))}
				testId="sign-in-again"
			>
				{words("interrupted.signIn")}
			</Button>
		</Problem>
	);
}

/** The session works, and ends with the program. */
function NotKept({ error }: { error: UserError }) {
	const reason = words(`error.${error.code}.title`, error.facts);
	return (
		<Problem
			failure={told(error)}
			title={words("keeping.notKept", { reason })}
			look="bar"
			urgent
			testId="keeping"
			state="notKept"
		>
			{isAboutKeyring(error.code) ? <TryKeyring /> : undefined}
		</Problem>
	);
}
