import { useEffect, useState } from "react";
import { asFailure, type Failure } from "../ipc/failure";
import type { AlertDetail, AlertHandle } from "../ipc/view";
import { useHead, useReach } from "../state/context";
import { words } from "../words/words";
import styles from "./AlertCard.module.css";
import { Button } from "./Button";
import { CopyButton } from "./CopyButton";
import { Problem } from "./Problem";
import { ShownText } from "./Words";

type Loaded =
	| { kind: "loading" }
	| { kind: "failed"; failure: Failure }
	| { kind: "detail"; detail: AlertDetail };

/** Everything else that the API said about the alert, unadorned. */
export function AlertFields({ alert }: { alert: AlertHandle }) {
	const { epoch } = useHead();
	const [loaded, again] = useDetail(alert, epoch);
	switch (loaded.kind) {
		case "loading":
			return <p className={styles.body}>{words("alert.detail.loading")}</p>;
		case "failed":
			return (
				<Problem failure={loaded.failure} look="quiet">
					<Button icon="retry" onPress={again}>
						{words("item.retry")}
					</Button>
				</Problem>
			);
		case "detail":
			// What belongs to another account is not shown, and is being asked for again.
			return loaded.detail.epoch === epoch ? <Detail alert={alert} detail={loaded.detail} /> : null;
		default:
			return loaded satisfies never;
	}
}

function Detail({ alert, detail }: { alert: AlertHandle; detail: AlertDetail }) {
	return (
		<div className={styles.body} data-testid="alert-detail">
			{detail.description !== null && (
				<p className={styles.description}>
					<ShownText text={detail.description} />
				</p>
			)}
			<dl className={styles.fields}>
				<div>
					<dt>{words("alert.detail.id")}</dt>
					<dd>
						<ShownText text={detail.id} />
					</dd>
				</div>
				{detail.fields.map((field, index) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: fields stand in the order of the answer, and have no state
					<div key={index}>
						<dt>
							<ShownText text={field.name} />
						</dt>
						<dd>
							<ShownText text={field.value} />
						</dd>
					</div>
				))}
			</dl>
			{detail.fields.length === 0 && <p>{words("alert.detail.none")}</p>}
			<div className={styles.end}>
				<CopyButton field={{ kind: "alertJson", alert }} id="alert.detail.copy" />
				{detail.leftOut > 0 && <span>{words("alert.detail.leftOut", { count: detail.leftOut })}</span>}
			</div>
		</div>
	);
}

/** The detail of an alert, asked for anew when the account changes. */
function useDetail(alert: AlertHandle, epoch: number): [Loaded, () => void] {
	const { backend } = useReach();
	const [loaded, setLoaded] = useState<Loaded>({ kind: "loading" });
	const [attempt, setAttempt] = useState(0);
	// biome-ignore lint/correctness/useExhaustiveDependencies: another account or another attempt asks again
	useEffect(() => {
		let current = true;
		setLoaded({ kind: "loading" });
		backend.alertDetail(alert).then(
			(detail) => current && setLoaded({ kind: "detail", detail }),
			(reason: unknown) => current && setLoaded({ kind: "failed", failure: asFailure(reason) }),
		);
		return () => {
			current = false;
		};
	}, [backend, alert, epoch, attempt]);
	return [loaded, () => setAttempt((count) => count + 1)];
}
