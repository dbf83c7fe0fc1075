import type { ReactNode } from "react";
import styles from "./AlertBody.module.css";

interface Props {
	readonly title: string;
	readonly children: ReactNode;
	readonly testId: string;
}

/** A part of a card under its heading. */
export function Section({ title, children, testId }: Props) {
	return (
		<section className={styles.section} data-testid={testId}>
			<h4 className={styles.heading}>{title}</h4>
			{children}
		</section>
	);
}
