import type { ReactNode } from "react";
import type { Failure } from "../ipc/failure";
import type { Remedy, RequestAbout, UserError } from "../ipc/view";
import { useRemedies } from "../state/remedy";
import { catalogued, type Facts, factNames, type WordKey, words } from "../words/words";
import { Button } from "./Button";
import { CopyButton } from "./CopyButton";
import { Note } from "./Note";
import styles from "./Problem.module.css";
import { AskAdministrator, RemedyButton } from "./RemedyButton";
import { ShownText, Words } from "./Words";

interface Props {
	readonly failure: Failure;
	/** What can be done about it, beside its remedy. */
	readonly children?: ReactNode;
	/** Whether its remedy is left out: `children` do the same, or it is of no use here. */
	readonly noRemedy?: boolean;
	/** What the host knows it as, so that an administrator can be told of it. */
	readonly about?: RequestAbout;
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
export function Problem(props: Props) {
	const { failure, title, more, look, urgent, testId, state } = props;
	const { title: ownTitle, help, facts } = sentences(failure);
	const actions = useActions(props, facts);
	return (
		<Note
			icon="problem"
			title={title ?? <Words id={ownTitle} facts={facts} />}
			actions={actions}
			look={look}
			role={urgent === true ? "alert" : undefined}
			data={{
				testid: testId ?? "problem",
				code: failure.kind === "told" ? failure.error.code : "unexpected",
				...(state === undefined ? {} : { state }),
			}}
		>
			<p>
				<Words id={help} facts={facts} />
				{look === "bar" && more !== undefined && <> {more}</>}
			</p>
			{look !== "bar" && more !== undefined && <p>{more}</p>}
			<Details facts={facts} used={[ownTitle, help]} />
		</Note>
	);
}

/** What of the remedies has to do with what a person may do. */
const aboutPermissions: ReadonlySet<Remedy> = new Set(["askAdministrator", "stepUp"]);

/** Undefined where nothing can be done. */
function useActions({ failure, children, noRemedy, about }: Props, facts: Facts): ReactNode {
	const { offered, passport } = useRemedies();
	const helps = failure.kind === "told" && noRemedy !== true ? offered(failure.error.code) : null;
	const asks = helps === "askAdministrator";
	const copied =
		about?.kind === "session" && (facts["correlation"] !== undefined || facts["request"] !== undefined);
	const shown = helps !== null && aboutPermissions.has(helps) ? passport : null;
	if (helps === null && shown === null && !copied) return children;
	return (
		<>
			{copied && (
				<CopyButton field={{ kind: "sessionProblem" }} id="problem.copyDetails" testId="copy-details" />
			)}
			{shown !== null && (
				<Button look="plain" onPress={shown} testId="problem-passport">
					{words("problem.passport")}
				</Button>
			)}
			{children}
			{asks && about !== undefined && <AskAdministrator about={about} />}
			{helps !== null && !asks && <RemedyButton remedy={helps} />}
		</>
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
