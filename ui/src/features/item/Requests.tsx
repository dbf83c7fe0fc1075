import type { Shown } from "../../ipc/view";
import { ShownText } from "../../parts/Words";
import { words } from "../../words/words";
import styles from "./ItemDetail.module.css";

/** What Microsoft's support asks for, to be copied from; folded where there are several. */
export function Requests({ requests }: { requests: readonly Shown[] }) {
	if (requests.length === 0) return null;
	const title = words("provenance.requests", { count: requests.length });
	const ids = (
		<ul>
			{requests.map((request, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: they stand in the order of the pages, and have no state
				<li key={index}>
					<code>
						<ShownText text={request} />
					</code>
				</li>
			))}
		</ul>
	);
	return requests.length === 1 ? (
		<div className={styles.requests} data-testid="requests">
			<span>{title}:</span>
			{ids}
		</div>
	) : (
		<details className={styles.requests} data-testid="requests">
			<summary>{title}</summary>
			{ids}
		</details>
	);
}
