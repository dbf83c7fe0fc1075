import styles from "./AlertSkeleton.module.css";

/** What stands in a card's place until it is there, as high as the card. */
export function AlertSkeleton({ text }: { text: string }) {
	return (
		<div role="presentation" className={styles.skeleton} data-testid="alert-skeleton">
			<p>{text}</p>
			<span className={styles.line} />
			<span className={styles.line} />
		</div>
	);
}
