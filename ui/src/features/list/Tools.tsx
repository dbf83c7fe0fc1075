import { useId } from "react";
import type { ItemSort } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { useAction } from "../../state/actions";
import { useHead, useReach } from "../../state/context";
import { hint } from "../../state/keys";
import { words } from "../../words/words";
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
	const failed = counts.failed + counts.incomplete + counts.unreadable > 0;
	const retryFailed = () => void run(backend.retryFailed());
	useAction("retryFailed", () => {
		if (failed) retryFailed();
		return failed;
	});
	return (
		<section className={styles.tools} aria-label={words("tools.label")}>
			<div className={styles.line}>
				<AddButtons />
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
				{failed && (
					<Button icon="retry" hint={hint("retryFailed")} onPress={retryFailed} testId="retry-failed">
						{words("tools.retryFailed")}
					</Button>
				)}
				<Button look="plain" onPress={() => void run(backend.clear())} testId="clear">
					{words("tools.clear")}
				</Button>
			</div>
		</section>
	);
}

/** The ways in, beside dropping; `main` where there is nothing else to do. */
export function AddButtons({ main }: { main?: boolean }) {
	const { backend, run } = useReach();
	return (
		<>
			<Button
				icon="add"
				{...(main === true ? { look: "main" as const } : {})}
				hint={hint("addFiles")}
				onPress={() => void run(backend.pickFiles())}
				testId="add-files"
			>
				{words("tools.add")}
			</Button>
			<Button
				icon="folder"
				hint={hint("addFolder")}
				onPress={() => void run(backend.pickFolder())}
				testId="add-folder"
			>
				{words("tools.addFolder")}
			</Button>
			<Button icon="copy" hint={hint("paste")} onPress={() => void run(backend.paste())} testId="paste">
				{words("tools.paste")}
			</Button>
		</>
	);
}
