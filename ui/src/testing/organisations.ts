import type { AlertRow, Head, ItemRow, ManagedSetting, Passport } from "../ipc/view";
import {
	accounts,
	check,
	connected,
	head,
	known,
	network,
	organisation,
	passport,
	problem,
	sessions,
	shown,
} from "./fixtures";

const none = { items: [] as readonly ItemRow[], alerts: new Map<number, readonly AlertRow[]>() } as const;
const empty = (parts: Partial<Head>) => ({ head: head(parts), ...none });
const long = `a-domain-that-goes-on-and-on-${"x".repeat(90)}.example`;

const two = [
	connected(1, {}, true),
	connected(2, {
		cloud: "commercial",
		tenant: "1b2c3d4e-0000-4000-8000-1234567890ab",
		host: "eu",
		domain: null,
		permission: "alertReadWrite",
	}),
];

export const managedSettings: readonly ManagedSetting[] = [
	{ name: "organisation", value: shown(`GCC High, ${organisation.tenant}`), locked: true, overridden: false },
	{ name: "proxy", value: shown("proxy.contoso.us:8080"), locked: false, overridden: true },
	{ name: "history", value: shown("7 days"), locked: true, overridden: false },
	{ name: "responseMode", value: shown("query"), locked: false, overridden: false },
];
const place = shown(`C:\\ProgramData\\${"deep\\".repeat(20)}‹U+202E›managed.toml`);

/** Every state of a permission and of a role. */
export const mixedPassport: Passport = {
	account: accounts.hostile,
	rows: [
		{ feature: "whoIsThere", scope: shown("openid profile"), scopeState: "unknown", roleState: null },
		{ feature: "staySignedIn", scope: shown("offline_access"), scopeState: "inferred", roleState: null },
		{
			feature: "readAlerts",
			scope: shown("Alert.ReadWrite"),
			scopeState: "granted",
			roleState: "missing",
		},
	],
};

const atWork = { ...sessions.signingIn, realm: "organisation" } as const;
const issuer = shown("https://login.microsoftonline.us/7d1f3c52-0000-4000-8000-5a0b6c7d8e9f/v2.0");

/** Organisations, accounts, checks and how the network is reached, each in its own window. */
export const organisationWorlds = {
	"welcome-organisations": empty({ organisations: two }),
	"welcome-no-practice": empty({ practice: false, organisations: two.slice(0, 1) }),
	"welcome-known": empty({
		organisations: [...two, connected(3, { cloud: "commercial", domain: long })],
		accounts: [
			known(1, accounts.work, { active: false }),
			known(2, accounts.mira, { active: false }),
			known(3, accounts.hostile, { active: false, organisation: 3 }),
			known(4, accounts.work, { active: false, account: null }),
		],
	}),
	"check-begun": empty({
		organisations: two,
		check: check([{ kind: "running" }]),
	}),
	"check-signing-in": empty({
		organisations: two,
		session: atWork,
		check: check([{ kind: "passed", seen: issuer }, { kind: "running" }]),
	}),
	"check-failed": empty({
		organisations: two,
		check: check([
			{ kind: "failed", error: problem("authorityUnreachable", { host: "login.microsoftonline.us" }) },
		]),
	}),
	"check-passed": empty({
		organisations: two,
		session: sessions.work,
		check: check([
			{ kind: "passed", seen: issuer },
			{ kind: "passed", seen: accounts.work.signInName },
			{ kind: "passed", seen: shown("Alert.Read") },
			{ kind: "passed", seen: shown("api-gov.securitycenter.microsoft.us") },
		]),
	}),
	"signing-in-why": empty({
		organisations: two,
		session: { ...atWork, why: problem("forbidden"), inAddress: true },
	}),
	"passport-mixed": { ...empty({ organisations: two, session: sessions.work }), passport: mixedPassport },
	"passport-good": { ...empty({ organisations: two, session: sessions.work }), passport },
	managed: empty({
		organisations: two,
		managed: { kind: "applied", place, settings: [...managedSettings] },
		network: {
			...network,
			proxy: { kind: "chosen", host: shown("proxy.contoso.com"), port: 8_080, user: null },
			proxyLocked: true,
			caLocked: true,
		},
	}),
	"managed-refused": empty({
		managed: { kind: "refused", place, error: problem("settingsUnreadable", { detail: "line 12" }) },
	}),
	"network-own": empty({
		network: {
			...network,
			proxy: { kind: "chosen", host: shown("proxy.contoso.us"), port: 8_080, user: shown("svc-droptrace") },
			extraCa: { file: shown("contoso-root‹U+202E›mep.ca"), certificates: 3 },
		},
	}),
	"network-environment": empty({
		network: {
			...network,
			proxy: { kind: "environment", host: shown(long), port: 3_128 },
			extraCa: { file: shown("root.pem"), certificates: 1 },
			error: problem("offline", { host: "proxy.contoso.us" }),
		},
	}),
	"network-automatic": empty({ network: { ...network, proxy: { kind: "automatic" } } }),
} as const;
