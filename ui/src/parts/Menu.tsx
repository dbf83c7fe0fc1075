import type { Ref } from "react";
import { Button as Trigger } from "react-aria-components/Button";
import { Menu as Entries, MenuItem, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import button from "./Button.module.css";
import { Icon, type IconName } from "./Icon";
import styles from "./Menu.module.css";

/** One thing that a menu offers. */
export interface MenuEntry<Id extends string> {
	readonly id: Id;
	readonly text: string;
	/** What it does differently from its neighbours. */
	readonly hint?: string;
}

interface Props<Id extends string> {
	readonly text: string;
	/** What is read aloud of the button, where the text alone does not say it. */
	readonly label?: string | undefined;
	readonly icon: IconName;
	/** `small` has no border and no text; its label names it. */
	readonly look?: "small" | "plain" | undefined;
	readonly entries: readonly MenuEntry<Id>[];
	readonly onChoose: (entry: Id) => void;
	readonly testId?: string | undefined;
	readonly trigger?: Ref<HTMLButtonElement> | undefined;
}

/** A button that offers several things. The focus comes back to it. */
export function Menu<Id extends string>(props: Props<Id>) {
	const { text, label, icon, look, entries, onChoose, testId, trigger } = props;
	return (
		<MenuTrigger>
			<Trigger
				{...(trigger === undefined ? {} : { ref: trigger })}
				className={`${button.button} ${look === undefined ? "" : (styles[look] ?? "")}`}
				aria-label={label ?? text}
				data-testid={testId}
			>
				<Icon name={icon} />
				{look !== "small" && text}
				<span className={styles.arrow}>
					<Icon name="open" />
				</span>
			</Trigger>
			<Popover className={styles.popover ?? ""} placement="bottom end" offset={4}>
				<Entries className={styles.menu ?? ""} onAction={(key) => choose(entries, key, onChoose)}>
					{entries.map(({ id, text: entry, hint }) => (
						<MenuItem
							key={id}
							id={id}
							className={styles.entry ?? ""}
							textValue={entry}
							data-testid={`choose-${id}`}
						>
							{entry}
							{hint !== undefined && <span className={styles.hint}>{hint}</span>}
						</MenuItem>
					))}
				</Entries>
			</Popover>
		</MenuTrigger>
	);
}

function choose<Id extends string>(
	entries: readonly MenuEntry<Id>[],
	key: string | number,
	onChoose: (entry: Id) => void,
) {
	const entry = entries.find(({ id }) => id === key);
	if (entry !== undefined) onChoose(entry.id);
}
