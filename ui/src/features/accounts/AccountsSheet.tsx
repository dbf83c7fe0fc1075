import { useId } from "react";
import type { KnownAccount, SignInTo } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { Sheet } from "../../parts/Sheet";
import { useHead, useReach } from "../../state/context";
import { useOpen } from "../../state/open";
import { nameOf, personOf, takesAnother } from "../../state/session";
import { words } from "../../words/words";
import { AccountName } from "./AccountName";
import { useSwitch } from "./AccountsMenu";
import styles from "./AccountsSheet.module.css";

/** Every account that is known, what can be done with each, and how another one is added. */
export function AccountsSheet({ onClose }: { onClose: () => void }) {
	const { accounts } = useHead();
	return (
		<Sheet title={words("accounts.title")} onClose={onClose} testId="accounts-sheet">
			<div className={styles.parts}>
				{accounts.length === 0 ? (
					<p className={styles.dim}>{words("accounts.none")}</p>
				) : (
					<>
						<p className={styles.dim}>{words("accounts.switch.effect")}</p>
						<ul className={styles.list}>
							{accounts.map((known) => (
								<Account key={known.handle} known={known} onClose={onClose} />
							))}
						</ul>
					</>
				)}
				<Add onClose={onClose} />
			</div>
		</Sheet>
	);
}

function Account({ known, onClose }: { known: KnownAccount; onClose: () => void }) {
	const { organisations } = useHead();
	const { backend, run } = useReach();
	const switchTo = useSwitch();
	const { handle, realm, active, kept } = known;
	const name = personOf(known, organisations);
	const leave = () => {
		if (active) onClose();
		void run(active ? backend.signOut() : backend.forgetAccount(handle));
	};
	return (
		<li className={styles.account} data-testid={`known-${handle}`} data-realm={realm} data-active={active}>
			<div className={styles.who}>
				<AccountName known={known} />
				<p className={styles.kept}>{words(kept ? "accounts.kept" : "accounts.notKept")}</p>
			</div>
			<div className={styles.actions}>
				{!active && (
					<Button
						label={words("accounts.switch.label", { name })}
						onPress={() => {
							onClose();
							switchTo(known);
						}}
						testId={`switch-${handle}`}
					>
						{words("accounts.switch")}
					</Button>
				)}
				<Button label={words("accounts.signOut.label", { name })} onPress={leave} testId={`forget-${handle}`}>
					{words("accounts.signOut")}
				</Button>
			</div>
		</li>
	);
}

/** Where somebody can sign in beside those who are there. */
function Add({ onClose }: { onClose: () => void }) {
	const head = useHead();
	const { organisations, practice } = head;
	const { backend, run } = useReach();
	const open = useOpen();
	const id = useId();
	const signIn = (to: SignInTo) => {
		onClose();
		void run(backend.signIn(to, true));
	};
	return (
		<section aria-labelledby={id}>
			<h3 id={id} className={styles.title}>
				{words("accounts.add")}
			</h3>
			<div className={styles.actions}>
				{organisations.map(({ id: organisation, organisation: each }) => (
					<Button
						key={organisation}
						onPress={() => signIn({ kind: "organisation", id: organisation })}
						testId={`add-${organisation}`}
					>
						{words("accounts.add.organisation", {
							name: nameOf(each),
							cloud: words(`cloud.${each.cloud}`),
						})}
					</Button>
				))}
				{practice && (
					<Button look="practice" onPress={() => signIn({ kind: "practice" })} testId="add-practice">
						{words("accounts.add.practice")}
					</Button>
				)}
				{takesAnother(head) && (
					<Button
						icon="add"
						onPress={() => {
							onClose();
							open({ kind: "connect" });
						}}
						testId="add-connect"
					>
						{words("accounts.connect")}
					</Button>
				)}
			</div>
		</section>
	);
}
