import { term, worded } from "../../format/term";
import type { AlertDetail, AlertHandle, AlertRow, Technique } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { ShownText, Words } from "../../parts/Words";
import { useReach } from "../../state/context";
import { flat } from "../../words/shown";
import { words } from "../../words/words";
import styles from "./AlertBody.module.css";
import { FactOf, Facts } from "./Facts";
import { Section } from "./Section";

/** What happened, by which technique, and what saw it. */
export function What({ alert, detail }: { alert: AlertRow; detail: AlertDetail }) {
	const { description, category, techniques, detectionSource, threat, threatFamily } = detail;
	return (
		<Section title={words("alert.detail.what")} testId="what">
			<p className={description === null ? styles.absent : styles.description}>
				{description === null ? words("alert.detail.noDescription") : <ShownText text={description} />}
			</p>
			{alert.severity === "informational" && (
				<p className={styles.help}>{words("severity.help.informational")}</p>
			)}
			{alert.severityText !== null && (
				<p className={styles.help}>
					<Words id="severity.unknown.help" facts={{ word: alert.severityText }} />
				</p>
			)}
			<Facts>
				<FactOf name={words("alert.detail.category")}>
					{category && <ShownText text={term(category)} />}
				</FactOf>
				<FactOf name={words("alert.detail.technique")}>
					{techniques.length > 0 && (
						<ul className={styles.techniques}>
							{techniques.map((technique, index) => (
								// biome-ignore lint/suspicious/noArrayIndexKey: its place is a technique's name to the host
								<li key={index}>
									<TechniqueLine alert={alert.alert} technique={technique} index={index} />
								</li>
							))}
						</ul>
					)}
				</FactOf>
				<FactOf name={words("alert.detail.source")}>
					{detectionSource && (worded("source", detectionSource) ?? <ShownText text={detectionSource} />)}
				</FactOf>
				<FactOf name={words("alert.detail.threat")}>{threat && <ShownText text={threat} />}</FactOf>
				<FactOf name={words("alert.detail.family")}>
					{threatFamily && <ShownText text={threatFamily} />}
				</FactOf>
			</Facts>
		</Section>
	);
}

interface LineProps {
	readonly alert: AlertHandle;
	readonly technique: Technique;
	readonly index: number;
}

function TechniqueLine({ alert, technique: { id, name, tactics, standing, page }, index }: LineProps) {
	const { backend, run } = useReach();
	return (
		<>
			{page ? (
				<Button
					look="link"
					icon="away"
					label={words("alert.detail.technique.open", {
						technique: name === null ? id : `${flat(id)} ${name}`,
					})}
					onPress={() => void run(backend.openPortal({ kind: "technique", alert, technique: index }))}
					testId="open-technique"
				>
					<ShownText text={id} />
				</Button>
			) : (
				<ShownText text={id} />
			)}
			{name !== null && ` ${name}`}
			{tactics.length > 0 && (
				<span className={styles.dim}>
					{" "}
					{words("alert.detail.technique.tactics", { tactics: tactics.join(", ") })}
				</span>
			)}
			{standing !== null && standing !== "current" && ` – ${words(`technique.${standing}`)}`}
		</>
	);
}
