import { Button as Trigger } from "react-aria-components/Button";
import { Header, Menu, MenuItem, MenuSection, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import type { KnownAccount } from "../../ipc/view";
import button from "../../parts/Button.module.css";
import { Icon } from "../../parts/Icon";
import menu from "../../parts/Menu.module.css";
import { useHead, useReach } from "../../state/context";
import { useOpen } from "../../state/open";
import { useSay } from "../../state/said";
import { personOf, signInTo, takesAnother } from "../../state/session";
import { words } from "../../words/words";
import { AccountName } from "./AccountName";
import styles from "./AccountsMenu.module.css";

/** Who else can be gone over to, and what there is to do about accounts. */
export function AccountsMenu() {
	const head = useHead();
	const { backend, run } = useReach();
	const open = useOpen();
	const switchTo = useSwitch();
	const { accounts } = head;
	const to = signInTo(head);
	return (
		<MenuTrigger>
			<Trigger className={`${button.button} ${button.plain}`} data-testid="accounts">
				{words("accounts.menu")}
				<span className={menu.arrow}>
					<Icon name="open" />
				</span>
			</Trigger>
			<Popover className={menu.popover ?? ""} placement="bottom end" offset={4}>
				<Menu className={styles.menu ?? ""} aria-label={words("accounts.menu")}>
					{accounts.length > 0 && (
						<MenuSection
							className={styles.section ?? ""}
							selectionMode="single"
							selectedKeys={accounts.filter(({ active }) => active).map(({ handle }) => `account-${handle}`)}
						>
							<Header className={styles.title ?? ""}>{words("accounts.switch.effect")}</Header>
							{accounts.map((known) => (
								<MenuItem
									key={known.handle}
									id={`account-${known.handle}`}
									className={styles.entry ?? ""}
									textValue={personOf(known, head.organisations)}
									onAction={() => switchTo(known)}
									data-testid={`account-${known.handle}`}
									data-realm={known.realm}
								>
									{known.active && <Icon name="done" />}
									<AccountName known={known} />
								</MenuItem>
							))}
						</MenuSection>
					)}
					<MenuSection className={styles.section ?? ""} aria-label={words("accounts.more")}>
						{to !== null && (
							<MenuItem
								className={styles.entry ?? ""}
								textValue={words("session.other")}
								onAction={() => void run(backend.signIn(to, true))}
								data-testid="other-account"
							>
								<span>
									{words("session.other")}
									<span className={styles.hint}>{words("session.other.effect")}</span>
								</span>
							</MenuItem>
						)}
						{takesAnother(head) && (
							<MenuItem
								className={styles.entry ?? ""}
								textValue={words("accounts.connect")}
								onAction={() => open({ kind: "connect" })}
								data-testid="accounts-connect"
							>
								<span>{words("accounts.connect")}</span>
							</MenuItem>
						)}
						<MenuItem
							className={styles.entry ?? ""}
							textValue={words("accounts.passport")}
							onAction={() => open({ kind: "passport" })}
							data-testid="open-passport"
						>
							<span>{words("accounts.passport")}</span>
						</MenuItem>
						<MenuItem
							className={styles.entry ?? ""}
							textValue={words("accounts.all")}
							onAction={() => open({ kind: "accounts" })}
							data-testid="accounts-all"
						>
							<span>{words("accounts.all")}</span>
						</MenuItem>
					</MenuSection>
				</Menu>
			</Popover>
		</MenuTrigger>
	);
}

/** Goes over to an account, and says so; to the one that is active there is nothing to do. */
export function useSwitch(): (known: KnownAccount) => void {
	const { organisations } = useHead();
	const { backend, run } = useReach();
	const say = useSay();
	return (known) => {
		if (known.active) return;
		void run(backend.switchAccount(known.handle)).then((worked) => {
			if (worked) say(words("accounts.switched", { name: personOf(known, organisations) }));
		});
	};
}
