import { size } from "../../format/size";
import type { CloudOnly } from "../../ipc/view";
import { Button } from "../../parts/Button";
import { Spoken } from "../../parts/Spoken";
import { useHead, useReach } from "../../state/context";
import { words } from "../../words/words";
import styles from "./Intake.module.css";
import { LeftOut } from "./LeftOut";
import { Question, questionTitle } from "./Question";
import { sumsSentence, tellsSums } from "./sums";

/**
 * What came in, counted; what of it was left out; what has to be downloaded first; and what is asked
 * before more is taken in. It stays until the list is cleared.
 */
export function Intake({ aboveList = false }: { aboveList?: boolean }) {
	const { intake } = useHead();
	const { running, sums, leftOut, cloud, question } = intake;
	const sentence = tellsSums(intake) ? sumsSentence(intake) : null;
	const something = sentence !== null || cloud !== null || question !== null;
	return (
		<>
			{something && (
				<section
					className={`${styles.intake} ${aboveList ? styles.above : ""}`}
					aria-label={words("intake.label")}
					data-testid="intake"
					data-running={running}
				>
					{question !== null && <Question key={question.id} question={question} />}
					{sentence !== null && (
						<p className={styles.sums} data-testid="sums">
							{sentence}
						</p>
					)}
					{cloud !== null && <Cloud cloud={cloud} />}
					<LeftOut entries={leftOut} />
				</section>
			)}
			{/* A question at once; the sums when they are final, for how far it is the status line says. */}
			<Spoken
				text={
					question !== null
						? questionTitle(question.about)
						: running || sums.toRead > 0
							? ""
							: (sentence ?? "")
				}
			/>
		</>
	);
}

/** The files that lie with a cloud, and what it takes to read them. */
function Cloud({ cloud: { files, bytes } }: { cloud: CloudOnly }) {
	const { backend, run } = useReach();
	return (
		<div className={styles.cloud} data-testid="cloud">
			<p>{words("intake.cloud", { count: files, size: size(bytes) })}</p>
			<Button onPress={() => void run(backend.readCloudOnly())} testId="read-cloud-only">
				{words("item.download")}
			</Button>
		</div>
	);
}
