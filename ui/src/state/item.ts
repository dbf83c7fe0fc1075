import type { ItemRow, Lookup, Severities, Severity, UserError } from "../ipc/view";

/** How an item stands, as one word: what a list and a heading say of it. */
export type ItemState =
	| { kind: "unread" }
	| { kind: "reading"; percent: number }
	| { kind: "skipped"; error: UserError }
	| { kind: "unreadable"; error: UserError }
	| { kind: "cancelled" }
	| { kind: "unresolved" }
	| { kind: "waiting" }
	| { kind: "retrying" }
	| { kind: "asking" }
	| { kind: "alerted"; count: number }
	| { kind: "noneVisible" }
	| { kind: "incomplete"; error: UserError }
	| { kind: "failed"; error: UserError };

/** How an item stands: its reading, then its lookup. */
export function stateOf(item: ItemRow): ItemState {
	const { reading } = item;
	if (reading !== null) {
		switch (reading.kind) {
			case "waiting":
				return { kind: "unread" };
			case "reading":
				return { kind: "reading", percent: reading.percent };
			case "cancelled":
				return { kind: "cancelled" };
			case "skipped":
				return { kind: "skipped", error: reading.error };
			case "failed":
				return { kind: "unreadable", error: reading.error };
			case "read":
				break;
			default:
				return reading satisfies never;
		}
	}
	if (isUnresolved(item)) return { kind: "unresolved" };
	return item.lookup === null ? { kind: "waiting" } : stateOfLookup(item.lookup);
}

/** Whether nothing can be asked, because a text named a digest of another kind than SHA-1. */
export const isUnresolved = ({ mention, sha1 }: ItemRow) =>
	mention !== null && mention.kind !== "sha1" && sha1 === null;

/** Whether to read the file would download it. */
export const isCloudOnly = ({ reading }: ItemRow) =>
	reading?.kind === "skipped" && reading.error.code === "cloudOnly";

/**
 * How a lookup stands.
 *
 * A failure is said before the earlier answer that it came after; only a complete answer without
 * alerts is "none visible".
 */
function stateOfLookup({ phase, answer, failure }: Lookup): ItemState {
	if (failure !== null && phase === "idle") return { kind: "failed", error: failure };
	if (answer !== null) {
		if (answer.incomplete !== null) return { kind: "incomplete", error: answer.incomplete };
		return answer.alerts > 0 ? { kind: "alerted", count: answer.alerts } : { kind: "noneVisible" };
	}
	switch (phase) {
		case "waiting":
			return { kind: "waiting" };
		case "retrying":
			return { kind: "retrying" };
		case "asking":
			return { kind: "asking" };
		case "idle":
			return { kind: "cancelled" };
		default:
			return phase satisfies never;
	}
}

/** From the most severe; nobody knows how bad an unknown one is. */
export const severities: readonly Severity[] = [
	"unknown",
	"high",
	"medium",
	"low",
	"informational",
	"unspecified",
	"notGiven",
];

/** The severities that occur, from the most severe, with how often. */
export function counted(counts: Severities): { severity: Severity; count: number }[] {
	return severities
		.map((severity) => ({ severity, count: counts[severity] }))
		.filter(({ count }) => count > 0);
}
