import type { AlertDetail, AlertRow, EvidenceRow, Head, ItemId, ItemRow, Shown } from "../ipc/view";
import { alert, alerted, detail, evidence, evidenceRows, head, roles, sessions, shown } from "./fixtures";

/** A world whose alerts all have these details. */
interface CardWorld {
	readonly head: Head;
	readonly items: readonly ItemRow[];
	readonly alerts: ReadonlyMap<ItemId, readonly AlertRow[]>;
	readonly detail: AlertDetail;
	readonly evidence: readonly EvidenceRow[];
	readonly raw: readonly Shown[];
}

const many = 3_000;

/** A detail of which the answer gave nothing. */
export const bareDetail: AlertDetail = {
	epoch: 1,
	id: null,
	description: null,
	category: null,
	techniques: [],
	detectionSource: null,
	threat: null,
	threatFamily: null,
	machine: null,
	user: null,
	loggedOn: [],
	tenant: null,
	moments: [],
	assignedTo: null,
	investigationState: null,
	investigation: null,
	incident: null,
	comments: [],
	evidence: [],
	other: [],
	leftOut: 0,
};

/** An alert of which the answer gave nothing. */
export const bareAlert = (): AlertRow =>
	alert("notGiven", null, {
		status: "other",
		role: roles.noEvidence,
		device: null,
		deviceGroup: null,
		lastActivity: null,
		pages: [],
		copies: ["markdown", "json", "csv"],
	});

const attack = `<img src=x onerror=alert(1)>‹U+202E›${"x".repeat(300)}`;

/** A detail of which every text is an attack. */
export const hostileDetail: AlertDetail = {
	...detail,
	id: shown(attack),
	description: shown(attack),
	category: shown(attack),
	techniques: [{ id: shown(attack), name: null, tactics: [], standing: null, page: false }],
	detectionSource: shown(attack),
	threat: shown(attack),
	user: shown(attack),
	loggedOn: [shown(attack)],
	assignedTo: shown(attack),
	investigationState: shown(attack),
	comments: [{ text: shown(attack), author: shown(attack), at: null }],
	evidence: Array.from({ length: 24 }, (_, index) => ({ kind: shown(`${attack}${index}`), rows: 1 })),
	other: [{ name: shown(attack), value: shown(attack) }],
	leftOut: 2,
};

const hostileEvidence = Array.from({ length: 24 }, (_, index) =>
	evidence(index, {
		kind: shown(`${attack}${index}`),
		name: shown(attack),
		folder: shown(attack),
		sha1: shown(attack),
		process: shown(attack),
		commandLine: shown(attack.repeat(8)),
		parentFile: shown(attack),
		status: shown(attack),
		other: [{ name: shown(attack), value: shown(attack) }],
	}),
);

function world(
	parts: Partial<Omit<CardWorld, "alerts">> & { readonly cards: readonly AlertRow[] },
): CardWorld {
	const file = alerted("invoice-4711‹U+202E›fdp.exe", { high: 1 }, { alerts: parts.cards.length });
	return {
		head: head({ session: sessions.mira }),
		items: [file],
		detail,
		evidence: evidenceRows,
		raw: Array.from({ length: many }, (_, index) => shown(`  "field${index}": "value ${index}",`)),
		...parts,
		alerts: new Map([[file.id, parts.cards]]),
	};
}

const card = (severity: "high" | "informational" = "high") =>
	alert(severity, "Suspicious PowerShell download by a renamed installer", { role: roles.parent });

/** Alerts in full, in every way in which they differ. */
export const cardWorlds = {
	card: world({ cards: [card(), card("informational")] }),
	"card-much": world({
		cards: [card()],
		detail: {
			...detail,
			evidence: [
				{ kind: shown("Process"), rows: many - 20 },
				{ kind: shown("File"), rows: 15 },
				{ kind: null, rows: 5 },
			],
		},
		evidence: Array.from({ length: many }, (_, index) =>
			evidence(index, {
				ours: index === 0,
				kind: index < many - 20 ? shown("Process") : index < many - 5 ? shown("File") : null,
				commandLine: shown(`powershell -enc ${"SQBFAFgA".repeat(1 + ((index * 37) % 60))}`),
			}),
		),
	}),
	"card-odd": world({
		cards: [alert("unknown", "An alert of a severity nobody knows", { severityText: shown("Catastrophic") })],
		detail: {
			...detail,
			techniques: [
				{
					id: shown("T1043"),
					name: "Commonly Used Port",
					tactics: ["Command and Control"],
					standing: "deprecated",
					page: true,
				},
				{
					id: shown("T1186"),
					name: "Process Doppelgänging",
					tactics: ["Defense Evasion"],
					standing: "revoked",
					page: true,
				},
			],
		},
		evidence: [
			evidence(0, {
				commandLine: shown("powershell -c iwr http://files.example/update"),
				copies: ["name", "commandLine", "commandLineDefanged", "other", "json", "csv"],
				other: [{ name: shown("processCreationTime"), value: shown("2026-11-24T12:00:00Z") }],
				otherLeftOut: 3,
			}),
		],
	}),
	"card-bare": world({ cards: [bareAlert()], detail: bareDetail, evidence: [] }),
	"card-hostile": world({
		cards: [alert("high", attack, { device: shown(attack), deviceGroup: shown(attack) })],
		detail: hostileDetail,
		evidence: hostileEvidence,
	}),
} satisfies Record<string, CardWorld>;
