import { type ReactNode, useMemo } from "react";
import { AlertCard } from "../features/alert";
import { ItemDetail } from "../features/item";
import { EmptyList, Intake, ItemLine, ItemSkeleton } from "../features/list";
import { Look, ZoneSwitch } from "../features/preferences";
import { SessionBanner, SignedOut } from "../features/session";
import { Header, HoldBanner, Hovering, StatusLine } from "../features/window";
import type { ErrorCode, Head, ItemRow, Removal, Session } from "../ipc/view";
import { Problem, told } from "../parts/Problem";
import { Connection } from "../state/connection";
import { HeadContext, ReachContext } from "../state/context";
import { FakeHost, summed } from "../testing/fake";
import { answer, count, head, now, problem, sessions, shown } from "../testing/fixtures";
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
						<HoldBanner hold={{ kind: "paused" }} onSignIn={null} />
						<HoldBanner hold={{ kind: "signedOut" }} onSignIn={() => {}} />
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

function Windows() {
	return (
		<Section title="The whole window">
			<ul className={styles.links}>
				{Object.keys(worlds).map((name) => (
					<li key={name}>
						<a href={`?world=${name}`}>{name}</a>
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
				<Header key={index} session={session} />
			))}
			<Header session={sessions.signedOut} bare />
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
