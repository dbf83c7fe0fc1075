import type { Connected, SignOut, UserError } from "../../ipc/view";
import { Brand } from "../../parts/Brand";
import { Button } from "../../parts/Button";
import { Card } from "../../parts/Card";
import { Icon } from "../../parts/Icon";
import { Note } from "../../parts/Note";
import { Problem, told } from "../../parts/Problem";
import { SetByAdministrator } from "../../parts/SetByAdministrator";
import { useHead, useReach } from "../../state/context";
import { useOpen } from "../../state/open";
import { isAboutKeyring, leavesSignIn, nameOf, takesAnother } from "../../state/session";
import { words } from "../../words/words";
import { GoOnAs } from "../accounts";
import { OrganisationFacts } from "../connect";
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

/** Nobody is signed in: who can go on, every way to begin, and what leaves the machine. */
export function Welcome({ error = null, signedOut = null, locked = false }: Props) {
	const head = useHead();
	const { practice, organisations, counts } = head;
	const open = useOpen();
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
			<GoOnAs />
			<div className={styles.ways}>
				{practice && <PracticeWay />}
				{organisations.map((connected) => (
					<OrganisationWay key={connected.id} connected={connected} />
				))}
				{organisations.length === 0 && <ConnectWay />}
			</div>
			{organisations.length > 0 && takesAnother(head) && (
				<div className={styles.another}>
					<Button icon="add" onPress={() => open({ kind: "connect" })} testId="connect-open">
						{words("welcome.organisation.another")}
					</Button>
				</div>
			)}
			<p className={styles.drop}>{words("welcome.drop")}</p>
		</div>
	);
}

function SessionError({ error }: { error: UserError }) {
	const retried = isAboutKeyring(error.code);
	const more = leavesSignIn(error.code) ? words("restoring.untouched") : undefined;
	return (
		<Problem failure={told(error)} urgent about={{ kind: "session" }} testId="session-error" more={more}>
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
				<Button onPress={() => void run(backend.signIn({ kind: "practice" }, false))} testId="try-practice">
					{words("welcome.practice.action")}
				</Button>
			</div>
		</Card>
	);
}

function ConnectWay() {
	const open = useOpen();
	return (
		<Card realm="organisation">
			<h2>{words("welcome.organisation.title")}</h2>
			<p className={styles.about}>{words("welcome.organisation.text")}</p>
			<Privacy text={words("welcome.organisation.privacy")} />
			<div className={styles.actions}>
				<Button look="main" onPress={() => open({ kind: "connect" })} testId="connect-open">
					{words("welcome.organisation.action")}
				</Button>
			</div>
		</Card>
	);
}

function OrganisationWay({ connected: { id, organisation, locked } }: { connected: Connected }) {
	const { backend, run } = useReach();
	const name = nameOf(organisation);
	return (
		<Card realm="organisation" testId={`organisation-${id}`}>
			<h2>{name}</h2>
			<OrganisationFacts organisation={organisation} />
			<Privacy text={words("welcome.organisation.privacy")} />
			{locked && <SetByAdministrator testId="organisation-locked" />}
			<div className={styles.actions}>
				<Button
					look="main"
					label={words("welcome.organisation.signIn.label", { name })}
					onPress={() => void run(backend.signIn({ kind: "organisation", id }, false))}
					testId="sign-in"
				>
					{words("welcome.organisation.signIn")}
				</Button>
				<Button
					label={words("welcome.organisation.check.label", { name })}
					onPress={() => void run(backend.startCheck(id))}
					testId="check"
				>
					{words("welcome.organisation.check")}
				</Button>
				{!locked && (
					<Button
						look="plain"
						label={words("welcome.organisation.disconnect.label", { name })}
						onPress={() => void run(backend.disconnect(id))}
						testId="disconnect"
					>
						{words("welcome.organisation.disconnect")}
					</Button>
				)}
			</div>
			{!locked && <p className={styles.about}>{words("welcome.organisation.disconnect.effect")}</p>}
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
