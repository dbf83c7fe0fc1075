import { useState } from "react";
import type { Organisation, SignOut, UserError } from "../../ipc/view";
import { Brand } from "../../parts/Brand";
import { Button } from "../../parts/Button";
import { Card } from "../../parts/Card";
import { Icon } from "../../parts/Icon";
import { Note } from "../../parts/Note";
import { Problem, told } from "../../parts/Problem";
import { useHead, useReach } from "../../state/context";
import { isAboutKeyring, leavesSignIn } from "../../state/session";
import { words } from "../../words/words";
import { ConnectForm } from "./ConnectForm";
import { SignedOut } from "./SignedOut";
import { TryKeyring } from "./TryKeyring";
import styles from "./Welcome.module.css";

interface Props {
	/** Why nobody is signed in, if it is not by the person's wish. */
	readonly error?: UserError | null;
	/** What became of a sign-out. */
	readonly signedOut?: SignOut | null;
	/** The keyring waits for the person's answer. */
	readonly locked?: boolean;
}

/** Nobody is signed in: the two ways to begin, and what leaves the machine. */
export function Welcome({ error = null, signedOut = null, locked = false }: Props) {
	const { practice, organisation, counts } = useHead();
	return (
		<div className={styles.welcome} data-testid="welcome">
			<div className={styles.intro}>
				{/* Beside a list, the window has its name above. */}
				<Brand large as={counts.items > 0 ? "p" : "h1"} />
				{/* Who was signed in before knows that. */}
				{!locked && signedOut === null && error === null && (
					<p className={styles.line}>{words("app.line")}</p>
				)}
			</div>
			{locked && (
				<Note
					icon="lock"
					title={words("restoring.locked.title")}
					role="status"
					data={{ testid: "restoring", locked: "true" }}
				>
					<p>{words("restoring.locked.text")}</p>
				</Note>
			)}
			{signedOut !== null && <SignedOut signOut={signedOut} />}
			{error !== null && <SessionError error={error} />}
			<div className={styles.ways}>
				{practice && <PracticeWay />}
				<OrganisationWay organisation={organisation} />
			</div>
			<p className={styles.drop}>{words("welcome.drop")}</p>
		</div>
	);
}

function SessionError({ error }: { error: UserError }) {
	const retried = isAboutKeyring(error.code);
	const more = leavesSignIn(error.code) ? words("restoring.untouched") : undefined;
	return (
		<Problem failure={told(error)} urgent testId="session-error" more={more}>
			{retried ? <TryKeyring /> : undefined}
		</Problem>
	);
}

function PracticeWay() {
	const { backend, run } = useReach();
	return (
		<Card realm="practice">
			<h2>{words("welcome.practice.title")}</h2>
			<p className={styles.about}>{words("welcome.practice.text")}</p>
			<Privacy text={words("welcome.practice.privacy")} />
			<div className={styles.actions}>
				<Button onPress={() => void run(backend.signIn("practice", false))} testId="try-practice">
					{words("welcome.practice.action")}
				</Button>
			</div>
		</Card>
	);
}

function OrganisationWay({ organisation }: { organisation: Organisation | null }) {
	const { backend, run } = useReach();
	const [open, setOpen] = useState(false);
	return (
		<Card realm="organisation">
			<h2>
				{words(organisation === null ? "welcome.organisation.title" : "welcome.organisation.connected")}
			</h2>
			{organisation === null ? (
				!open && <p className={styles.about}>{words("welcome.organisation.text")}</p>
			) : (
				<dl className={styles.connected} data-testid="organisation">
					<dt>{words("connect.cloud")}</dt>
					<dd>{words(`cloud.${organisation.cloud}`)}</dd>
					<dt>{words("connect.tenant")}</dt>
					<dd>
						<code>{organisation.tenant}</code>
					</dd>
					<dt>{words("connect.client")}</dt>
					<dd>
						<code>{organisation.client}</code>
					</dd>
				</dl>
			)}
			{organisation === null && open && <ConnectForm onClose={() => setOpen(false)} />}
			<Privacy text={words("welcome.organisation.privacy")} />
			{organisation !== null && (
				<div className={styles.actions}>
					<Button
						look="main"
						onPress={() => void run(backend.signIn("organisation", false))}
						testId="sign-in"
					>
						{words("welcome.organisation.signIn")}
					</Button>
					<Button look="plain" onPress={() => void run(backend.disconnect())} testId="disconnect">
						{words("welcome.organisation.disconnect")}
					</Button>
				</div>
			)}
			{organisation === null && !open && (
				<div className={styles.actions}>
					<Button look="main" onPress={() => setOpen(true)} testId="connect-open">
						{words("welcome.organisation.action")}
					</Button>
				</div>
			)}
		</Card>
	);
}

function Privacy({ text }: { text: string }) {
	return (
		<p className={styles.privacy} data-testid="privacy">
			<Icon name="lock" />
			<span>{text}</span>
		</p>
	);
}
