import { useId } from "react";
import { Button } from "../../parts/Button";
import { useHead } from "../../state/context";
import { useOpen } from "../../state/open";
import { words } from "../../words/words";
import { AccountName } from "./AccountName";
import { useSwitch } from "./AccountsMenu";
import styles from "./GoOnAs.module.css";

/** Known accounts that one press goes on as, where nobody is signed in. */
export function GoOnAs() {
	const others = useHead().accounts.filter(({ active }) => !active);
	const switchTo = useSwitch();
	const open = useOpen();
	const id = useId();
	if (others.length === 0) return null;
	return (
		<section className={styles.part} aria-labelledby={id} data-testid="go-on-as">
			<h2 id={id} className={styles.title}>
				{words("accounts.goOn")}
			</h2>
			<ul className={styles.list}>
				{others.map((known) => (
					<li key={known.handle}>
						<button
							type="button"
							className={styles.account}
							onClick={() => switchTo(known)}
							data-testid={`go-on-${known.handle}`}
							data-realm={known.realm}
						>
							<AccountName known={known} />
						</button>
					</li>
				))}
			</ul>
			<Button look="plain" onPress={() => open({ kind: "accounts" })} testId="go-on-accounts">
				{words("accounts.all")}
			</Button>
		</section>
	);
}
