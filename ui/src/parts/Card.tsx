import type { ReactNode } from "react";
import styles from "./Card.module.css";

interface Props {
	readonly realm: "practice" | "organisation";
	readonly children: ReactNode;
	/** `large` is the one card of its screen. */
	readonly large?: boolean;
	readonly testId?: string;
	readonly step?: string;
}

/** What belongs to one realm, under that realm's colour. */
export function Card({ realm, children, large, testId, step }: Props) {
	return (
		<section
			className={`${styles.card} ${styles[realm]} ${large === true ? styles.large : ""}`}
			data-testid={testId}
			data-step={step}
		>
			{children}
		</section>
	);
}
