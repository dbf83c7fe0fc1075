import type { ReactNode } from "react";
import type { Failure } from "../ipc/failure";
import type { UserError } from "../ipc/view";
import { catalogued, type Facts, factNames, type WordKey, words } from "../words/words";
import { Note } from "./Note";
import styles from "./Problem.module.css";
import { ShownText, Words } from "./Words";

interface Props {
	readonly failure: Failure;
	/** What can be done about it. */
	readonly children?: ReactNode;
	/** In place of the failure's own title. */
	readonly title?: string;
	/** What follows from it here. */
	readonly more?: ReactNode;
	readonly look?: "bar" | "quiet";
	/** Whether it is read aloud at once. */
	readonly urgent?: boolean;
	readonly testId?: string;
	readonly state?: string;
}

/** What went wrong, who can do what about it, and the details for whoever looks into it. */
export function Problem({ failure, children, title, more, look, urgent, testId, state }: Props) {
	const { title: ownTitle, help, facts } = sentences(failure);
	const number = facts["number"];
	const aadsts = typeof number === "number" ? catalogued(`aadsts.${number}`) : null;
	return (
		<Note
			icon="problem"
			title={title ?? <Words id={ownTitle} facts={facts} />}
			actions={children}
			look={look}
			role={urgent === true ? "alert" : undefined}
			data={{
				testid: testId ?? "problem",
				code: failure.kind === "told" ? failure.error.code : "unexpected",
				...(state === undefined ? {} : { state }),
			}}
		>
			<p>
				{aadsts !== null && <>{words(aadsts)} </>}
				<Words id={help} facts={facts} />
				{look === "bar" && more !== undefined && <> {more}</>}
			</p>
			{look !== "bar" && more !== undefined && <p>{more}</p>}
			<Details facts={facts} used={[ownTitle, help]} />
		</Note>
	);
}

/** The facts that no sentence has named, for whoever looks into it. */
function Details({ facts, used }: { facts: Facts; used: readonly WordKey[] }) {
	const said = new Set(used.flatMap((id) => factNames(id)));
	const rest = Object.entries(facts).filter(([name]) => !said.has(name));
	if (rest.length === 0) return null;
	return (
		<dl className={styles.details}>
			{rest.map(([name, fact]) => {
				const label = catalogued(`fact.${name}`);
				return (
					<div key={name}>
						<dt>{label === null ? name : words(label)}</dt>
						<dd>{typeof fact === "object" ? <ShownText text={fact} /> : String(fact)}</dd>
					</div>
				);
			})}
		</dl>
	);
}

function sentences(failure: Failure): { title: WordKey; help: WordKey; facts: Facts } {
	if (failure.kind === "unexpected") return { title: "unexpected.title", help: "unexpected.help", facts: {} };
	const { code, facts } = failure.error;
	return { title: `error.${code}.title`, help: `error.${code}.help`, facts };
}

/** An error of the host, as a failure. */
export const told = (error: UserError): Failure => ({ kind: "told", error });
