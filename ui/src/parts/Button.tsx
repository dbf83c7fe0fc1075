import type { ReactNode } from "react";
import styles from "./Button.module.css";
import { Icon, type IconName } from "./Icon";

interface Props {
	readonly onPress: () => void;
	readonly children: ReactNode;
	readonly icon?: IconName;
	/** `main` is the one thing to do here; `plain` has no border; `link` reads as text. */
	readonly look?: "main" | "plain" | "link" | "practice";
	/** What is read aloud, where the text alone does not say it. */
	readonly label?: string;
	readonly hint?: string;
	readonly disabled?: boolean;
	readonly testId?: string;
}

export function Button({ onPress, children, icon, look, label, hint, disabled, testId }: Props) {
	return (
		<button
			type="button"
			className={`${styles.button} ${look === undefined ? "" : styles[look]}`}
			onClick={onPress}
			disabled={disabled}
			aria-label={label}
			title={hint}
			data-testid={testId}
		>
			{icon !== undefined && <Icon name={icon} />}
			{children}
		</button>
	);
}
