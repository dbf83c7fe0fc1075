import type { Head, LeftOut } from "../../ipc/view";
import { Icon } from "../../parts/Icon";
import { Spoken } from "../../parts/Spoken";
import { ShownText } from "../../parts/Words";
import { useHead } from "../../state/context";
import { words } from "../../words/words";
import styles from "./Intake.module.css";

/** What comes in from folders, and what of them was left out; that stays until the list is cleared. */
export function Intake() {
	const { running, found, leftOut } = useHead().intake;
	const without = sum(leftOut);
	// How many were found is told with the progress.
	const spoken = running || without === 0 ? "" : words("intake.leftOut", { count: without });
	return (
		<>
			{(running || without > 0) && <Folders running={running} found={found} leftOut={leftOut} />}
			<Spoken text={spoken} />
		</>
	);
}

function Folders({ running, found, leftOut }: Head["intake"]) {
	const without = sum(leftOut);
	return (
		<section className={styles.intake} data-testid="intake" data-running={running}>
			{running && (
				<p className={styles.running}>
					<Icon name="folder" />
					{words("intake.running", { count: found })}
				</p>
			)}
			{without > 0 && (
				<details className={styles.note} data-testid="left-out">
					<summary data-testid="left-out-open">{words("intake.leftOut", { count: without })}</summary>
					{/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keys must reach it */}
					<ul className={styles.reasons} tabIndex={0}>
						{leftOut.map((each) => (
							<Reason key={each.reason} leftOut={each} />
						))}
					</ul>
				</details>
			)}
		</section>
	);
}

const sum = (leftOut: readonly LeftOut[]) => leftOut.reduce((all, { count }) => all + count, 0);

function Reason({ leftOut }: { leftOut: LeftOut }) {
	const { reason, count, first } = leftOut;
	const more = count - first.length;
	return (
		<li data-testid={`left-out-${reason}`}>
			{words(`intake.${reason}`, { count })}
			<ul className={styles.paths}>
				{first.map((path, index) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: two paths may be shown alike, and none moves
					<li key={index}>
						<ShownText text={path} />
					</li>
				))}
				{first.length > 0 && more > 0 && (
					<li className={styles.more}>{words("intake.more", { count: more })}</li>
				)}
			</ul>
		</li>
	);
}
