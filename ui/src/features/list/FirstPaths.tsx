import type { Shown } from "../../ipc/view";
import { ShownText } from "../../parts/Words";
import { flat } from "../../words/shown";
import { words } from "../../words/words";
import styles from "./Intake.module.css";

/** The first paths of many, and how many more there are. */
export function FirstPaths({ first, count }: { first: readonly Shown[]; count: number }) {
	const more = count - first.length;
	return (
		<ul className={styles.paths}>
			{first.map((path, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: two paths may be shown alike, and none moves
				<li key={index}>
					{/* A pasted text has no path. */}
					{flat(path) === "" ? words("intake.pastedText") : <ShownText text={path} />}
				</li>
			))}
			{first.length > 0 && more > 0 && (
				<li className={styles.more}>{words("intake.more", { count: more })}</li>
			)}
		</ul>
	);
}
