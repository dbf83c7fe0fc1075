import type { KnownAccount } from "../../ipc/view";
import { ShownText } from "../../parts/Words";
import { useHead } from "../../state/context";
import { personOf, placeOf } from "../../state/session";
import { words } from "../../words/words";
import styles from "./AccountName.module.css";

/** Who an account is, and where; one of the practice tenant is always marked as that. */
export function AccountName({ known }: { known: KnownAccount }) {
	const { organisations } = useHead();
	const { account, realm, active } = known;
	return (
		<span className={styles.account}>
			<span className={styles.name}>
				<span className={styles.person}>
					{account === null ? personOf(known, organisations) : <ShownText text={account.name} />}
				</span>
				{realm === "practice" && (
					<span className={`${styles.mark} ${styles.practice}`}>{words("accounts.practice.mark")}</span>
				)}
				{active && <span className={styles.mark}>{words("accounts.active")}</span>}
			</span>
			{account !== null && (
				<span className={styles.where}>
					<ShownText text={account.signInName} />
					{` · ${placeOf(known, organisations)}`}
				</span>
			)}
		</span>
	);
}
