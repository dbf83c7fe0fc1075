import type { ReactNode } from "react";
import { Icon, type IconName } from "./Icon";
import styles from "./Note.module.css";

interface Props {
	readonly icon: IconName;
	readonly title: ReactNode;
	readonly children?: ReactNode;
	/** What can be done about it. */
	readonly actions?: ReactNode;
	/** `bar` spans the window; `quiet` is not a problem but a reason. */
	readonly look?: "bar" | "quiet" | undefined;
	/** Whether it is read aloud, and how soon. */
	readonly role?: "status" | "alert" | undefined;
	/** `data-` attributes, by their names without that. */
	readonly data: Readonly<Record<string, string>>;
}

/** Something to know, in place: a title, what stands behind it, and what can be done. */
export function Note({ icon, title, children, actions, look, role, data }: Props) {
	const attributes = Object.fromEntries(Object.entries(data).map(([name, value]) => [`data-${name}`, value]));
	return (
		<div role={role} className={`${styles.note} ${look === undefined ? "" : styles[look]}`} {...attributes}>
			<Icon name={icon} />
			<div className={styles.text}>
				<p className={styles.title}>{title}</p>
				{children}
			</div>
			{actions !== undefined && <div className={styles.actions}>{actions}</div>}
		</div>
	);
}
