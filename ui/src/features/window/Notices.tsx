import type { Failure } from "../../ipc/failure";
import type { Head } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { Problem, told } from "../../parts/Problem";
import { type ToldFailure, useReach } from "../../state/context";
import { words } from "../../words/words";
import styles from "./Notices.module.css";

interface Props {
	readonly head: Head;
	readonly failures: readonly ToldFailure[];
	readonly onDismiss: (id: number) => void;
}

/** What the host has to tell, and commands that failed; each until it is dismissed. */
export function Notices({ head, failures, onDismiss }: Props) {
	const { backend, run } = useReach();
	if (head.notices.length === 0 && failures.length === 0) return null;
	return (
		<section aria-label={words("notice.region")} className={styles.notices}>
			{head.notices.map(({ id, error }) => (
				<Notice key={`host-${id}`} failure={told(error)} onDismiss={() => void run(backend.dismiss(id))} />
			))}
			{failures.map(({ id, failure }) => (
				<Notice key={`here-${id}`} failure={failure} onDismiss={() => onDismiss(id)} />
			))}
		</section>
	);
}

/** A bar that stays until it is dismissed. */
function Notice({ failure, onDismiss }: { failure: Failure; onDismiss: () => void }) {
	const { backend, run } = useReach();
	return (
		<Problem failure={failure} look="bar" urgent testId="notice">
			{failure.kind === "unexpected" && (
				<Button look="plain" onPress={() => void run(backend.openLogFolder())}>
					{words("tools.log")}
				</Button>
			)}
			<Button onPress={onDismiss} icon="close">
				{words("notice.dismiss")}
			</Button>
		</Problem>
	);
}
