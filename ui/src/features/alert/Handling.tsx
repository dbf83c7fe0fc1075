import type { AlertDetail, Comment } from "../../ipc/view";
import { Instant } from "../../parts/Instant";
import { ShownText, Words } from "../../parts/Words";
import { words } from "../../words/words";
import { OpenPage } from "./AlertActions";
import type { BodyProps } from "./AlertBody";
import styles from "./AlertBody.module.css";
import { FactOf, Facts } from "./Facts";
import { Section } from "./Section";
import { Term } from "./Term";

/** Who deals with it, and how far they are. */
export function Handling({ alert, provenance, title, detail }: BodyProps & { readonly detail: AlertDetail }) {
	const { id, assignedTo, investigationState, investigation, incident, comments } = detail;
	const hasIncident = incident !== null || alert.pages.includes("incident");
	return (
		<Section title={words("alert.detail.handling")} testId="handling">
			<Facts>
				<FactOf name={words("alert.detail.assigned")}>
					{assignedTo === null ? words("alert.detail.unassigned") : <ShownText text={assignedTo} />}
				</FactOf>
				<FactOf name={words("alert.detail.investigationState")}>
					{investigationState && <Term terms="investigation" text={investigationState} />}
				</FactOf>
				<FactOf name={words("alert.detail.investigation")}>
					{investigation && <ShownText text={investigation} />}
				</FactOf>
				<FactOf name={words("alert.detail.incident")}>
					{hasIncident && (
						<>
							{incident !== null && <ShownText text={incident} />}{" "}
							<OpenPage alert={alert} page="incident" realm={provenance.realm} title={title} />
						</>
					)}
				</FactOf>
				<FactOf name={words("alert.detail.id")}>
					{id && (
						<code className={styles.code}>
							<ShownText text={id} />
						</code>
					)}
				</FactOf>
				<FactOf name={words("alert.detail.comments")}>
					{comments.length > 0 && (
						<ul className={styles.comments} data-testid="comments">
							{comments.map((comment, index) => (
								// biome-ignore lint/suspicious/noArrayIndexKey: comments stand in the order of the answer
								<li key={index}>
									<OneComment comment={comment} />
								</li>
							))}
						</ul>
					)}
				</FactOf>
			</Facts>
		</Section>
	);
}

function OneComment({ comment: { text, author, at } }: { comment: Comment }) {
	return (
		<>
			<p>
				<ShownText text={text} />
			</p>
			<p className={styles.dim}>
				{author !== null && <Words id="alert.detail.comment.by" facts={{ author }} />}
				{author !== null && at !== null && " · "}
				{at !== null && <Instant at={at} />}
			</p>
		</>
	);
}
