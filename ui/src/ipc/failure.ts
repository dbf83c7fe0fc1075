import { isErrorCode } from "../words/words";
import type { UserError } from "./view";

/** Why a command failed: an error with words, or something that should not happen. */
export type Failure = { kind: "told"; error: UserError } | { kind: "unexpected" };

/** What a rejected promise of the host carries. */
export function asFailure(reason: unknown): Failure {
	if (typeof reason === "object" && reason !== null && "code" in reason && "facts" in reason) {
		const { code, facts } = reason;
		if (isErrorCode(code) && typeof facts === "object" && facts !== null) {
			return { kind: "told", error: { code, facts: facts as UserError["facts"] } };
		}
	}
	return { kind: "unexpected" };
}

/** Whether two failures say the same. */
export function sameFailure(one: Failure, other: Failure): boolean {
	if (one.kind === "unexpected" || other.kind === "unexpected") return one.kind === other.kind;
	return one.error.code === other.error.code;
}
