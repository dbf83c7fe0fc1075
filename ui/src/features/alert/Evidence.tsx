import { useState } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components/Tabs";
import { term } from "../../format/term";
import type { EvidenceKind } from "../../ipc/view";
import { ShownText } from "../../parts/Words";
import { words } from "../../words/words";
import type { BodyProps } from "./AlertBody";
import styles from "./Evidence.module.css";
import { EvidenceTable } from "./EvidenceTable";
import { Section } from "./Section";

/** Kinds that have a tab; the rows of the others stand among all. */
const mostTabs = 16;

/** The evidence, by its kinds. */
export function Evidence({ kinds, ...props }: BodyProps & { readonly kinds: readonly EvidenceKind[] }) {
	const [chosen, setChosen] = useState("all");
	const total = kinds.reduce((sum, { rows }) => sum + rows, 0);
	const only = chosen === "all" ? null : Number(chosen);
	return (
		<Section title={words("alert.detail.evidence")} testId="evidence">
			{total === 0 ? (
				<p className={styles.none} data-testid="no-evidence">
					{words("evidence.none")}
				</p>
			) : (
				<Tabs
					selectedKey={chosen}
					onSelectionChange={(key) => setChosen(String(key))}
					keyboardActivation="manual"
				>
					<TabList className={styles.tabs ?? ""} aria-label={words("evidence.kinds")}>
						<Tab id="all" className={styles.tab ?? ""} data-testid="evidence-all">
							{words("evidence.all")}{" "}
							<span className={styles.count}>{words("evidence.count", { count: total })}</span>
						</Tab>
						{kinds.length > 1 &&
							kinds.slice(0, mostTabs).map(({ kind, rows }, index) => (
								// biome-ignore lint/suspicious/noArrayIndexKey: its place is a kind's name to the host
								<Tab key={index} id={String(index)} className={styles.tab ?? ""} data-testid="evidence-kind">
									{kind === null ? words("evidence.noKind") : <ShownText text={term(kind)} />}{" "}
									<span className={styles.count}>{words("evidence.count", { count: rows })}</span>
								</Tab>
							))}
					</TabList>
					{kinds.length > mostTabs && (
						<p className={styles.none}>{words("evidence.moreKinds", { count: kinds.length - mostTabs })}</p>
					)}
					<TabPanel id={chosen} className={styles.panel ?? ""}>
						<EvidenceTable
							key={chosen}
							{...props}
							only={only}
							expected={only === null ? total : (kinds[only]?.rows ?? 0)}
						/>
					</TabPanel>
				</Tabs>
			)}
		</Section>
	);
}
