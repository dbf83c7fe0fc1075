import type { About } from "../ipc/about";
import type {
	AlertDetail,
	AlertRow,
	Answer,
	Check,
	CheckOutcome,
	Connected,
	Counts,
	DigestKind,
	ErrorCode,
	EvidencePart,
	EvidenceRow,
	Fact,
	Forgotten,
	FoundTenant,
	Head,
	HistoryRow,
	Intake,
	ItemRow,
	KnownAccount,
	LeftOut,
	Lookup,
	Mention,
	Network,
	NotReadReason,
	Organisation,
	Passport,
	Phase,
	Preferences,
	Reading,
	Registration,
	Role,
	Session,
	Severities,
	Severity,
	Shown,
	ShownAccount,
	Sums,
	UserError,
} from "../ipc/view";
import { severities, stateOf } from "../state/item";

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

export const noSeverities: Severities = {
	high: 0,
	medium: 0,
	low: 0,
	informational: 0,
	unspecified: 0,
	notGiven: 0,
	unknown: 0,
};

export function answer(parts: Partial<Answer> = {}): Answer {
	return {
		incomplete: null,
		alerts: 0,
		open: 0,
		severities: noSeverities,
		highestOpen: null,
		unknownOpen: { alerts: 0, words: [], more: 0 },
		devices: 0,
		deviceNames: [],
		lastActivity: null,
		assignees: [],
		people: parts.assignees?.length ?? 0,
		unassigned: 0,
		provenance: {
			realm: "practice",
			host: "127.0.0.1:41873",
			account: shown("mira.kovac@alderbrook.example"),
			tenant: shown("7d1f3c52-0000-4000-8000-5a0b6c7d8e9f"),
			at: now - 2 * minute,
			kept: false,
			requests: [],
		},
		...parts,
	};
}

/** The same answer as it was kept, so many minutes ago. */
export function kept(given: Answer, minutes: number): Answer {
	return { ...given, provenance: { ...given.provenance, at: now - minutes * minute, kept: true } };
}

export function lookup(phase: Phase, given: Answer | null = null, failure: UserError | null = null): Lookup {
	return { phase, answer: given, failure };
}

export const read: Reading = { kind: "read", earlier: null };

let items = 0;
export function item(name: string, parts: Partial<ItemRow> = {}): ItemRow {
	items += 1;
	return {
		id: items,
		name: shown(name),
		place: shown("/home/mira/Downloads"),
		throughLink: false,
		mention: null,
		size: 214_016,
		sha1: "6532ec91d513acc05f43ee0aa3002599729fd3e1",
		streams: [],
		sameContent: 0,
		reading: read,
		lookup: null,
		...parts,
	};
}

/** A digest that a text named: in line 12 of the pasted text, where nothing else is said. */
export function named(
	kind: DigestKind,
	mention: Partial<Mention> = {},
	parts: Partial<ItemRow> = {},
): ItemRow {
	const digits = { sha1: 40, sha256: 64, md5: 32 }[kind];
	const digest = "6532ec91d513acc05f43ee0aa3002599729fd3e1c0ffee00decade1150facade".slice(0, digits);
	return item(digest, {
		place: null,
		mention: { kind, text: null, line: 12, note: null, ...mention },
		size: null,
		sha1: kind === "sha1" ? digest : null,
		reading: null,
		...parts,
	});
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
	const device = parts.device === undefined ? shown("pc-17.alderbrook.example") : parts.device;
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
		device,
		deviceGroup: shown("Workstations"),
		lastActivity: { at: now - 119 * minute, created: false },
		pages: ["alert", "incident", "device"],
		copies: [
			...(title === null ? [] : (["title"] as const)),
			"id",
			...(device === null ? [] : (["device"] as const)),
			"user",
			"markdown",
			"json",
			"csv",
		],
		readAt: now - 2 * minute,
		...parts,
	};
}

export const detail: AlertDetail = {
	epoch: 1,
	id: shown("da637293198142561923_-1432938810"),
	description: shown(
		"A process started from a mail attachment ran an encoded PowerShell command that fetched a second file.\nThe parent was renamed to look like a system process.",
	),
	category: shown("Execution"),
	techniques: [
		{
			id: shown("T1059.001"),
			name: "Command and Scripting Interpreter: PowerShell",
			tactics: ["Execution"],
			standing: "current",
			page: true,
		},
		{ id: shown("T9999"), name: null, tactics: [], standing: null, page: true },
	],
	detectionSource: shown("WindowsDefenderAtp"),
	threat: shown("Trojan:Win32/Example.A"),
	threatFamily: shown("Example"),
	machine: shown("1e5bc9d7e413ddd7902c2932e418702b84d0cc07"),
	user: shown("ALDERBROOK\\lea.m"),
	loggedOn: [shown("ALDERBROOK\\lea.m"), shown("ALDERBROOK\\svc-print")],
	tenant: shown("7d1f3c52-0000-4000-8000-5a0b6c7d8e9f"),
	moments: [
		{ kind: "firstEvent", at: now - 125 * minute },
		{ kind: "lastEvent", at: now - 119 * minute },
		{ kind: "created", at: now - 118 * minute },
		{ kind: "updated", at: now - 91 * minute },
	],
	assignedTo: shown("t.lindqvist@alderbrook.example"),
	investigationState: shown("UnsupportedAlertType"),
	investigation: shown("118"),
	incident: shown("1126093"),
	comments: [
		{
			text: shown("Asked Lea about the mail.\nShe opened it at 13:58."),
			author: shown("t.lindqvist@alderbrook.example"),
			at: now - 60 * minute,
		},
	],
	evidence: [
		{ kind: shown("Process"), rows: 2 },
		{ kind: shown("File"), rows: 1 },
		{ kind: shown("Url"), rows: 1 },
	],
	other: [
		["detectorId", "17e10bbc-3a68-474a-8aad-faef14d43952"],
		["domains 1 · host", "‹U+200B›files.example"],
	].map(([name, value]) => ({ name: shown(name ?? ""), value: shown(value ?? "") })),
	leftOut: 0,
};

export function evidence(index: number, parts: Partial<EvidenceRow> = {}): EvidenceRow {
	const row = bareEvidence(index, parts);
	const texts = ["name", "folder", "sha1", "sha256", "commandLine", "value"] as const;
	const copies: EvidencePart[] = texts.filter((part) => row[part] !== null);
	if (row.address) copies.push("defanged");
	if (row.other.length > 0) copies.push("other");
	return { ...row, copies: [...copies, "json", "csv"], ...parts };
}

function bareEvidence(index: number, parts: Partial<EvidenceRow>): EvidenceRow {
	return {
		index,
		kind: shown("Process"),
		ours: false,
		name: shown("powershell.exe"),
		folder: shown("C:\\Windows\\System32\\WindowsPowerShell\\v1.0"),
		value: null,
		address: false,
		sha1: shown("ff836cfb1af40252bd2a2ea843032e99a5b262ed"),
		sha256: null,
		process: shown("5216"),
		commandLine: shown(`powershell -enc ${"SQBFAFgA".repeat(20)}`),
		parentProcess: shown("4120"),
		parentFile: shown("C:\\Temp\\svchost.exe"),
		status: shown("Prevented"),
		at: now - 118 * minute,
		other: [],
		otherLeftOut: 0,
		copies: [],
		...parts,
	};
}

/** The evidence that `detail` counts. */
export const evidenceRows: readonly EvidenceRow[] = [
	evidence(1, {
		ours: true,
		name: shown("svchost.exe"),
		folder: shown("C:\\Temp"),
		commandLine: shown("svchost.exe -q"),
		process: shown("4120"),
		status: shown("Detected"),
	}),
	evidence(0),
	evidence(2, {
		kind: shown("File"),
		name: shown("invoice-4711‹U+202E›fdp.exe"),
		folder: null,
		process: null,
		commandLine: null,
		parentProcess: null,
		parentFile: null,
	}),
	evidence(3, {
		kind: shown("Url"),
		name: null,
		folder: null,
		sha1: null,
		process: null,
		commandLine: null,
		parentProcess: null,
		parentFile: null,
		value: shown("hxxps://files[.]example/update"),
		address: true,
		status: null,
	}),
];

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
	signedOut: { kind: "signedOut", error: null, signedOut: null, tried: null },
	signingIn: {
		kind: "signingIn",
		realm: "practice",
		step: "inBrowser",
		until: now + 4.5 * minute,
		browser: null,
		why: null,
		inAddress: false,
	},
	mira: { kind: "signedIn", account: accounts.mira, keeping: { kind: "kept" } },
	work: { kind: "signedIn", account: accounts.work, keeping: { kind: "kept" } },
	restoring: { kind: "restoring", realm: "practice", locked: false },
	refused: { kind: "signedOut", error: problem("consentMissing"), signedOut: null, tried: null },
	interrupted: { kind: "interrupted", account: accounts.mira, error: problem("sessionEnded") },
	removed: {
		kind: "signedOut",
		tried: null,
		error: null,
		signedOut: { realm: "organisation", removal: { kind: "removed" } },
	},
	notRemoved: {
		kind: "signedOut",
		tried: null,
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
	host: "global",
	domain: "contoso.us",
	permission: "alertRead",
} as const satisfies Organisation;

/** The organisation above, connected. */
export function connected(id = 1, parts: Partial<Organisation> = {}, locked = false): Connected {
	return { id, organisation: { ...organisation, ...parts }, locked };
}

/** An account that is known: the active one, unless it says otherwise. */
export function known(
	handle: number,
	account: ShownAccount,
	parts: Partial<KnownAccount> = {},
): KnownAccount {
	const organisation = account.realm === "practice" ? null : 1;
	return { handle, realm: account.realm, organisation, account, active: true, kept: true, ...parts };
}

export const network: Network = {
	proxy: { kind: "direct" },
	extraCa: null,
	error: null,
	proxyLocked: false,
	caLocked: false,
};

export const foundTenant: FoundTenant = {
	tenant: organisation.tenant,
	domain: organisation.domain,
	cloud: organisation.cloud,
};

export const registration: Registration = {
	portal: shown(`1. Open the portal.\n2. Register an app in ${organisation.tenant}.\n3. Copy its client id.`),
	az: shown(`az ad app create --display-name Droptrace${" --and-so-on".repeat(12)}\naz ad sp create`),
	powerShell: shown("Connect-MgGraph\nNew-MgApplication -DisplayName Droptrace"),
	message: shown("Hello,\nplease give consent to Droptrace in our tenant."),
};

/** A check, with what came of its first steps; the others wait. */
export function check(outcomes: readonly CheckOutcome[], parts: Partial<Check> = {}): Check {
	const kinds = ["discovery", "signIn", "scope", "call"] as const;
	return {
		organisation: 1,
		steps: kinds.map((kind, index) => ({ kind, outcome: outcomes[index] ?? { kind: "waiting" } })),
		running: outcomes.some(({ kind }) => kind === "running"),
		...parts,
	};
}

export const passport: Passport = {
	account: accounts.work,
	rows: [
		{ feature: "whoIsThere", scope: shown("openid profile"), scopeState: "granted", roleState: null },
		{ feature: "staySignedIn", scope: shown("offline_access"), scopeState: "missing", roleState: null },
		{
			feature: "readAlerts",
			scope: shown("Alert.Read"),
			scopeState: "granted",
			roleState: "inferred",
		},
	],
};

export const noCounts: Counts = {
	items: 0,
	unread: 0,
	reading: 0,
	skipped: 0,
	unreadable: 0,
	cancelled: 0,
	unresolved: 0,
	waiting: 0,
	asking: 0,
	alerted: 0,
	noneVisible: 0,
	incomplete: 0,
	failed: 0,
	alerts: 0,
};

export const preferences: Preferences = {
	theme: "system",
	contrast: "system",
	zone: "utc",
	letterKeys: true,
	zoom: 100,
	listWidth: 392,
	guideClosed: true,
	retention: "month",
	freshMinutes: 60,
};

export const noSums: Sums = { found: 0, read: 0, toRead: 0, notRead: [], digests: 0, unresolved: 0 };

export function intake(parts: Partial<Intake> = {}): Intake {
	return { running: false, sums: noSums, leftOut: [], cloud: null, question: null, ...parts };
}

export function head(parts: Partial<Head> = {}): Head {
	return {
		epoch: 1,
		session: sessions.signedOut,
		practice: true,
		organisations: [],
		accounts: [],
		managed: { kind: "none" },
		network,
		check: null,
		counts: noCounts,
		hold: null,
		quotaShared: false,
		history: { kind: "kept" },
		unfinished: null,
		progress: null,
		paused: false,
		intake: intake(),
		arrival: null,
		hovering: null,
		preferences,
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

/** Sums as core would have them for these items, and for what was left out beside them. */
export function sumUp(list: readonly ItemRow[], leftOut: readonly LeftOut[] = []): Sums {
	const sums = { ...noSums };
	const notRead = new Map<NotReadReason, number>();
	const add = (reason: NotReadReason, count: number) =>
		notRead.set(reason, (notRead.get(reason) ?? 0) + count);
	for (const { mention, reading } of list) {
		if (mention !== null) sums[mention.kind === "sha1" ? "digests" : "unresolved"] += 1;
		else if (reading?.kind === "read") sums.read += 1;
		else if (reading?.kind === "cancelled") add("cancelled", 1);
		else if (reading?.kind === "skipped" || reading?.kind === "failed") add(reasonOf(reading.error.code), 1);
		else sums.toRead += 1;
	}
	for (const { reason, count: entries } of leftOut) if (reason !== "textUnread") add(reason, entries);
	sums.notRead = [...notRead].map(([reason, each]) => ({ reason, count: each }));
	sums.found = sums.read + sums.toRead + sums.notRead.reduce((all, each) => all + each.count, 0);
	return sums;
}

function reasonOf(code: ErrorCode): NotReadReason {
	switch (code) {
		case "cloudOnly":
		case "notRegular":
		case "locked":
		case "noPermission":
		case "blocked":
		case "vanished":
		case "changed":
			return code;
		case "emptyFile":
			return "empty";
		default:
			return "unreadable";
	}
}

/** An item with alerts of these severities, all of them open but `resolved`. */
export function alerted(name: string, given: Partial<Severities>, parts: Partial<Answer> = {}): ItemRow {
	const counts = { ...noSeverities, ...given };
	const total = Object.values(counts).reduce((sum, each) => sum + each, 0);
	const highest = severities.find((each) => each !== "unknown" && counts[each] > 0);
	return item(name, {
		lookup: lookup(
			"idle",
			answer({
				alerts: total,
				open: total,
				severities: counts,
				highestOpen: highest ?? null,
				unknownOpen: {
					alerts: counts.unknown,
					words: counts.unknown > 0 ? [shown("Catastrophic")] : [],
					more: 0,
				},
				devices: 1,
				...parts,
			}),
		),
	});
}

/** The lines of an alert's raw text. */
export const rawLines: readonly Shown[] = [
	"{",
	'  "id": "da637293198142561923_-1432938810",',
	'  "incidentId": 1126093,',
	'  "title": "Suspicious PowerShell download by a renamed installer"',
	"}",
].map(shown);

let entries = 0;
/** An entry of the history: seen an hour ago, and answered then without alerts. */
export function entry(name: string, parts: Partial<HistoryRow> = {}): HistoryRow {
	entries += 1;
	return {
		id: entries,
		name: shown(name),
		names: 0,
		place: shown("/home/mira/Downloads"),
		sha1: entries.toString(16).padStart(8, "0").padEnd(40, "c0ffee"),
		seen: now - 60 * minute,
		answer: {
			at: now - 60 * minute,
			alerts: 0,
			open: 0,
			highestOpen: null,
			unknownOpen: 0,
			incomplete: false,
		},
		...parts,
	};
}

/** Everything that there was, removed. */
export const forgotten: Forgotten = {
	answers: 1_204,
	alerts: 318,
	items: 1_310,
	signIns: 2,
	settings: true,
	logs: 3,
	profile: true,
	callsKept: 42,
	failed: [],
};

export const about: About = {
	version: "0.1.0",
	webView: "2.50.6",
	tauri: "2.12.5",
	system: "Debian GNU/Linux 12 (bookworm)",
	architecture: "x86_64",
	desktop: "GNOME, wayland",
	practice: true,
};
