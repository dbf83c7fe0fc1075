import type { ReactNode } from "react";
import styles from "./Button.module.css";
import { Icon, type IconName } from "./Icon";

interface Props {
	readonly onPress: () => void;
	readonly children?: ReactNode;
	readonly icon?: IconName;
	/**
	 * `main` is the one thing to do here; `plain` has no border; `link` reads as text; `grave` cannot be
	 * undone.
	 */
	readonly look?: "main" | "plain" | "link" | "practice" | "grave";
	/** What is read aloud, where the text alone does not say it. */
	readonly label?: string;
	readonly hint?: string | undefined;
	readonly disabled?: boolean;
	/** There is nothing left for it to do; unlike a disabled one it keeps the focus. */
	readonly spent?: boolean;
	/** Set if it shows and hides something: whether that is shown. */
	readonly expanded?: boolean;
	/** The id of what it shows, while that is shown. */
	readonly controls?: string | undefined;
	readonly testId?: string;
}

export function Button({
	onPress,
	children,
	icon,
	look,
	label,
	hint,
	disabled,
	spent,
	expanded,
	controls,
	testId,
}: Props) {
	return (
		<button
			type="button"
			className={`${styles.button} ${look === undefined ? "" : styles[look]}`}
			onClick={onPress}
			disabled={disabled}
			aria-disabled={spent}
			aria-label={label}
			aria-expanded={expanded}
			aria-controls={controls}
			title={hint}
			data-look={look}
			data-testid={testId}
		>
			{icon !== undefined && <Icon name={icon} />}
			{children}
		</button>
	);
}
