import type { HistoryState, Keeping, ShownAccount, UserError } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { Problem, told } from "../../parts/Problem";
import { AskAdministrator, RemedyButton } from "../../parts/RemedyButton";
import { useHead, useReach } from "../../state/context";
import { useRemedies } from "../../state/remedy";
import { isAboutKeyring, signInTo } from "../../state/session";
import { words } from "../../words/words";
import { TryKeyring } from "./TryKeyring";

/** What the person should know of their session for as long as it is so, beneath the header. */
export function SessionBanner() {
	const { session, history } = useHead();
	switch (session.kind) {
		case "interrupted":
			return <Interrupted account={session.account} error={session.error} />;
		case "signedIn":
			return <NotKept keeping={session.keeping} history={history} />;
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
	const head = useHead();
	const { waiting } = head.counts;
	const remedy = useRemedies().offered(error.code);
	const to = signInTo(head);
	const look = account.realm === "practice" ? "practice" : "main";
	// Another remedy is the one thing to do; the same sign-in again would not help against a step-up.
	const other = remedy !== null && remedy !== "signIn" ? remedy : null;
	return (
		<Problem
			failure={told(error)}
			look="bar"
			urgent
			about={{ kind: "session" }}
			noRemedy
			testId="interrupted"
			more={
				<>
					{waiting > 0 && `${words("interrupted.waiting", { count: waiting })} `}
					{words(other === "stepUp" ? "interrupted.stepUp" : "interrupted.stays")}
				</>
			}
		>
			{to !== null && other !== "stepUp" && (
				<Button
					{...(other === null ? { look } : {})}
					onPress={() => void run(backend.signIn(to, false))}
					testId="sign-in-again"
				>
					{words("interrupted.signIn")}
				</Button>
			)}
			{(other === "stepUp" || other === "askAdministrator") && (
				<AskAdministrator about={{ kind: "session" }} />
			)}
			{other !== null && other !== "askAdministrator" && <RemedyButton remedy={other} look={look} />}
		</Problem>
	);
}

/** What ends with the program though it should not: the sign-in, the answers, or both for one reason. */
function NotKept({ keeping, history }: { keeping: Keeping; history: HistoryState }) {
	const signIn = keeping.kind === "notKept" ? keeping.error : null;
	const answers = history.kind === "memory" ? history.error : null;
	const both = signIn !== null && signIn.code === answers?.code;
	return (
		<>
			{signIn !== null && (
				<Ends error={signIn} id="keeping.notKept" {...(both ? { more: words("keeping.history") } : {})} />
			)}
			{answers !== null && !both && <Ends error={answers} id="keeping.memory" />}
		</>
	);
}

interface EndsProps {
	readonly error: UserError;
	readonly id: "keeping.notKept" | "keeping.memory";
	readonly more?: string;
}

/** One bar a reason. */
function Ends({ error, id, more }: EndsProps) {
	const reason = words(`error.${error.code}.title`, error.facts);
	return (
		<Problem
			failure={told(error)}
			title={words(id, { reason })}
			look="bar"
			urgent
			testId={id === "keeping.notKept" ? "keeping" : "history-memory"}
			state="notKept"
			more={more}
		>
			{isAboutKeyring(error.code) ? <TryKeyring /> : undefined}
		</Problem>
	);
}
