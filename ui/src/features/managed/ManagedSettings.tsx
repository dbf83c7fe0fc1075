import type { Managed, ManagedName, ManagedSetting } from "../../ipc/view";
import { Icon, type IconName } from "../../parts/Icon";
import { Problem, told } from "../../parts/Problem";
import { ShownText, Words } from "../../parts/Words";
import { useHead } from "../../state/context";
import { words } from "../../words/words";
import styles from "./ManagedSettings.module.css";

/** Whether the administrator of this computer has fixed a setting. */
export function useLocked(name: ManagedName): boolean {
	const { managed } = useHead();
	return managed.kind === "applied" && managed.settings.some((each) => each.name === name && each.locked);
}

/** What the administrator has set, where that stands, and which value holds. */
export function ManagedSettings({ managed }: { managed: Exclude<Managed, { kind: "none" }> }) {
	return (
		<div className={styles.parts} data-testid="managed" data-kind={managed.kind}>
			<p className={styles.place}>
				<Words id={`managed.${managed.kind}`} facts={{ place: managed.place }} />
			</p>
			{managed.kind === "refused" ? (
				<Problem failure={told(managed.error)} urgent />
			) : (
				<dl className={styles.list}>
					{managed.settings.map((setting) => (
						<Setting key={setting.name} setting={setting} />
					))}
				</dl>
			)}
		</div>
	);
}

function Setting({ setting }: { setting: ManagedSetting }) {
	const { name, value } = setting;
	return (
		<div className={styles.setting} data-testid={`managed-${name}`}>
			<dt>{words(`managed.name.${name}`)}</dt>
			<dd>
				<ShownText text={value} />
				<p className={styles.standing}>
					<Icon name={icons[standing(setting)]} />
					<span>{words(`managed.standing.${standing(setting)}`)}</span>
				</p>
			</dd>
		</div>
	);
}

type Standing = "locked" | "overridden" | "preset";

const icons: Readonly<Record<Standing, IconName>> = { locked: "lock", overridden: "skip", preset: "done" };

function standing({ locked, overridden }: ManagedSetting): Standing {
	return locked ? "locked" : overridden ? "overridden" : "preset";
}
