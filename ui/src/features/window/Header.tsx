import type { Keeping, Session } from "../../ipc/view";
import { Brand } from "../../parts/Brand";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { ShownText, Words } from "../../parts/Words";
import { useReach } from "../../state/context";
import { hint } from "../../state/keys";
import { usePreferences } from "../../state/preferences";
import { flat } from "../../words/shown";
import { words } from "../../words/words";
import { AccountsMenu } from "../accounts";
import { LookButton, ZoneSwitch } from "../preferences";
import styles from "./Header.module.css";

type Known = Extract<Session, { kind: "signedIn" | "interrupted" }>;

interface Props {
	readonly session: Session;
	readonly bare?: boolean;
	/** Null where nobody is there whose history it would be. */
	readonly onHistory: (() => void) | null;
	readonly onPreferences: () => void;
}

/** Whose results are on screen, where, and what that person may see. */
export function Header({ session, bare = false, onHistory, onPreferences }: Props) {
	const [{ letterKeys }] = usePreferences();
	const key = letterKeys ? hint("history") : undefined;
	const historyHint = key === undefined ? words("history.open") : words("history.open.key", { key });
	return (
		<header className={styles.header} data-bare={bare}>
			{!bare && <Brand />}
			<div className={styles.choices}>
				{onHistory !== null && (
					<Button look="plain" icon="clock" hint={historyHint} onPress={onHistory} testId="history">
						<span className={styles.history}>{words("history.open")}</span>
					</Button>
				)}
				{!bare && <ZoneSwitch />}
				<LookButton onMore={onPreferences} />
			</div>
			{(session.kind === "signedIn" || session.kind === "interrupted") && <Who session={session} />}
		</header>
	);
}

function Who({ session }: { session: Known }) {
	const { backend, run } = useReach();
	const { realm, name, signInName, tenant, sees } = session.account;
	const waits = session.kind === "interrupted";
	return (
		<>
			<section
				className={styles.who}
				aria-label={words(waits ? "session.label.waits" : "session.label", { name })}
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
							{waits ? (
								words("session.waits")
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
				<AccountsMenu />
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
