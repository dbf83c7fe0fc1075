import { type ReactNode, useMemo } from "react";
import { AccountsMenu, GoOnAs } from "../features/accounts";
import { AlertCard } from "../features/alert";
import { CheckSteps, OrganisationFacts, RegistrationTexts } from "../features/connect";
import { ItemDetail } from "../features/item";
import { EmptyList, Intake, ItemLine, ItemSkeleton, Unfinished } from "../features/list";
import { ManagedSettings } from "../features/managed";
import { NetworkSettings } from "../features/network";
import { PassportTable } from "../features/passport";
import { Look, ZoneSwitch } from "../features/preferences";
import { SessionBanner, SignedOut, SignIn } from "../features/session";
import { Header, HoldBanner, Hovering, StatusLine } from "../features/window";
import type { ErrorCode, Head, ItemRow, Remedy, Removal, Session } from "../ipc/view";
import { Problem, told } from "../parts/Problem";
import { Connection } from "../state/connection";
import { HeadContext, ReachContext } from "../state/context";
import { RemediesContext } from "../state/remedy";
import { FakeHost, summed } from "../testing/fake";
import {
	answer,
	connected,
	count,
	head,
	now,
	organisation,
	passport,
	problem,
	sessions,
	shown,
} from "../testing/fixtures";
import { mixedPassport } from "../testing/organisations";
import { batch, worlds } from "../testing/worlds";
import { errorCodes } from "../words/words";
import styles from "./Gallery.module.css";

/** Facts that the sentences of errors name. */
const facts = {
	host: "api.securitycenter.microsoft.com",
	seconds: 42,
	status: 503,
	megabytes: 16,
	page: 2,
	pages: 100,
	count: 3,
	limit: 10_000,
	left: 12,
	file: "settings.broken.json",
};

const removals: readonly Removal[] = [
	{ kind: "removing" },
	{ kind: "removed" },
	sessions.notRemoved.signedOut.removal,
];

const clock = { now, zone: "utc" } as const;
const { provenance } = answer();
const [first] = batch;

/** Every component in every state, on one page. */
export function Gallery() {
	const reach = useMemo(() => {
		const backend = new FakeHost({ items: batch, alerts: worlds.work.alerts });
		const connection = new Connection(backend);
		connection.start();
		return { backend, connection, run: async () => true };
	}, []);
	const signedIn = head({ session: sessions.mira, counts: count(batch) });
	return (
		<ReachContext value={reach}>
			<HeadContext value={signedIn}>
				<div className={styles.gallery}>
					<Windows />
					<Section title="The head">
						<Heads />
					</Section>
					<Section title="What the window looks like, and the zone of times">
						<div className={styles.narrow}>
							<Look />
							<ZoneSwitch />
						</div>
					</Section>
					<Section title="Items in the list">
						<div className={styles.narrow}>
							{batch.map((item) => (
								<div key={item.id} className={styles.line}>
									<ItemLine item={item} clock={clock} />
								</div>
							))}
							<div className={styles.line}>
								<ItemSkeleton />
							</div>
						</div>
					</Section>
					<Section title="What comes in">
						<div className={styles.narrow}>
							{(
								[
									"reading",
									"left-out",
									"folder-read",
									"every-reason",
									"huge",
									"huge-alone",
									"servers",
								] as const
							).map((name) => (
								<In key={name} world={summed(worlds[name].head, worlds[name].items)}>
									<Intake />
								</In>
							))}
						</div>
					</Section>
					<Section title="No items">
						<In world={worlds.empty.head}>
							<EmptyList realm="practice" />
						</In>
						<In world={worlds["practice-files"].head}>
							<EmptyList realm="practice" />
						</In>
						<In world={worlds["empty-at-work"].head}>
							<EmptyList realm="organisation" />
						</In>
						<In world={worlds["restoring-at-work"].head}>
							<EmptyList realm="organisation" restoring />
						</In>
					</Section>
					<Section title="Alert cards">
						{[...worlds.work.alerts.values()]
							.flat()
							.slice(0, 7)
							.map((alert, index) => (
								<AlertCard
									key={alert.alert}
									alert={alert}
									item={first?.id ?? 0}
									provenance={{ ...provenance, realm: index % 2 === 0 ? "practice" : "organisation" }}
									position={{ index, total: 7 }}
									expanded={index === 0}
									onToggle={() => {}}
								/>
							))}
					</Section>
					<Section title="Items in full">
						{batch.map((item) => (
							<Detail key={item.id} item={item} head={signedIn} />
						))}
					</Section>
					<Section title="Holds">
						<HoldBanner hold={{ kind: "throttled", until: now + 42_000 }} onSignIn={null} />
						<HoldBanner hold={{ kind: "quota", until: now - 1 }} onSignIn={null} />
						<In world={worlds["quota-shared"].head}>
							<HoldBanner hold={{ kind: "quota", until: now + 26 * 60_000 }} onSignIn={null} />
							<HoldBanner hold={{ kind: "throttled", until: now + 42_000 }} onSignIn={null} />
						</In>
						<HoldBanner hold={{ kind: "paused" }} onSignIn={null} />
						<HoldBanner hold={{ kind: "signedOut" }} onSignIn={() => {}} />
					</Section>
					<Section title="What was not finished">
						{(["unfinished", "unfinished-at-work"] as const).map((name) => (
							<In key={name} world={worlds[name].head}>
								<Unfinished />
							</In>
						))}
						<div className={styles.narrow}>
							<In world={worlds["unfinished-beside"].head}>
								<Unfinished aboveList />
							</In>
						</div>
					</Section>
					<Section title="Kept answers">
						<div className={styles.narrow}>
							{worlds.kept.items.map((item) => (
								<div key={item.id} className={styles.line}>
									<ItemLine item={item} clock={clock} />
								</div>
							))}
						</div>
						{worlds.kept.items.map((item) => (
							<Detail key={item.id} item={item} head={signedIn} />
						))}
					</Section>
					<Section title="What hovers">
						{[
							{ files: 1, folders: 0, first: shown("invoice.zip") },
							{ files: 3, folders: 1, first: shown(`${"a long name ".repeat(12)}‹U+202E›.zip`) },
							{ files: 0, folders: 2, first: shown("case 4711") },
							{ files: 0, folders: 0, first: null },
						].map((carries) => (
							<div key={`${carries.files} ${carries.folders}`} className={styles.hovered}>
								<Hovering carries={carries} />
							</div>
						))}
					</Section>
					<Section title="Sessions that ended, or are not kept">
						{[
							sessions.interrupted,
							worlds["interrupted-at-work"].head.session,
							worlds["not-kept"].head.session,
						].map((session, index) => (
							// biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
							<In key={index} world={{ ...signedIn, session }}>
								<SessionBanner />
							</In>
						))}
						{(["history-memory", "history-memory-not-kept"] as const).map((name) => (
							<In key={name} world={worlds[name].head}>
								<SessionBanner />
							</In>
						))}
					</Section>
					<Section title="Signing out">
						{(["practice", "organisation"] as const).flatMap((realm) =>
							removals.map((removal) => (
								<SignedOut key={`${realm} ${removal.kind}`} signOut={{ realm, removal }} />
							)),
						)}
					</Section>
					<Section title="The status line">
						{(["reading", "paused", "quota", "finished", "empty"] as const).map((name) => (
							<In key={name} world={{ ...worlds[name].head, counts: count(worlds[name].items) }}>
								<StatusLine onKeys={() => {}} onAbout={() => {}} />
							</In>
						))}
					</Section>
					<Organisations />
					<Section title="Remedies">
						{everyRemedy.map((remedy) => (
							<RemediesContext
								key={remedy}
								value={{ offered: () => remedy, act: () => {}, passport: () => {} }}
							>
								<Problem
									about={{ kind: "session" }}
									failure={told(problem("signInRefused", { number: 53003, correlation: "3c5d8f1e" }))}
								/>
								<In world={{ ...signedIn, session: worlds["interrupted-at-work"].head.session }}>
									<SessionBanner />
								</In>
							</RemediesContext>
						))}
					</Section>
					<Section title="Errors">
						{errorCodes().map((code: ErrorCode) => (
							<Problem key={code} failure={told(problem(code, facts))} />
						))}
						<Problem failure={{ kind: "unexpected" }} />
					</Section>
				</div>
			</HeadContext>
		</ReachContext>
	);
}

const everyRemedy: readonly Remedy[] = [
	"signIn",
	"otherAccount",
	"stepUp",
	"askAdministrator",
	"connection",
	"network",
];

/** To whom one signs in, as whom, through what, and how that is checked. */
function Organisations() {
	return (
		<>
			<Section title="Organisations, and how they are checked">
				<OrganisationFacts organisation={organisation} />
				<OrganisationFacts
					organisation={
						connected(2, { cloud: "commercial", domain: null, permission: "alertReadWrite" }).organisation
					}
				/>
				<RegistrationTexts form={{ ...organisation, client: "" }} />
				{(["welcome", "check-begun", "check-failed", "check-passed", "check-beside"] as const).map((name) => (
					<In key={name} world={worlds[name].head}>
						<CheckSteps organisation={1} onDone={() => {}} />
					</In>
				))}
			</Section>
			<Section title="Accounts">
				<In world={worlds["welcome-known"].head}>
					<GoOnAs />
				</In>
				<In world={worlds.accounts.head}>
					<div>
						<AccountsMenu />
					</div>
				</In>
			</Section>
			<Section title="Waiting for the browser">
				{(["signing-in-at-work", "signing-in-why", "check-signing-in"] as const).map((name) => (
					<In key={name} world={worlds[name].head}>
						<SignIn session={worlds[name].head.session as Extract<Session, { kind: "signingIn" }>} />
					</In>
				))}
			</Section>
			<Section title="Permission passport">
				<PassportTable passport={passport} />
				<PassportTable passport={mixedPassport} />
			</Section>
			<Section title="Network">
				{(["welcome", "network-own", "network-environment", "network-automatic", "managed"] as const).map(
					(name) => (
						<In key={name} world={worlds[name].head}>
							<NetworkSettings />
						</In>
					),
				)}
			</Section>
			<Section title="Set by the administrator">
				{(["managed", "managed-refused"] as const).map((name) => {
					const { managed } = worlds[name].head;
					return managed.kind === "none" ? null : <ManagedSettings key={name} managed={managed} />;
				})}
			</Section>
		</>
	);
}

/** What lies over a window, and what is pressed to see it. */
const sheets = [
	...(
		[
			"history",
			"history-none",
			"history-off",
			"history-opening",
			"history-memory",
			"history-hostile",
			"history-long",
		] as const
	).map((name) => [`${name}, open`, `${name}&press=history`] as const),
	["preferences", "work&press=look,preferences"],
	["preferences, nothing kept", "history-off&press=look,preferences"],
	["preferences, in memory", "history-memory&press=look,preferences"],
	["forget everything", "work&press=look,preferences,forget"],
	...(["forgotten", "forgotten-in-part", "forgotten-nothing"] as const).map(
		(name) => [`${name}, told`, `${name}&press=look,preferences,forget,forget-do`] as const,
	),
	["connect", "welcome&press=connect-open"],
	["connect, found", "welcome&press=connect-open,connect-find"],
	["connect, registration", "welcome&press=connect-open,connect-find,registration-open"],
	["connect, an error of a field", "welcome&press=connect-open,connect-submit"],
	["connect, beside the list", "at-work&press=accounts,accounts-connect"],
	["accounts, menu", "accounts&press=accounts"],
	["accounts, all", "accounts&press=accounts,accounts-all"],
	["accounts in practice, all", "accounts-in-practice&press=accounts,accounts-all"],
	["passport", "passport-mixed&press=accounts,open-passport"],
	["passport, good", "passport-good&press=accounts,open-passport"],
	["network", "network-own&press=look,preferences,open-network"],
	["network, locked", "managed&press=look,preferences,open-network"],
	["network, wrong", "network-environment&press=look,preferences,open-network"],
	["preferences, managed", "managed&press=look,preferences"],
	["preferences, managed, refused", "managed-refused&press=look,preferences"],
	["an AADSTS number", "signing-in-at-work&press=explain-open,explain"],
] as const;

function Windows() {
	return (
		<Section title="The whole window">
			<ul className={styles.links}>
				{Object.keys(worlds).map((name) => (
					<li key={name}>
						<a href={`?world=${name}`}>{name}</a>
					</li>
				))}
				{sheets.map(([name, address]) => (
					<li key={name}>
						<a href={`?world=${address}`}>{name}</a>
					</li>
				))}
				<li>
					<a href="?world=work&press=keys">keys</a>
				</li>
				<li>
					<a href="?world=work&press=about">about</a>
				</li>
				<li>
					<a href="?world=work&press=look">look</a>
				</li>
			</ul>
		</Section>
	);
}

function Heads() {
	const all: readonly Session[] = [
		sessions.mira,
		sessions.work,
		worlds["interrupted-at-work"].head.session,
		worlds.saving.head.session,
	];
	return (
		<>
			{all.map((session, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
				<Header key={index} session={session} onHistory={() => {}} onPreferences={() => {}} />
			))}
			<Header session={sessions.signedOut} bare onHistory={null} onPreferences={() => {}} />
		</>
	);
}

/** A part in a head of its own. */
function In({ world, children }: { world: Head; children: ReactNode }) {
	return <HeadContext value={world}>{children}</HeadContext>;
}

function Detail({ item, head: signedIn }: { item: ItemRow; head: Head }) {
	return (
		<HeadContext value={signedIn}>
			<div className={styles.frame}>
				<ItemDetail item={item} />
			</div>
		</HeadContext>
	);
}

function Section({ title, children }: { title: string; children: ReactNode }) {
	return (
		<section className={styles.section}>
			<h2>{title}</h2>
			{children}
		</section>
	);
}
