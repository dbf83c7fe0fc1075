import { Fragment } from "react";
import { term } from "../../format/term";
import type { Role, RolePart } from "../../ipc/view";
import { ShownText } from "../../parts/Words";
import { words } from "../../words/words";
import styles from "./AlertCard.module.css";

/** Parts that are said in full; the rest is counted. */
const inFull = 2;

/** What the file is in the alert, from the evidence rows that carry its SHA-1. */
export function AlertRole({ role }: { role: Role }) {
	return (
		<p className={styles.role} data-testid="alert-role" data-role={role.kind}>
			<span>{words("alert.role")}</span> <RoleText role={role} />
		</p>
	);
}

function RoleText({ role }: { role: Role }) {
	switch (role.kind) {
		case "named": {
			const more = role.parts.length - inFull;
			return (
				<>
					{role.parts.slice(0, inFull).map((part, index) => (
						// biome-ignore lint/suspicious/noArrayIndexKey: evidence rows have no other name, and no state
						<Fragment key={index}>
							{index > 0 && "; "}
							<Part part={part} />
						</Fragment>
					))}
					{more > 0 && `; ${words("alert.role.also", { count: more })}`}
				</>
			);
		}
		case "notNamed":
			return words("alert.role.notNamed");
		case "noEvidence":
			return words("alert.role.noEvidence");
		default:
			return role satisfies never;
	}
}

function Part({ part }: { part: RolePart }) {
	return (
		<>
			<strong>
				{part.entity === null ? words(`part.${part.part}`) : <ShownText text={term(part.entity)} />}
			</strong>
			{part.name !== null && (
				<>
					{`, ${words("alert.role.there")} `}
					<code>
						<ShownText text={part.name} />
					</code>
				</>
			)}
			{part.folder !== null && (
				<>
					{` ${words("alert.role.in")} `}
					<code>
						<ShownText text={part.folder} />
					</code>
				</>
			)}
			{part.detection !== null && (
				<>
					{", "}
					<ShownText text={term(part.detection)} />
				</>
			)}
		</>
	);
}
