import type { Intake, Sums } from "../../ipc/view";
import { type WordKey, words } from "../../words/words";

/**
 * Everything that came in, in one sentence: of the files each part of their sum, and the digests that
 * texts named. No reason is left out of it.
 */
export function sumsSentence({ sums, running, question }: Intake): string {
	const digests = digestsOf(sums);
	if (sums.found === 0) {
		if (digests === null) return words("intake.running");
		return running ? words("intake.sums.digests.soFar", { digests }) : digests;
	}
	// What a question is about waits outside of the sums.
	const asked = question?.about.kind === "huge";
	const files = filesOf(
		sums,
		asked ? "intake.sums.takenIn" : running ? "intake.sums.foundSoFar" : "intake.sums.found",
	);
	return digests === null ? files : words("intake.sums.both", { files, digests });
}

/** Whether there is more to tell than the one item, which says it itself. */
export function tellsSums({ running, sums, leftOut }: Intake): boolean {
	const { found, digests, unresolved, notRead } = sums;
	return running || found + digests + unresolved > 1 || notRead.length > 0 || leftOut.length > 0;
}

/** The parts add up to the first. */
function filesOf({ found, read, toRead, notRead }: Sums, all: WordKey): string {
	return [
		words(all, { count: found }),
		words("intake.sums.read", { count: read }),
		...(toRead > 0 ? [words("intake.sums.toRead", { count: toRead })] : []),
		...notRead.map(({ reason, count }) => words(`intake.notRead.${reason}`, { count })),
	].join(", ");
}

function digestsOf({ digests, unresolved }: Sums): string | null {
	if (digests > 0 && unresolved > 0) {
		return words("intake.sums.digests.both", { sha1: digests, count: unresolved });
	}
	if (digests > 0) return words("intake.sums.digests.sha1", { count: digests });
	return unresolved > 0 ? words("intake.sums.digests.others", { count: unresolved }) : null;
}
