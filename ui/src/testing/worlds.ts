import type {
	AlertDetail,
	AlertRow,
	ErrorCode,
	EvidenceRow,
	Forgotten,
	Head,
	HistoryRow,
	Intake,
	ItemId,
	ItemRow,
	Passport,
	Progress,
	Question,
	Session,
	Shown,
	Sums,
} from "../ipc/view";
import { cardWorlds } from "./cards";
import {
	accounts,
	alert,
	alerted,
	answer,
	check,
	connected,
	entry,
	forgotten,
	head,
	intake,
	item,
	kept,
	known,
	lookup,
	named,
	noSeverities,
	noSums,
	now,
	preferences,
	problem,
	roles,
	sessions,
	shown,
} from "./fixtures";
import { organisationWorlds } from "./organisations";

const organisations = [connected()];

export interface NamedWorld {
	readonly head: Head;
	readonly items: readonly ItemRow[];
	readonly alerts: ReadonlyMap<ItemId, readonly AlertRow[]>;
	/** What every alert has behind it; the usual where it is left out. */
	readonly detail?: AlertDetail;
	readonly evidence?: readonly EvidenceRow[];
	readonly raw?: readonly Shown[];
	readonly history?: readonly HistoryRow[];
	readonly forgotten?: Forgotten;
	readonly passport?: Passport;
}

/** The SHA-1 of nothing. */
const emptyDigest = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

const minute = 60_000;
const hour = 60 * minute;

const invoice = alerted(
	"invoice-4711‹U+202E›fdp.exe",
	{ high: 1, medium: 2 },
	{
		open: 2,
		devices: 2,
		deviceNames: ["pc-17.alderbrook.example", "pc-22.alderbrook.example"].map(shown),
		lastActivity: { at: now - 119 * minute, created: false },
		assignees: [shown("t.lindqvist@alderbrook.example")],
		unassigned: 1,
	},
);

const invoiceAlerts: readonly AlertRow[] = [
	alert("high", "Suspicious PowerShell download by a renamed installer", { role: roles.parent }),
	alert("medium", "Executable with a misleading name was launched from a mail archive", {
		status: "inProgress",
		device: shown("pc-22.alderbrook.example"),
		lastActivity: { at: now - 5 * hour, created: false },
	}),
	alert("medium", "Attempt to turn off Microsoft Defender Antivirus protection", {
		status: "resolved",
		classification: shown("TruePositive"),
		determination: shown("Malware"),
		role: roles.notNamed,
		lastActivity: { at: now - 12 * 24 * hour, created: true },
	}),
];

/** Every severity and every gap, on one file. */
const oddAlerts: readonly AlertRow[] = [
	alert("low", "Possibly unwanted software was installed", {
		status: "resolved",
		classification: shown("FalsePositive"),
		role: roles.unknown,
	}),
	alert("informational", "Defender Antivirus blocked a known file before it ran", { role: roles.noEvidence }),
	alert("unknown", null, {
		severityText: shown("Catastrophic"),
		status: "other",
		statusText: shown("Parked"),
		device: null,
		deviceGroup: null,
		lastActivity: null,
		role: roles.notNamed,
	}),
	alert("high", `<img src=x onerror=alert(1)> ${"A title that goes on and on, ".repeat(8)}‹U+202E›end`, {
		device: shown(`a-device-with-a-very-long-name-${"x".repeat(80)}.alderbrook.example`),
		lastActivity: { at: now - 400 * 24 * hour, created: false },
	}),
];
const odd = alerted(
	"toolbar_setup.msi",
	{ high: 1, low: 1, informational: 1, unknown: 1 },
	{
		open: 3,
		devices: 3,
		deviceNames: [
			`a-device-with-a-very-long-name-${"x".repeat(80)}.alderbrook.example`,
			"pc-17",
			"pc-22",
		].map(shown),
		lastActivity: { at: now - 400 * 24 * hour, created: false },
		unassigned: 3,
	},
);

export const batch: readonly ItemRow[] = [
	invoice,
	odd,
	alerted(
		"backup run.ps1",
		{ medium: 1, informational: 1 },
		{
			deviceNames: [shown("pc-22.alderbrook.example")],
			lastActivity: { at: now - 3 * 24 * hour, created: false },
			unassigned: 2,
		},
	),
	alerted(
		"old-toolbar.exe",
		{ low: 1 },
		{
			open: 0,
			highestOpen: null,
			deviceNames: [shown("10.20.30.40")],
			lastActivity: { at: now - 12 * 24 * hour, created: true },
		},
	),
	item("Quarterly report.xlsx", { lookup: lookup("idle", answer()), size: 1_482_113 }),
	item("7zr.exe", { lookup: lookup("asking", answer()) }),
	item("résumé – Jiří.pdf", {
		lookup: lookup("idle", answer({ incomplete: problem("pageMissing", { page: 2 }), alerts: 0 })),
	}),
	item("loader.bin", {
		lookup: lookup(
			"idle",
			answer({
				incomplete: problem("linkRefused", { page: 1 }),
				alerts: 1,
				open: 1,
				severities: { ...noSeverities, high: 0, medium: 1 },
				highestOpen: "medium",
				devices: 1,
			}),
		),
	}),
	item("driver.sys", {
		lookup: lookup(
			"idle",
			null,
			problem("roleMissing", { message: "The user has no role", request: "5c1f-09" }),
		),
	}),
	item("agent.dll", {
		lookup: lookup(
			"idle",
			answer({
				alerts: 1,
				open: 1,
				severities: { ...noSeverities, high: 1, medium: 0 },
				highestOpen: "high",
				devices: 1,
			}),
			problem("offline", { host: "api.securitycenter.microsoft.com" }),
		),
	}),
	item("disk-image.iso", { sha1: null, size: 4_700_372_992, reading: { kind: "reading", percent: 38 } }),
	item("sample-09.bin", { lookup: lookup("waiting") }),
	item("sample-10.bin", { lookup: lookup("asking") }),
	item("sample-11.bin", { lookup: lookup("retrying", null, problem("serverError", { status: 503 })) }),
	item("next.zip", { sha1: null, size: null, reading: { kind: "waiting" } }),
	item("loader.tmp", { sha1: null, reading: { kind: "failed", error: problem("blocked") } }),
	item("ledger.xlsx", { sha1: null, reading: { kind: "failed", error: problem("locked") } }),
	item("site plan.dwg", {
		sha1: null,
		size: 2_300_000_000,
		reading: { kind: "skipped", error: problem("cloudOnly") },
	}),
	item("Photos", { sha1: null, size: null, reading: { kind: "skipped", error: problem("notRegular") } }),
	item("archive.7z", { sha1: null, reading: { kind: "cancelled" } }),
	item("sample-12.bin", { lookup: lookup("idle") }),
	item("setup.exe", {
		throughLink: true,
		place: shown("/home/mira/case 4711/latest"),
		streams: [
			{ name: shown("Zone.Identifier"), size: 26 },
			{ name: shown("‹U+202E›lave"), size: 48_128 },
		],
		lookup: lookup("idle", answer()),
	}),
	named("sha1", { line: 1 }, { lookup: lookup("idle", answer()) }),
	named("sha256", { text: shown("report.txt") }),
	named("md5", {
		text: shown("indicators ‹U+202E›vsc.csv"),
		line: 41_022,
		note: shown(`${"A note of a table's row that goes on and on, ".repeat(8)}<b>‹U+202E›end`),
	}),
	named(
		"sha1",
		{ text: shown("report.txt"), line: 7 },
		{
			name: shown(emptyDigest),
			sha1: emptyDigest,
			reading: { kind: "skipped", error: problem("emptyDigest") },
		},
	),
];

const alerts = new Map([
	[invoice.id, invoiceAlerts],
	[odd.id, oddAlerts],
	...batch
		.slice(2)
		.map((row): [ItemId, AlertRow[]] => [
			row.id,
			[alert(row.lookup?.answer?.highestOpen ?? "low", "A service was installed from a user's folder")].slice(
				0,
				row.lookup?.answer?.alerts ?? 0,
			),
		]),
]);

const leftOut: Intake["leftOut"] = [
	{
		reason: "link",
		count: 3,
		first: ["/home/mira/case 4711/latest", "/home/mira/case 4711/‹U+202E›gpj.tsal", "/home/mira/old"].map(
			shown,
		),
	},
	{ reason: "notRegular", count: 1, first: [shown("/home/mira/case 4711/run/agent.sock")] },
	{
		reason: "unreadable",
		count: 12,
		first: Array.from({ length: 5 }, (_, index) => shown(`/home/mira/case 4711/mail ${index + 1}/locked`)),
	},
	{ reason: "tooMany", count: 1_204, first: [] },
	{ reason: "cancelled", count: 1, first: [shown("/home/mira/case 4711/last")] },
];
/** Every reason, each as often as there are. */
const everySum: Sums = {
	found: 41_139,
	read: 40_870,
	toRead: 0,
	notRead: [
		{ reason: "cloudOnly", count: 12 },
		{ reason: "empty", count: 7 },
		{ reason: "link", count: 1 },
		{ reason: "notRegular", count: 140 },
		{ reason: "locked", count: 2 },
		{ reason: "noPermission", count: 31 },
		{ reason: "blocked", count: 1 },
		{ reason: "vanished", count: 4 },
		{ reason: "changed", count: 1 },
		{ reason: "unreadable", count: 3 },
		{ reason: "cancelled", count: 5 },
		{ reason: "tooMany", count: 60 },
		{ reason: "declined", count: 2 },
	],
	digests: 1_204,
	unresolved: 30,
};
const huge = {
	id: 1,
	about: {
		kind: "huge",
		items: 131_072,
		bytes: 61_400_000_000,
		counting: true,
		lookups: 131_072,
		seconds: 314_572,
	},
} as const satisfies Question;
const servers: Question = {
	id: 2,
	about: {
		kind: "server",
		paths: 12,
		first: [
			"\\\\fs-04.alderbrook.example\\cases\\4711\\invoice.exe",
			"\\\\203.0.113.7\\share\\‹U+202E›fdp.exe",
			`\\\\files\\${"deep\\".repeat(30)}end`,
			"\\\\fs-04\\a",
			"\\\\fs-04\\b",
		].map(shown),
	},
};
const reading: Progress = { file: shown("disk-image.iso"), percent: 38, rate: 412_000_000, left: 95 };

const mira = { session: sessions.mira, practiceFolder: shown("/home/mira/Droptrace practice files") };
const waiting = batch.map((row) => ({ ...row, lookup: row.sha1 === null ? null : lookup("waiting") }));

/** The same batch, asked in an organisation. */
const atWork = batch.map((row) => {
	if (row.lookup === null || row.lookup.answer === null) return row;
	const provenance = {
		...row.lookup.answer.provenance,
		realm: "organisation" as const,
		host: "api.securitycenter.microsoft.com",
		account: accounts.work.signInName,
	};
	return { ...row, lookup: { ...row.lookup, answer: { ...row.lookup.answer, provenance } } };
});

const hostile = `‹U+202E›<b>${"x".repeat(200)}`;
const signedOut = (code: ErrorCode) =>
	({ kind: "signedOut", error: problem(code), signedOut: null, tried: null }) as const satisfies Session;
const notKept = (code: ErrorCode, facts: Record<string, string> = {}) =>
	({
		...sessions.mira,
		keeping: { kind: "notKept", error: problem(code, facts) },
	}) as const satisfies Session;

/** The batch as it was kept: answered between 25 minutes and two days ago. */
const keptBatch = batch.map((row, index) => {
	if (row.lookup === null || row.lookup.answer === null) return row;
	const given = kept(row.lookup.answer, 25 + index * index * 7);
	const requests =
		index === 0
			? [shown("5c1f09aa-0000-4000-8000-aa11bb22cc33")]
			: Array.from({ length: index * 2 }, (_, page) => shown(`5c1f09aa-0000-4000-8000-${page}0000000000`));
	const answered = { ...given, provenance: { ...given.provenance, requests } };
	return { ...row, lookup: { ...row.lookup, answer: answered } };
});

const summary = (alerts: number, parts: Partial<NonNullable<HistoryRow["answer"]>> = {}) => ({
	at: now - 25 * minute,
	alerts,
	open: alerts,
	highestOpen: null,
	unknownOpen: 0,
	incomplete: false,
	...parts,
});

/** Every kind of entry. */
const history: readonly HistoryRow[] = [
	entry("invoice-4711‹U+202E›fdp.exe", {
		names: 2,
		seen: now - 25 * minute,
		answer: summary(3, { open: 2, highestOpen: "high" }),
	}),
	entry("Quarterly report.xlsx", { seen: now - 26 * minute }),
	entry("old-toolbar.exe", {
		seen: now - 3 * hour,
		answer: summary(1, { open: 0, at: now - 3 * hour }),
	}),
	entry("resume – Jiří.pdf", { answer: summary(0, { incomplete: true, at: now - 5 * hour }) }),
	entry("loader.bin", {
		answer: summary(1, { incomplete: true, highestOpen: "medium", at: now - 26 * hour }),
	}),
	entry("toolbar_setup.msi", {
		names: 1,
		answer: summary(4, { unknownOpen: 1, highestOpen: "high", at: now - 49 * hour }),
	}),
	entry("week 32 update.txt", { answer: null, seen: now - 6 * 24 * hour }),
	entry("da39a3ee5e6b4b0d3255bfef95601890afd80708", { place: null, seen: now - 29 * 24 * hour }),
	entry(`<img src=x onerror=alert(1)>‹U+202E›${"a name that goes on and on ".repeat(12)}`, {
		names: 1_204,
		place: shown(`/home/mira/${"deep/".repeat(60)}‹U+200B›end`),
		seen: now - 29 * 24 * hour,
		answer: summary(12_000, { open: 11_999, unknownOpen: 3, at: now - 29 * 24 * hour }),
	}),
];
const unfinished = { began: now - 23 * hour, items: 312, unread: 40, unasked: 120 } as const;
const memory = (code: ErrorCode, facts: Record<string, string> = {}) =>
	({ kind: "memory", error: problem(code, facts) }) as const satisfies Head["history"];

/** The whole window in each of its states. */
export const worlds = {
	welcome: { head: head(), items: [], alerts },
	connected: { head: head({ organisations }), items: [], alerts },
	"connected-in-europe": {
		head: head({ organisations: [connected(1, { cloud: "commercial", host: "eu" })] }),
		items: [],
		alerts,
	},
	"sign-in-ended": {
		head: head({
			organisations,
			session: {
				kind: "signedOut",
				tried: null,
				signedOut: null,
				error: problem("consentMissing", {
					error: "access_denied",
					number: 65001,
					correlation: "3c5d8f1e-0000-4000-8000-aa11bb22cc33",
					time: "2026-11-24 14:01:58Z",
				}),
			},
		}),
		items: [],
		alerts,
	},
	"signing-in": { head: head({ session: sessions.signingIn }), items: [], alerts },
	"signing-in-at-work": {
		head: head({
			organisations,
			session: { ...sessions.signingIn, realm: "organisation", browser: problem("browserNotOpened") },
		}),
		items: [],
		alerts,
	},
	"finishing-sign-in": {
		head: head({ session: { ...sessions.signingIn, step: "exchanging" } }),
		items: [],
		alerts,
	},
	empty: { head: head({ session: sessions.mira }), items: [], alerts },
	"empty-at-work": { head: head({ session: sessions.work, organisations }), items: [], alerts },
	"practice-files": { head: head(mira), items: [], alerts },
	work: { head: head({ session: sessions.mira }), items: batch, alerts },
	"at-work": { head: head({ session: sessions.work, organisations }), items: atWork, alerts },
	throttled: {
		head: head({ ...mira, hold: { kind: "throttled", until: now + 42_000 } }),
		items: batch,
		alerts,
	},
	quota: {
		head: head({ session: sessions.mira, hold: { kind: "quota", until: now + 26 * minute } }),
		items: batch,
		alerts,
	},
	"quota-shared": {
		head: head({
			session: sessions.work,
			organisations,
			hold: { kind: "quota", until: now + 26 * minute },
			quotaShared: true,
			progress: { file: null, percent: 0, rate: null, left: 95 * 60 },
		}),
		items: atWork,
		alerts,
	},
	"throttled-shared": {
		head: head({
			session: sessions.work,
			organisations,
			hold: { kind: "throttled", until: now + 42_000 },
			quotaShared: true,
			progress: { file: null, percent: 0, rate: null, left: 42 * 60 },
		}),
		items: atWork,
		alerts,
	},
	kept: { head: head({ session: sessions.mira }), items: keptBatch, alerts },
	"kept-asked-again": {
		head: head({ session: sessions.mira }),
		items: keptBatch.map((row) =>
			row.lookup?.answer == null
				? row
				: { ...row, lookup: { ...row.lookup, phase: "asking" as const, failure: null } },
		),
		alerts,
	},
	unfinished: { head: head({ session: sessions.mira, unfinished }), items: [], alerts },
	"unfinished-at-work": {
		head: head({ session: sessions.work, organisations, unfinished: { ...unfinished, unread: 0 } }),
		items: [],
		alerts,
	},
	"unfinished-beside": {
		head: head({ session: sessions.mira, unfinished: { ...unfinished, items: 100_000, unasked: 99_960 } }),
		items: batch,
		alerts,
	},
	history: { head: head({ session: sessions.mira }), items: batch, alerts, history },
	"history-none": { head: head({ session: sessions.mira }), items: [], alerts },
	"history-off": {
		head: head({
			session: sessions.mira,
			history: { kind: "off" },
			preferences: { ...preferences, retention: "off" },
		}),
		items: batch,
		alerts,
		history: history.slice(0, 2),
	},
	"history-opening": {
		head: head({ session: sessions.mira, history: { kind: "opening" } }),
		items: [],
		alerts,
	},
	"history-memory": {
		head: head({ session: sessions.mira, history: memory("journalUnavailable", { detail: hostile }) }),
		items: batch,
		alerts,
		history,
	},
	"history-memory-not-kept": {
		head: head({ session: notKept("keyringNone"), history: memory("keyringNone") }),
		items: batch,
		alerts,
		history,
	},
	"history-hostile": {
		head: head({ session: sessions.mira }),
		items: batch,
		alerts,
		history: history.slice(-3),
	},
	"history-long": {
		head: head({ session: sessions.work, organisations }),
		items: atWork,
		alerts,
		history: Array.from({ length: 10_000 }, (_, index) => ({
			...(history[index % history.length] as HistoryRow),
			id: 10_000 + index,
		})),
	},
	forgotten: { head: head({ session: sessions.mira }), items: batch, alerts, forgotten },
	"forgotten-in-part": {
		head: head({ session: sessions.mira }),
		items: batch,
		alerts,
		forgotten: {
			...forgotten,
			signIns: 1,
			profile: false,
			failed: [problem("profileNotForgotten"), problem("signInsNotForgotten", { detail: hostile })],
		},
	},
	"forgotten-nothing": {
		head: head(),
		items: [],
		alerts,
		forgotten: {
			answers: 0,
			alerts: 0,
			items: 0,
			signIns: 0,
			settings: false,
			logs: 0,
			profile: false,
			callsKept: 0,
			failed: [],
		},
	},
	"waiting-for-sign-in": { head: head({ hold: { kind: "signedOut" } }), items: waiting, alerts },
	restoring: { head: head({ session: sessions.restoring }), items: [], alerts },
	"restoring-at-work": {
		head: head({ session: { ...sessions.restoring, realm: "organisation" }, organisations }),
		items: [],
		alerts,
	},
	"restoring-with-files": {
		head: head({ session: sessions.restoring, hold: { kind: "signedOut" } }),
		items: waiting,
		alerts,
	},
	locked: { head: head({ session: { ...sessions.restoring, locked: true } }), items: [], alerts },
	"locked-with-files": {
		head: head({
			session: { kind: "restoring", realm: "organisation", locked: true },
			organisations,
			hold: { kind: "signedOut" },
		}),
		items: waiting,
		alerts,
	},
	"no-keyring": { head: head({ organisations, session: signedOut("keyringNone") }), items: [], alerts },
	"keyring-with-files": {
		head: head({ session: signedOut("keyringSilent"), hold: { kind: "signedOut" } }),
		items: waiting,
		alerts,
	},
	"sign-in-damaged": { head: head({ session: signedOut("keyringDamaged") }), items: [], alerts },
	"not-kept": { head: head({ session: notKept("keyringNone") }), items: batch, alerts },
	"not-kept-at-work": {
		head: head({
			session: { ...notKept("signInFilesFailed", { detail: hostile }), account: accounts.hostile },
			organisations,
		}),
		items: atWork,
		alerts,
	},
	"not-kept-empty": {
		head: head({ session: { ...notKept("nothingToKeep"), account: accounts.work }, organisations }),
		items: [],
		alerts,
	},
	saving: {
		head: head({ session: { ...sessions.mira, keeping: { kind: "saving" } } }),
		items: batch,
		alerts,
	},
	interrupted: {
		head: head({ session: sessions.interrupted, hold: { kind: "interrupted" } }),
		items: batch,
		alerts,
	},
	"interrupted-at-work": {
		head: head({
			session: {
				kind: "interrupted",
				account: accounts.hostile,
				error: problem("sessionRevoked", {
					error: "invalid_grant",
					number: 50173,
					correlation: "3c5d8f1e-0000-4000-8000-aa11bb22cc33",
					message: hostile,
				}),
			},
			organisations,
			hold: { kind: "interrupted" },
		}),
		items: atWork,
		alerts,
	},
	"interrupted-empty": { head: head({ session: sessions.interrupted }), items: [], alerts },
	"signed-out": { head: head({ organisations, session: sessions.removed }), items: [], alerts },
	"signing-out": {
		head: head({
			organisations,
			session: { ...sessions.removed, signedOut: { realm: "organisation", removal: { kind: "removing" } } },
		}),
		items: [],
		alerts,
	},
	"signed-out-of-practice": {
		head: head({
			session: { ...sessions.removed, signedOut: { realm: "practice", removal: { kind: "removed" } } },
		}),
		items: [],
		alerts,
	},
	"sign-out-failed": { head: head({ organisations, session: sessions.notRemoved }), items: [], alerts },
	"sign-out-failed-with-files": {
		head: head({ session: sessions.notRemoved, hold: { kind: "signedOut" } }),
		items: waiting,
		alerts,
	},
	notices: {
		head: head({
			session: sessions.mira,
			notices: [
				{ id: 1, error: problem("settingsBroken", { file: "settings.broken.json" }) },
				{ id: 2, error: problem("noDigestInText") },
			],
		}),
		items: batch,
		alerts,
	},
	hovering: {
		head: head({ session: sessions.mira, hovering: { files: 3, folders: 0, first: shown("invoice.zip") } }),
		items: batch,
		alerts,
	},
	"hovering-folders": {
		head: head({ ...mira, hovering: { files: 3, folders: 1, first: shown("invoice‹U+202E›.zip") } }),
		items: [],
		alerts,
	},
	"hovering-nothing": {
		head: head({ session: sessions.mira, hovering: { files: 0, folders: 0, first: null } }),
		items: batch,
		alerts,
	},
	reading: {
		head: head({
			session: sessions.mira,
			progress: reading,
			intake: intake({ running: true }),
		}),
		items: batch,
		alerts,
	},
	paused: {
		head: head({ session: sessions.mira, progress: reading, paused: true, hold: { kind: "paused" } }),
		items: batch,
		alerts,
	},
	finished: { head: head({ session: sessions.mira }), items: batch.slice(0, 5), alerts },
	"left-out": {
		head: head({ session: sessions.mira, intake: intake({ leftOut }) }),
		items: batch,
		alerts,
	},
	"left-out-all": {
		head: head({
			session: sessions.work,
			intake: intake({ leftOut: leftOut.slice(0, 1) }),
		}),
		items: [],
		alerts,
	},
	"folder-read": {
		head: head({
			...mira,
			intake: intake({
				sums: {
					...noSums,
					found: 41_022,
					read: 40_870,
					notRead: [
						{ reason: "cloudOnly", count: 12 },
						{ reason: "notRegular", count: 140 },
					],
				},
				leftOut: [
					{ reason: "notRegular", count: 140, first: [shown("/home/mira/case 4711/run/agent.sock")] },
				],
				cloud: { files: 12, bytes: 2_300_000_000 },
			}),
		}),
		items: batch,
		alerts,
	},
	"every-reason": {
		head: head({
			session: sessions.mira,
			intake: intake({
				sums: everySum,
				leftOut: [...leftOut, { reason: "textUnread", count: 1, first: [shown("/home/mira/feed.csv")] }],
				cloud: { files: 12, bytes: 2_300_000_000 },
			}),
		}),
		items: batch,
		alerts,
	},
	huge: {
		head: head({ session: sessions.mira, intake: intake({ running: true, question: huge }) }),
		items: batch,
		alerts,
	},
	"huge-alone": {
		head: head({
			session: sessions.work,
			organisations,
			intake: intake({
				question: { ...huge, about: { ...huge.about, counting: false } },
			}),
		}),
		items: [],
		alerts,
	},
	"huge-before-sign-in": {
		head: head({ organisations, intake: intake({ running: true, question: huge }) }),
		items: [],
		alerts,
	},
	servers: {
		head: head({ session: sessions.work, organisations, intake: intake({ question: servers }) }),
		items: atWork,
		alerts,
	},
	"guide-begins": {
		head: head({ session: sessions.mira, preferences: { ...preferences, guideClosed: false } }),
		items: [],
		alerts,
	},
	guide: {
		head: head({ ...mira, preferences: { ...preferences, guideClosed: false } }),
		items: batch,
		alerts,
	},
	local: {
		head: head({ session: sessions.mira, preferences: { ...preferences, zone: "local" } }),
		items: batch,
		alerts,
	},
	...cardWorlds,
	...organisationWorlds,
	accounts: {
		head: head({
			session: sessions.work,
			organisations,
			accounts: [
				known(1, accounts.work),
				known(2, accounts.mira, { active: false }),
				known(3, accounts.hostile, { active: false, kept: false, organisation: null }),
				known(4, accounts.work, { active: false, account: null }),
			],
		}),
		items: atWork,
		alerts,
	},
	"accounts-in-practice": {
		head: head({
			session: sessions.mira,
			organisations,
			accounts: [known(2, accounts.mira), known(1, accounts.work, { active: false })],
		}),
		items: batch,
		alerts,
	},
	"check-beside": {
		head: head({
			session: sessions.work,
			organisations,
			accounts: [known(1, accounts.work)],
			check: check([
				{
					kind: "passed",
					seen: shown("https://login.microsoftonline.us/7d1f3c52-0000-4000-8000-5a0b6c7d8e9f/v2.0"),
				},
				{ kind: "passed", seen: accounts.work.signInName },
				{ kind: "passed", seen: shown("Alert.Read") },
				{ kind: "failed", error: problem("forbidden", { message: hostile, request: "5c1f-09" }) },
			]),
		}),
		items: atWork,
		alerts,
	},
	long: {
		head: head({ session: sessions.mira }),
		items: Array.from({ length: 5_000 }, (_, index) => ({
			...(batch[index % batch.length] as ItemRow),
			id: 10_000 + index,
		})),
		alerts: new Map(
			Array.from({ length: 5_000 }, (_, index): [ItemId, AlertRow[]] => [
				10_000 + index,
				index === 0 ? Array.from({ length: 300 }, (_, n) => alert("medium", `Alert ${n + 1} of many`)) : [],
			]),
		),
	},
} satisfies Record<string, NamedWorld>;
