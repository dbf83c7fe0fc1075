import type { Session } from "../ipc/view";
import { useReach } from "../state/context";
import { flat } from "../words/shown";
import { words } from "../words/words";
import { Brand } from "./Brand";
import { Button } from "./Button";
import styles from "./Header.module.css";
import { ShownText, Words } from "./Words";

type SignedIn = Extract<Session, { kind: "signedIn" }>;

/** Who is signed in, where, and what that person may see. */
export function Header({ session }: { session: SignedIn | null }) {
	return (
		<header className={styles.header}>
			<Brand />
			<span className={styles.zone}>{words("zone.utc")}</span>
			{session !== null && <Who session={session} />}
		</header>
	);
}

function Who({ session }: { session: SignedIn }) {
	const { backend, run } = useReach();
	const { realm, name, signInName, tenant, sees } = session;
	return (
		<>
			<section
				className={styles.who}
				aria-label={words("session.label", { name })}
				data-testid="account"
				data-realm={realm}
			>
				<span className={`${styles.avatar} ${styles[realm]}`} aria-hidden="true">
					{initials(flat(name))}
				</span>
				<div className={styles.lines}>
					<p className={styles.line}>
						<strong data-testid="account-name">
							<ShownText text={name} />
						</strong>
						<span className={styles.sees} data-testid="account-sees">
							{sees === null ? (
								words("session.seesByRole")
							) : (
								<Words id="session.sees" facts={{ groups: sees }} />
							)}
						</span>
					</p>
					<p className={`${styles.line} ${styles.dim}`}>
						<span data-testid="account-sign-in-name">
							<ShownText text={signInName} />
						</span>
						<span data-testid="account-tenant">
							<ShownText text={tenant} />
						</span>
					</p>
				</div>
			</section>
			<div className={styles.actions}>
				<Button look="plain" onPress={() => void run(backend.signIn(realm, true))} testId="other-account">
					{words("session.other")}
				</Button>
				<Button onPress={() => void run(backend.signOut())} testId="sign-out">
					{words("session.signOut")}
				</Button>
			</div>
		</>
	);
}

/** The first letters of the first and the last word. */
function initials(name: string): string {
	const parts = name.split(/\s+/).filter((part) => part !== "");
	const first = parts.at(0)?.slice(0, 1) ?? "";
	const last = parts.length > 1 ? (parts.at(-1)?.slice(0, 1) ?? "") : "";
	return `${first}${last}`.toUpperCase();
}
