import type { ReactNode } from "react";
import type { CheckOutcome, CheckStep, OrganisationId } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { Icon, type IconName } from "../../parts/Icon";
import { Problem, told } from "../../parts/Problem";
import { Spoken } from "../../parts/Spoken";
import { ShownText } from "../../parts/Words";
import { useHead, useReach } from "../../state/context";
import { useOpen } from "../../state/open";
import { RemediesContext, useOfferedRemedies } from "../../state/remedy";
import { nameOf } from "../../state/session";
import { words } from "../../words/words";
import styles from "./Check.module.css";
import pageStyles from "./ConnectPage.module.css";
import { OrganisationFacts } from "./OrganisationFacts";

interface PageProps {
	readonly organisation: OrganisationId;
	readonly onClose: () => void;
	/** What to do in the browser, while the check signs in. */
	readonly children?: ReactNode;
}

/** Whether a connected organisation can be reached, and what to do where not. */
export function CheckPage({ organisation: id, onClose, children }: PageProps) {
	const found = useHead().organisations.find((each) => each.id === id)?.organisation ?? null;
	return (
		<div className={pageStyles.page} data-testid="check-page">
			<div className={pageStyles.top}>
				<h2>{found === null ? words("check.title.gone") : words("check.title", { name: nameOf(found) })}</h2>
			</div>
			{children}
			{found !== null && <OrganisationFacts organisation={found} />}
			<CheckSteps organisation={id} onDone={onClose} />
		</div>
	);
}

interface StepsProps {
	readonly organisation: OrganisationId;
	readonly onDone: () => void;
}

/** The steps of a check with what came of each, or how to begin it. */
export function CheckSteps({ organisation, onDone }: StepsProps) {
	const { backend, run } = useReach();
	const open = useOpen();
	const head = useHead();
	const latest = head.check;
	const remedies = useOfferedRemedies(head, open, organisation);
	const check = latest?.organisation === organisation ? latest : null;
	const running = check?.running === true;
	const start = () => void run(backend.startCheck(organisation));
	const done = () => {
		if (check !== null) void run(backend.closeCheck());
		onDone();
	};
	return (
		<div className={styles.check} data-testid="check" data-running={running}>
			{check === null ? (
				<p>{words("check.about")}</p>
			) : (
				<RemediesContext value={remedies}>
					<ol className={styles.steps}>
						{check.steps.map((step) => (
							<StepLine key={step.kind} step={step} />
						))}
					</ol>
				</RemediesContext>
			)}
			<Spoken text={check === null ? "" : spoken(check.steps, running)} />
			<div className={styles.actions}>
				{running ? (
					<Button onPress={() => void run(backend.closeCheck())} testId="check-stop">
						{words("check.stop")}
					</Button>
				) : (
					<>
						<Button look="main" onPress={start} testId="check-start">
							{words(check === null ? "check.start" : "check.again")}
						</Button>
						<Button onPress={done} testId="check-done">
							{words(check === null ? "check.later" : "check.done")}
						</Button>
						{check !== null && remedies.passport !== null && (
							<Button look="plain" onPress={remedies.passport} testId="check-passport">
								{words("check.passport")}
							</Button>
						)}
					</>
				)}
			</div>
		</div>
	);
}

const icons: Readonly<Record<CheckOutcome["kind"], IconName>> = {
	waiting: "dash",
	running: "clock",
	passed: "done",
	failed: "problem",
};

function StepLine({ step: { kind, outcome } }: { step: CheckStep }) {
	return (
		<li className={styles.step} data-testid={`check-${kind}`} data-outcome={outcome.kind}>
			<Icon name={icons[outcome.kind]} />
			<div>
				<div className={styles.what}>
					<span className={styles.name}>{words(`check.step.${kind}`)}</span>
					<span>{words(`check.outcome.${outcome.kind}`)}</span>
				</div>
				{outcome.kind === "passed" && outcome.seen !== null && (
					<p className={styles.seen}>
						<ShownText text={outcome.seen} />
					</p>
				)}
				{outcome.kind === "failed" && (
					<div className={styles.problem}>
						<Problem failure={told(outcome.error)} look="quiet" about={{ kind: "check" }} />
					</div>
				)}
			</div>
		</li>
	);
}

/** Where it is, and how it ended, in one sentence. */
function spoken(steps: readonly CheckStep[], running: boolean): string {
	const at = steps.find(({ outcome }) => outcome.kind === "running");
	if (running) return at === undefined ? "" : words(`check.step.${at.kind}`);
	const failed = steps.find(({ outcome }) => outcome.kind === "failed");
	if (failed !== undefined) {
		return words("check.ended.failed", { step: words(`check.step.${failed.kind}`) });
	}
	return steps.every(({ outcome }) => outcome.kind === "passed") ? words("check.ended.passed") : "";
}
