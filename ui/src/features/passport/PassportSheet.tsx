import { useEffect, useState } from "react";
import { asFailure, type Failure } from "../../ipc/failure";
import type { Grant, Passport, PassportRow } from "../../ipc/view";
import { CopyButton } from "../../parts/CopyButton";
import { Icon, type IconName } from "../../parts/Icon";
import { Problem } from "../../parts/Problem";
import { Sheet } from "../../parts/Sheet";
import { ShownText, Words } from "../../parts/Words";
import { useHead, useReach } from "../../state/context";
import { flat } from "../../words/shown";
import { words } from "../../words/words";
import styles from "./PassportSheet.module.css";

/** What each feature needs, what of it is there, and a text for the administrator. */
export function PassportSheet({ onClose }: { onClose: () => void }) {
	const { backend } = useReach();
	const { epoch, session } = useHead();
	const [passport, setPassport] = useState<Passport | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	// biome-ignore lint/correctness/useExhaustiveDependencies: of another session it is another one
	useEffect(() => {
		let here = true;
		backend.passport().then(
			(given) => {
				if (!here) return;
				setPassport(given);
				setFailure(null);
			},
			(reason: unknown) => {
				if (!here) return;
				setPassport(null);
				setFailure(asFailure(reason));
			},
		);
		return () => {
			here = false;
		};
	}, [backend, epoch, session.kind]);
	return (
		<Sheet title={words("passport.title")} onClose={onClose} testId="passport-sheet">
			{failure !== null && <Problem failure={failure} urgent />}
			{passport !== null && <PassportTable passport={passport} />}
		</Sheet>
	);
}

export function PassportTable({ passport: { account, rows } }: { passport: Passport }) {
	return (
		<div className={styles.parts}>
			<p>
				<Words id="passport.about" facts={{ name: account.name, tenant: account.tenant }} />
			</p>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by the keys too */}
			<section className={styles.scrolls} tabIndex={0} aria-label={words("passport.title")}>
				<table className={styles.table} data-testid="passport">
					<thead>
						<tr>
							<th scope="col">{words("passport.row.feature")}</th>
							<th scope="col">{words("passport.row.scope")}</th>
							<th scope="col">{words("passport.row.scopeState")}</th>
							<th scope="col">{words("passport.row.role")}</th>
						</tr>
					</thead>
					<tbody>
						{rows.map((row) => (
							<Row key={row.feature} row={row} />
						))}
					</tbody>
				</table>
			</section>
			{rows.some(({ scopeState, roleState }) => scopeState === "inferred" || roleState === "inferred") && (
				<p className={styles.legend} data-testid="passport-inferred">
					{words("passport.row.inferred.explained")}
				</p>
			)}
			<div className={styles.actions}>
				<CopyButton field={{ kind: "passport" }} id="passport.copy" testId="copy-passport" />
				<span className={styles.legend}>{words("passport.copy.hint")}</span>
			</div>
		</div>
	);
}

function Row({ row: { feature, scope, scopeState, roleState } }: { row: PassportRow }) {
	const greater = flat(scope).includes("Alert.ReadWrite");
	return (
		<tr data-testid={`passport-${feature}`}>
			<th scope="row">
				{words(`passport.row.${feature}`)}
				{greater && <span className={styles.why}>{words("passport.row.readWrite")}</span>}
			</th>
			<td>
				<code>
					<ShownText text={scope} />
				</code>
			</td>
			<td>
				<State grant={scopeState} />
			</td>
			<td>{roleState === null ? words("passport.row.noRole") : <State grant={roleState} />}</td>
		</tr>
	);
}

const icons: Readonly<Record<Grant, IconName>> = {
	granted: "done",
	missing: "close",
	inferred: "partial",
	unknown: "dash",
};

function State({ grant }: { grant: Grant }) {
	return (
		<span className={`${styles.grant} ${grant === "missing" ? styles.missing : ""}`} data-grant={grant}>
			<Icon name={icons[grant]} />
			<span>{words(`passport.row.${grant}`)}</span>
		</span>
	);
}
