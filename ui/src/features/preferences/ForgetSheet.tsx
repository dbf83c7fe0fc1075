import { useState } from "react";
import { asFailure, type Failure } from "../../ipc/failure";
import type { Forgotten } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { Problem, told } from "../../parts/Problem";
import { Sheet } from "../../parts/Sheet";
import { Spoken } from "../../parts/Spoken";
import { useReach } from "../../state/context";
import { words } from "../../words/words";
import styles from "./ForgetSheet.module.css";

/** Asks once more before everything is forgotten, and tells afterwards what was. */
export function ForgetSheet({ onClose }: { onClose: () => void }) {
	const [forgotten, setForgotten] = useState<Forgotten | null>(null);
	return forgotten === null ? (
		<Confirmation onClose={onClose} onForgotten={setForgotten} />
	) : (
		<Result forgotten={forgotten} onClose={onClose} />
	);
}

const goes = ["answers", "signIns", "settings", "logs", "profile"] as const;
const stays = ["calls", "files"] as const;

interface ConfirmationProps {
	readonly onClose: () => void;
	readonly onForgotten: (forgotten: Forgotten) => void;
}

function Confirmation({ onClose, onForgotten }: ConfirmationProps) {
	const { backend } = useReach();
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const forget = async () => {
		if (busy) return;
		setBusy(true);
		setFailure(null);
		try {
			onForgotten(await backend.forgetEverything());
		} catch (reason) {
			setFailure(asFailure(reason));
			setBusy(false);
		}
	};
	return (
		<Sheet title={words("forget.title")} onClose={onClose} testId="forget-sheet">
			<div className={styles.parts}>
				<p>{words("forget.goes")}</p>
				<ul className={styles.list} data-testid="forget-goes">
					{goes.map((each) => (
						<li key={each}>{words(`forget.goes.${each}`)}</li>
					))}
				</ul>
				<p>{words("forget.stays")}</p>
				<ul className={styles.list} data-testid="forget-stays">
					{stays.map((each) => (
						<li key={each}>{words(`forget.stays.${each}`)}</li>
					))}
				</ul>
				{failure !== null && <Problem failure={failure} urgent />}
				<div className={styles.actions}>
					<Button onPress={onClose} testId="forget-cancel">
						{words("forget.cancel")}
					</Button>
					<Button look="grave" spent={busy} onPress={() => void forget()} testId="forget-do">
						{words(busy ? "forget.busy" : "forget.do")}
					</Button>
				</div>
			</div>
		</Sheet>
	);
}

/** What was removed, and what could not be. */
function Result({ forgotten, onClose }: { forgotten: Forgotten; onClose: () => void }) {
	const { failed, callsKept } = forgotten;
	const removed = removedWords(forgotten);
	const title = words(failed.length > 0 ? "forgotten.title.partly" : "forgotten.title");
	return (
		<Sheet title={title} onClose={onClose} testId="forgotten-sheet">
			<div className={styles.parts}>
				<Spoken text={title} />
				<p>{words(removed.length > 0 ? "forgotten.removed" : "forgotten.nothing")}</p>
				{removed.length > 0 && (
					<ul className={styles.list} data-testid="forgotten-removed">
						{removed.map((each) => (
							<li key={each}>{each}</li>
						))}
					</ul>
				)}
				{failed.length > 0 && (
					<>
						<p>{words("forgotten.failed")}</p>
						{failed.map((error, index) => (
							// biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
							<Problem key={index} failure={told(error)} look="quiet" testId="forgotten-failed" />
						))}
					</>
				)}
				{callsKept > 0 && (
					<p className={styles.dim} data-testid="calls-kept">
						{words("forgotten.callsKept", { count: callsKept })}
					</p>
				)}
			</div>
		</Sheet>
	);
}

function removedWords({ answers, alerts, items, signIns, settings, logs, profile }: Forgotten): string[] {
	return [
		...(answers > 0 ? [words("forgotten.answers", { count: answers })] : []),
		...(alerts > 0 ? [words("forgotten.alerts", { count: alerts })] : []),
		...(items > 0 ? [words("forgotten.items", { count: items })] : []),
		...(signIns > 0 ? [words("forgotten.signIns", { count: signIns })] : []),
		...(settings ? [words("forgotten.settings")] : []),
		...(logs > 0 ? [words("forgotten.logs", { count: logs })] : []),
		...(profile ? [words("forgotten.profile")] : []),
	];
}
