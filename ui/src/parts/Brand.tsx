import { words } from "../words/words";
import styles from "./Brand.module.css";

/** The app's mark and name. */
export function Brand({ large, as: Name = "h1" }: { large?: boolean; as?: "h1" | "p" }) {
	return (
		<div className={`${styles.brand} ${large === true ? styles.large : ""}`}>
			<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeLinejoin="round" aria-hidden="true">
				<path
					d="M12 2.2c3.7 4.7 6.4 8.1 6.4 11.9a6.4 6.4 0 0 1-12.8 0C5.6 10.3 8.3 6.9 12 2.2Z"
					strokeWidth="2"
				/>
				<path d="M2 14.6h6.3l1.7-3.4 2.3 6.2 1.7-2.8H22" strokeWidth="1.7" strokeLinecap="round" />
			</svg>
			<Name className={styles.name}>{words("app.name")}</Name>
		</div>
	);
}
