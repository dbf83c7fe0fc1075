import { useId } from "react";
import type { ItemSort } from "../ipc/view";
import { useHead, useReach } from "../state/context";
import { words } from "../words/words";
import { Button } from "./Button";
import { PracticeFiles } from "./PracticeFiles";
import styles from "./Tools.module.css";

const sorts: readonly ItemSort[] = ["arrival", "severity"];

interface Props {
	readonly sort: ItemSort;
	readonly onSort: (sort: ItemSort) => void;
}

/** What can be done with the list as a whole. */
export function Tools({ sort, onSort }: Props) {
	const { backend, run } = useReach();
	const { counts } = useHead();
	const order = useId();
	return (
		<section className={styles.tools} aria-label={words("tools.label")}>
			<div className={styles.line}>
				<AddButtons />
				<span className={styles.grow} />
				<Button look="plain" onPress={() => void run(backend.clear())} testId="clear">
					{words("tools.clear")}
				</Button>
			</div>
			<PracticeFiles />
			<div className={styles.line}>
				<label htmlFor={order} className={styles.label}>
					{words("tools.order")}
				</label>
				<select
					id={order}
					className={styles.order}
					value={sort}
					onChange={(event) => onSort(event.target.value as ItemSort)}
					data-testid="order"
				>
					{sorts.map((each) => (
						<option key={each} value={each}>
							{words(`sort.${each}`)}
						</option>
					))}
				</select>
				<span className={styles.grow} />
				{counts.failed + counts.incomplete + counts.unreadable > 0 && (
					<Button icon="retry" onPress={() => void run(backend.retryFailed())} testId="retry-failed">
						{words("tools.retryFailed")}
					</Button>
				)}
			</div>
		</section>
	);
}

/** The ways in, beside dropping. */
export function AddButtons() {
	const { backend, run } = useReach();
	return (
		<>
			<Button
				icon="add"
				hint={words("tools.add.keys")}
				onPress={() => void run(backend.pickFiles())}
				testId="add-files"
			>
				{words("tools.add")}
			</Button>
			<Button
				icon="copy"
				hint={words("tools.paste.keys")}
				onPress={() => void run(backend.paste())}
				testId="paste"
			>
				{words("tools.paste")}
			</Button>
		</>
	);
}
