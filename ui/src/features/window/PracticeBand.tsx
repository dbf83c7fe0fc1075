import { words } from "../../words/words";
import styles from "./PracticeBand.module.css";

/** Says that nothing on screen is real, for as long as that is so. */
export function PracticeBand() {
	return (
		<section className={styles.band} data-testid="practice-band" aria-label={words("practice.band.title")}>
			<strong className={styles.name}>{words("practice.band.title")}</strong>
			<span className={styles.text}>{words("practice.band.text")}</span>
		</section>
	);
}
