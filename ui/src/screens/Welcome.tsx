import { useState } from "react";
import type { Organisation, UserError } from "../ipc/view";
import { Brand } from "../parts/Brand";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { Problem, told } from "../parts/Problem";
import { useHead, useReach } from "../state/context";
import { words } from "../words/words";
import { ConnectForm } from "./ConnectForm";
import styles from "./Welcome.module.css";

/** Nobody is signed in: the two ways to begin, and what leaves the machine. */
export function Welcome({ error }: { error: UserError | null }) {
	const { practice, organisation, counts } = useHead();
	return (
		<div className={styles.welcome} data-testid="welcome">
			<div className={styles.intro}>
				{/* Beside a list, the window has its name above. */}
				<Brand large as={counts.items > 0 ? "p" : "h1"} />
				<p className={styles.line}>{words("app.line")}</p>
			</div>
			{error !== null && <Problem failure={told(error)} urgent testId="session-error" />}
			<div className={styles.ways}>
				{practice && <PracticeWay />}
				<OrganisationWay organisation={organisation} />
			</div>
			<p className={styles.drop}>{words("welcome.drop")}</p>
		</div>
	);
}

function PracticeWay() {
	const { backend, run } = useReach();
	return (
		<section className={`${styles.way} ${styles.practice}`}>
			<h2>{words("welcome.practice.title")}</h2>
			<p className={styles.about}>{words("welcome.practice.text")}</p>
			<Privacy text={words("welcome.practice.privacy")} />
			<div className={styles.actions}>
				<Button
					look="practice"
					onPress={() => void run(backend.signIn("practice", false))}
					testId="try-practice"
				>
					{words("welcome.practice.action")}
				</Button>
			</div>
		</section>
	);
}

function OrganisationWay({ organisation }: { organisation: Organisation | null }) {
	const { backend, run } = useReach();
	const [open, setOpen] = useState(false);
	return (
		<section className={styles.way}>
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
		</section>
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
