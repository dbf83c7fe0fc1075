import type { ReactNode } from "react";
import styles from "./Facts.module.css";

/** Names and what they stand for. */
export function Facts({ children }: { children: ReactNode }) {
	return <dl className={styles.facts}>{children}</dl>;
}

/** One of them; nothing without a value. */
export function FactOf({ name, children }: { name: ReactNode; children: ReactNode }) {
	if (children === null || children === undefined || children === false) return null;
	return (
		<div>
			<dt>{name}</dt>
			<dd>{children}</dd>
		</div>
	);
}
