import { type ReactNode, useState } from "react";
import { term } from "../../format/term";
import type { AlertHandle, EvidencePart, EvidenceRow, Realm } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { type Copyable, CopyMenu } from "../../parts/CopyMenu";
import { Instant } from "../../parts/Instant";
import { ShownText, Words } from "../../parts/Words";
import { type WordKey, words } from "../../words/words";
import { asGiven } from "./AlertActions";
import { CommandLine } from "./CommandLine";
import styles from "./EvidenceTable.module.css";
import { FactOf, Facts } from "./Facts";
import { FieldList } from "./OtherFields";

interface Props {
	readonly row: EvidenceRow;
	/** Its place in the list, from 0. */
	readonly place: number;
	readonly alert: AlertHandle;
	/** Whose: what is copied of practice says so. */
	readonly realm: Realm;
}

/** One row of evidence. */
export function EvidenceLine({ row, place, alert, realm }: Props) {
	const [more, setMore] = useState(false);
	const { kind, ours, sha1, commandLine, status } = row;
	const details = row.other.length > 0 || row.sha256 !== null || row.at !== null;
	return (
		// biome-ignore lint/a11y/useSemanticElements: as the table
		// biome-ignore lint/a11y/useFocusableInteractive: the rows are not focused
		<div
			role="row"
			className={`${styles.row} ${ours ? styles.ours : ""}`}
			aria-rowindex={place + 2}
			data-testid="evidence-row"
			data-ours={ours}
		>
			<Cell>
				<span className={styles.kind}>{kind !== null && <ShownText text={term(kind)} />}</span>
				{ours && <span className={styles.mark}>{words("evidence.ours")}</span>}
			</Cell>
			<Cell className={styles.mono}>
				<Named row={row} />
			</Cell>
			<Cell className={styles.mono}>{sha1 !== null && <ShownText text={sha1} />}</Cell>
			<Cell>
				<Processes row={row} />
			</Cell>
			<Cell>
				<span className={styles.line}>{status !== null && <ShownText text={term(status)} />}</span>
				{details && (
					<Button
						look="link"
						label={words("evidence.more.label", { row: place + 1 })}
						expanded={more}
						onPress={() => setMore((before) => !before)}
						testId="row-fields"
					>
						{words("evidence.more")}
					</Button>
				)}
			</Cell>
			<Cell className={styles.copy}>
				<CopyMenu
					label={words("evidence.copy", { row: place + 1 })}
					copyables={copyables(row, alert, realm)}
					look="small"
					testId="copy-evidence"
				/>
			</Cell>
			<Cell className={styles.wide}>
				{commandLine !== null && <CommandLine text={commandLine} alert={alert} row={row} />}
				{more && (
					<div className={styles.more} data-testid="row-more">
						<Facts>
							<FactOf name={words("evidence.at")}>{row.at !== null && <Instant at={row.at} />}</FactOf>
							<FactOf name={words("evidence.sha256")}>
								{row.sha256 !== null && (
									<code className={styles.mono}>
										<ShownText text={row.sha256} />
									</code>
								)}
							</FactOf>
						</Facts>
						{row.other.length > 0 && <FieldList fields={row.other} />}
						{row.otherLeftOut > 0 && (
							<p data-testid="fields-left-out">{words("evidence.other.more", { count: row.otherLeftOut })}</p>
						)}
					</div>
				)}
			</Cell>
		</div>
	);
}

function Cell({ className, children }: { className?: string | undefined; children: ReactNode }) {
	return (
		// biome-ignore lint/a11y/useSemanticElements: as the table
		<div role="cell" className={className}>
			{children}
		</div>
	);
}

/** The file by its name and folder, and whatever else the row is by its value. */
function Named({ row: { name, folder, value } }: { row: EvidenceRow }) {
	return (
		<>
			{name !== null && <ShownText text={name} />}
			{folder !== null && (
				<span className={styles.folder}>
					<ShownText text={folder} />
				</span>
			)}
			{value !== null && <ShownText text={value} />}
		</>
	);
}

/** The process and the one it came from. */
function Processes({ row: { process, parentProcess, parentFile } }: { row: EvidenceRow }) {
	return (
		<>
			{process !== null && parentProcess !== null ? (
				<Words id="evidence.processes" facts={{ process, parent: parentProcess }} />
			) : process !== null ? (
				<ShownText text={process} />
			) : (
				parentProcess !== null && <Words id="evidence.parentOnly" facts={{ parent: parentProcess }} />
			)}
			{parentFile !== null && (
				<span className={styles.folder}>
					<Words id="evidence.parent" facts={{ file: parentFile }} />
				</span>
			)}
		</>
	);
}

/** What there is of a row, as the host says; what has addresses in it defanged first. */
function copyables({ index, address, copies }: EvidenceRow, alert: AlertHandle, realm: Realm): Copyable[] {
	const copyable = (part: EvidencePart, id: WordKey, form?: WordKey): Copyable & { part: EvidencePart } => ({
		part,
		id,
		field: { kind: "evidence", alert, row: index, part },
		...(form === undefined ? {} : { form }),
	});
	/** In both forms; where they are one, by its name alone. */
	const both = (
		[defanged, exact]: readonly [EvidencePart, EvidencePart],
		[id, liveId]: readonly [WordKey, WordKey],
		form: WordKey,
	) =>
		copies.includes(defanged)
			? [copyable(defanged, id, form), copyable(exact, liveId, "copy.as.exact")]
			: [copyable(exact, id)];
	return [
		...(address
			? both(["defanged", "value"], ["copy.address", "copy.addressExact"], "copy.as.defanged")
			: both(["defanged", "value"], ["copy.value", "copy.valueExact"], "copy.as.report")),
		copyable("name", "copy.name"),
		copyable("folder", "copy.folder"),
		copyable("sha1", "copy.sha1"),
		copyable("sha256", "copy.sha256"),
		...both(
			["commandLineDefanged", "commandLine"],
			["copy.commandLine", "copy.commandLineExact"],
			"copy.as.report",
		),
		copyable("other", "copy.otherFields", "copy.as.report"),
		copyable("json", "copy.json", asGiven(realm)),
		copyable("csv", "copy.csv", "copy.as.row"),
	].filter(({ part }) => copies.includes(part));
}
