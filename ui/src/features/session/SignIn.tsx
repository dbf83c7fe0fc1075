import type { Session, UserError } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { Card } from "../../parts/Card";
import { CopyButton } from "../../parts/CopyButton";
import { Countdown } from "../../parts/Countdown";
import { Note } from "../../parts/Note";
import { Problem, told } from "../../parts/Problem";
import { useAction } from "../../state/actions";
import { useHead, useReach } from "../../state/context";
import { words } from "../../words/words";
import { Explain } from "./Explain";
import styles from "./SignIn.module.css";

type SigningIn = Extract<Session, { kind: "signingIn" }>;

/** What to do in the browser, for how long, and what if it does not work. */
export function SignIn({ session }: { session: SigningIn }) {
	const { backend, run } = useReach();
	const Title = useHead().counts.items > 0 ? "h2" : "h1";
	const { realm, step, until, browser, why, inAddress } = session;
	useAction("close", () => {
		void run(backend.cancelSignIn());
		return true;
	});
	return (
		<div className={styles.signIn}>
			<Card realm={realm} large testId="sign-in-screen" step={step}>
				<Title>{words(`signIn.title.${realm}`)}</Title>
				{why !== null && <Problem failure={told(why)} look="quiet" noRemedy testId="sign-in-why" />}
				<p className={styles.step} role="status">
					{words(
						step === "inBrowser" ? `signIn.step.${isOpen(browser) ? realm : "notOpened"}` : `signIn.${step}`,
					)}
				</p>
				{browser !== null && <Problem failure={told(browser)} urgent testId="browser-problem" />}
				{step !== "starting" && (
					<p className={styles.left}>
						<Countdown until={until} id="signIn.left" over="signIn.over" />
					</p>
				)}
				<div className={styles.actions}>
					{step === "inBrowser" && (
						<>
							<Button icon="away" onPress={() => void run(backend.reopenBrowser())} testId="reopen-browser">
								{words("signIn.reopen")}
							</Button>
							<CopyButton field={{ kind: "signInLink" }} id="signIn.copy" />
						</>
					)}
					<span className={styles.grow} />
					<Button onPress={() => void run(backend.cancelSignIn())} testId="cancel-sign-in">
						{words("signIn.cancel")}
					</Button>
				</div>
				{inAddress && (
					<Note
						icon="lock"
						look="quiet"
						title={words("signIn.inAddress.title")}
						data={{ testid: "in-address" }}
					>
						<p>{words("signIn.inAddress.text")}</p>
					</Note>
				)}
				{realm === "organisation" && step === "inBrowser" && <Explain />}
				<ul className={styles.hints}>
					<li>{words("signIn.hint.page")}</li>
					{realm === "organisation" && <li>{words("signIn.hint.error")}</li>}
					<li>{words("signIn.hint.address")}</li>
				</ul>
			</Card>
		</div>
	);
}

/** Whether a page may have opened, for all that is known. */
function isOpen(browser: UserError | null): boolean {
	const code: string | undefined = browser?.code;
	return code === undefined || code === "browserSilent" || code === "browserInsistsOnHttps";
}
