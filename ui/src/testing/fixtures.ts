import type {
	AlertDetail,
	AlertRow,
	Answer,
	Counts,
	ErrorCode,
	Fact,
	Head,
	ItemRow,
	Lookup,
	Phase,
	Reading,
	Role,
	Session,
	Severities,
	Severity,
	Shown,
	ShownAccount,
	UserError,
} from "../ipc/view";
import { stateOf } from "../state/item";

/** 2026-11-24 14:02:11 UTC: the time at which everything here happens. */
export const now = Date.UTC(2026, 10, 24, 14, 2, 11);
const minute = 60_000;

/** A display form; `‹U+202E›` stands for a hidden character. */
export function shown(text: string): Shown {
	const parts = text.split(/‹([^›]+)›/).map((part, index) => ({
		kind: index % 2 === 0 ? ("plain" as const) : ("control" as const),
		text: part,
	}));
	return { parts: parts.filter((part) => part.text !== ""), hidden: 0 };
}

export function problem(code: ErrorCode, facts: Record<string, Fact | string> = {}): UserError {
	const entries = Object.entries(facts).map(([name, fact]) => [
		name,
		typeof fact === "string" ? shown(fact) : fact,
	]);
	return { code, facts: Object.fromEntries(entries) as UserError["facts"] };
}

export const noSeverities: Severities = { high: 0, medium: 0, low: 0, informational: 0, other: 0 };

export function answer(parts: Partial<Answer> = {}): Answer {
	return {
		incomplete: null,
		alerts: 0,
		open: 0,
		severities: noSeverities,
		highestOpen: null,
		devices: 0,
		provenance: {
			realm: "practice",
			host: "127.0.0.1:41873",
			account: shown("mira.kovac@alderbrook.example"),
			tenant: shown("7d1f3c52-0000-4000-8000-5a0b6c7d8e9f"),
			at: now - 2 * minute,
		},
		...parts,
	};
}

export function lookup(phase: Phase, given: Answer | null = null, failure: UserError | null = null): Lookup {
	return { phase, answer: given, failure };
}

export const read: Reading = { kind: "read" };

let items = 0;
export function item(name: string, parts: Partial<ItemRow> = {}): ItemRow {
	items += 1;
	return {
		id: items,
		name: shown(name),
		place: shown("/home/mira/Downloads"),
		size: 214_016,
		sha1: "6532ec91d513acc05f43ee0aa3002599729fd3e1",
		reading: read,
		lookup: null,
		...parts,
	};
}

export const roles = {
	parent: {
		kind: "named",
		parts: [
			{
				part: "parentProcess",
				entity: null,
				name: shown("svchost.exe"),
				folder: shown("C:\\Temp"),
				detection: shown("Detected"),
			},
			{
				part: "file",
				entity: null,
				name: shown("invoice-4711‹U+202E›fdp.exe"),
				folder: null,
				detection: null,
			},
			{ part: "process", entity: null, name: shown("svchost.exe"), folder: null, detection: null },
			{ part: "process", entity: null, name: shown("svchost.exe"), folder: null, detection: null },
		],
	},
	file: {
		kind: "named",
		parts: [
			{
				part: "file",
				entity: null,
				name: shown("invoice-4711‹U+202E›fdp.exe"),
				folder: shown("C:\\Users\\lea.m\\Downloads"),
				detection: shown("Prevented"),
			},
		],
	},
	unknown: {
		kind: "named",
		parts: [{ part: "other", entity: shown("MailMessage"), name: null, folder: null, detection: null }],
	},
	notNamed: { kind: "notNamed" },
	noEvidence: { kind: "noEvidence" },
} as const satisfies Record<string, Role>;

let alerts = 0;
export function alert(severity: Severity, title: string | null, parts: Partial<AlertRow> = {}): AlertRow {
	alerts += 1;
	return {
		alert: alerts,
		severity,
		severityText: null,
		title: title === null ? null : shown(title),
		status: "new",
		statusText: null,
		classification: null,
		determination: null,
		role: roles.file,
		device: shown("pc-17.alderbrook.example"),
		deviceGroup: shown("Workstations"),
		lastActivity: { at: now - 119 * minute, created: false },
		pages: ["alert", "incident", "device"],
		...parts,
	};
}

export const detail: AlertDetail = {
	epoch: 1,
	id: shown("da637293198142561923_-1432938810"),
	description: shown(
		"A process started from a mail attachment ran an encoded PowerShell command that fetched a second file.\nThe parent was renamed to look like a system process.",
	),
	fields: [
		["incidentId", "1126093"],
		["investigationState", "Running"],
		["assignedTo", "t.lindqvist@alderbrook.example"],
		["category", "Execution"],
		["detectionSource", "WindowsDefenderAtp"],
		["threatFamilyName", "null"],
		["mitreTechniques 1", "T1059.001"],
		["evidence 1 · entityType", "Process"],
		["evidence 1 · fileName", "svchost.exe"],
		["evidence 1 · processCommandLine", `svchost.exe -q --config "C:\\Temp\\${"long-".repeat(30)}name.ini"`],
		["evidence 2 · fileName", "invoice-4711‹U+202E›fdp.exe"],
	].map(([name, value]) => ({ name: shown(name ?? ""), value: shown(value ?? "") })),
	leftOut: 0,
};

export const accounts = {
	mira: {
		realm: "practice",
		name: shown("Mira Kovač"),
		signInName: shown("mira.kovac@alderbrook.example"),
		tenant: shown("Alderbrook Instruments"),
		sees: shown("Workstations"),
	},
	work: {
		realm: "organisation",
		name: shown("Ana Ferreira da Silva Montenegro"),
		signInName: shown("ana.ferreira-da-silva-montenegro@contoso.onmicrosoft.com"),
		tenant: shown("7d1f3c52-0000-4000-8000-5a0b6c7d8e9f"),
		sees: null,
	},
	hostile: {
		realm: "organisation",
		name: shown(`‹U+202E›${"Name ".repeat(20)}${"n".repeat(100)}`),
		signInName: shown(`${"s".repeat(200)}@contoso.onmicrosoft.com`),
		tenant: shown(`${"t".repeat(200)}‹U+200B›`),
		sees: shown("Group ".repeat(34)),
	},
} as const satisfies Record<string, ShownAccount>;

export const sessions = {
	signedOut: { kind: "signedOut", error: null, signedOut: null },
	signingIn: {
		kind: "signingIn",
		realm: "practice",
		step: "inBrowser",
		until: now + 4.5 * minute,
		browser: null,
	},
	mira: { kind: "signedIn", account: accounts.mira, keeping: { kind: "kept" } },
	work: { kind: "signedIn", account: accounts.work, keeping: { kind: "kept" } },
	restoring: { kind: "restoring", realm: "practice", locked: false },
	interrupted: { kind: "interrupted", account: accounts.mira, error: problem("sessionEnded") },
	removed: {
		kind: "signedOut",
		error: null,
		signedOut: { realm: "organisation", removal: { kind: "removed" } },
	},
	notRemoved: {
		kind: "signedOut",
		error: null,
		signedOut: {
			realm: "organisation",
			removal: { kind: "notRemoved", error: problem("keyringRefused", { detail: "AccessDenied" }) },
		},
	},
} as const satisfies Record<string, Session>;

export const organisation = {
	cloud: "gccHigh",
	tenant: "7d1f3c52-0000-4000-8000-5a0b6c7d8e9f",
	client: "0a9b8c7d-0000-4000-8000-1234567890ab",
} as const;

export const noCounts: Counts = {
	items: 0,
	unread: 0,
	reading: 0,
	skipped: 0,
	unreadable: 0,
	waiting: 0,
	asking: 0,
	alerted: 0,
	noneVisible: 0,
	incomplete: 0,
	failed: 0,
	alerts: 0,
};

export function head(parts: Partial<Head> = {}): Head {
	return {
		epoch: 1,
		session: sessions.signedOut,
		practice: true,
		organisation: null,
		counts: noCounts,
		hold: null,
		hovering: null,
		practiceFolder: null,
		notices: [],
		...parts,
	};
}

/** Counts as core would for these items. */
export function count(list: readonly ItemRow[]): Counts {
	const counts = { ...noCounts, items: list.length };
	for (const each of list) {
		const { kind } = stateOf(each);
		counts[kind === "retrying" ? "waiting" : kind] += 1;
		counts.alerts += each.lookup?.answer?.alerts ?? 0;
	}
	return counts;
}

/** An item with alerts of these severities, all of them open but `resolved`. */
export function alerted(name: string, severities: Partial<Severities>, parts: Partial<Answer> = {}): ItemRow {
	const counts = { ...noSeverities, ...severities };
	const total = Object.values(counts).reduce((sum, each) => sum + each, 0);
	const highest = (["high", "medium", "low", "informational", "other"] as const).find(
		(each) => counts[each] > 0,
	);
	return item(name, {
		lookup: lookup(
			"idle",
			answer({
				alerts: total,
				open: total,
				severities: counts,
				highestOpen: highest ?? null,
				devices: 1,
				...parts,
			}),
		),
	});
}
