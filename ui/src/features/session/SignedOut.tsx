import type { SignOut } from "../../ipc/view";
import { Note } from "../../parts/Note";
import { Problem, told } from "../../parts/Problem";
import { Spoken } from "../../parts/Spoken";
import { words } from "../../words/words";
import styles from "./SignedOut.module.css";
import { TryKeyring } from "./TryKeyring";

/** What a sign-out has ended, and what it has not. */
export function SignedOut({ signOut }: { signOut: SignOut }) {
	const { realm, removal } = signOut;
	const title = words(`signedOut.${removal.kind}.title`);
	const text = words(`signedOut.${removal.kind}.text`);
	return (
		<Note
			icon={removal.kind === "notRemoved" ? "problem" : "lock"}
			title={title}
			data={{
				testid: "signed-out",
				state: removal.kind,
				...(removal.kind === "notRemoved" ? { code: removal.error.code } : {}),
			}}
		>
			<p>{text}</p>
			<Spoken text={`${title}. ${text}`} />
			{removal.kind === "notRemoved" && (
				<div className={styles.reason}>
					<Problem failure={told(removal.error)} look="quiet" urgent>
						<TryKeyring />
					</Problem>
				</div>
			)}
			{realm === "practice" ? <p>{words("signedOut.practice")}</p> : <Microsoft />}
		</Note>
	);
}

/** What only Microsoft can end. */
function Microsoft() {
	return (
		<div className={styles.microsoft}>
			<p>{words("signedOut.microsoft")}</p>
			<ul>
				<li>{words("signedOut.microsoft.browser")}</li>
				<li>{words("signedOut.microsoft.refresh")}</li>
				<li>{words("signedOut.microsoft.access")}</li>
			</ul>
			<p>{words("signedOut.microsoft.end")}</p>
		</div>
	);
}
