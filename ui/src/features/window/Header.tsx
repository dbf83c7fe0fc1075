import type { Keeping, Session } from "../../ipc/view";
import { Brand } from "../../parts/Brand";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { ShownText, Words } from "../../parts/Words";
import { useReach } from "../../state/context";
import { flat } from "../../words/shown";
import { words } from "../../words/words";
import { LookButton, ZoneSwitch } from "../preferences";
import styles from "./Header.module.css";

type Known = Extract<Session, { kind: "signedIn" | "interrupted" }>;

/** Whose results are on screen, where, and what that person may see. */
export function Header({ session, bare = false }: { session: Session; bare?: boolean }) {
	return (
		<header className={styles.header} data-bare={bare}>
			{!bare && <Brand />}
			<div className={styles.choices}>
				{!bare && <ZoneSwitch />}
				<LookButton />
			</div>
			{(session.kind === "signedIn" || session.kind === "interrupted") && <Who session={session} />}
		</header>
	);
}

function Who({ session }: { session: Known }) {
	const { backend, run } = useReach();
	const { realm, name, signInName, tenant, sees } = session.account;
	const ended = session.kind === "interrupted";
	return (
		<>
			<section
				className={styles.who}
				aria-label={words(ended ? "session.label.ended" : "session.label", { name })}
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
							{ended ? (
								words("session.ended")
							) : sees === null ? (
								words("session.seesByRole")
							) : (
								<Words id="session.sees" facts={{ groups: sees }} />
							)}
						</span>
					</p>
					<p className={`${styles.line} ${styles.dim}`}>
						<span className={styles.signInName} data-testid="account-sign-in-name">
							<ShownText text={signInName} />
						</span>
						<span data-testid="account-tenant">
							<ShownText text={tenant} />
						</span>
					</p>
				</div>
				{session.kind === "signedIn" && <Kept keeping={session.keeping} />}
			</section>
			<div className={styles.actions}>
				<Button
					look="plain"
					hint={words("session.other.effect")}
					onPress={() => void run(backend.signIn(realm, true))}
					testId="other-account"
				>
					{words("session.other")}
				</Button>
				<Button onPress={() => void run(backend.signOut())} testId="sign-out">
					{words("session.signOut")}
				</Button>
			</div>
		</>
	);
}

/** That the sign-in outlasts the program; that it does not is told by a banner, and louder. */
function Kept({ keeping }: { keeping: Keeping }) {
	if (keeping.kind === "notKept") return <span className={styles.keeping} />;
	const text = words(`keeping.${keeping.kind}`);
	return (
		<span className={styles.keeping} title={text} data-testid="keeping" data-state={keeping.kind}>
			<Icon name={keeping.kind === "kept" ? "lock" : "clock"} />
			<span className="spoken">{text}</span>
		</span>
	);
}

/** The first letters of the first and the last word. */
function initials(name: string): string {
	const parts = name.split(/\s+/).filter((part) => part !== "");
	const first = parts.at(0)?.slice(0, 1) ?? "";
	const last = parts.length > 1 ? (parts.at(-1)?.slice(0, 1) ?? "") : "";
	return `${first}${last}`.toUpperCase();
}
