import type { AlertHandle } from "../../ipc/view";
import { PagedList } from "../../parts/PagedList";
import { ShownText } from "../../parts/Words";
import { rawRows } from "../../state/rows";
import { words } from "../../words/words";
import styles from "./RawText.module.css";

/** The height of a line in pixels. */
const guess = 18;

/** An alert exactly as the API gave it, in lines that come and go as they are scrolled to. */
export function RawText({ alert, title }: { alert: AlertHandle; title: string }) {
	return (
		<section
			className={styles.raw}
			aria-label={words("alert.detail.raw.label", { title })}
			// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keys
			tabIndex={0}
			data-scrolls
			data-testid="raw"
		>
			<PagedList
				spec={{ kind: "raw", alert }}
				kind={rawRows}
				guess={guess}
				scroller="[data-scrolls]"
				row={(line, { index }) => (
					<div className={styles.line}>
						<span className={styles.number} aria-hidden="true">
							{index + 1}
						</span>
						<ShownText text={line} />
					</div>
				)}
				empty={(index) => (
					<div className={styles.line}>
						<span className={styles.number} aria-hidden="true">
							{index + 1}
						</span>
					</div>
				)}
			/>
		</section>
	);
}
