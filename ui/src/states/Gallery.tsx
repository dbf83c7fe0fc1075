import { type ReactNode, useMemo } from "react";
import type { ErrorCode, Head, ItemRow, Removal } from "../ipc/view";
import { AlertCard } from "../parts/AlertCard";
import { HoldBanner } from "../parts/HoldBanner";
import { ItemDetail } from "../parts/ItemDetail";
import { ItemLine } from "../parts/ItemLine";
import { Problem, told } from "../parts/Problem";
import { SessionBanner } from "../parts/SessionBanner";
import { SignedOut } from "../parts/SignedOut";
import { StatusLine } from "../parts/StatusLine";
import { Connection } from "../state/connection";
import { HeadContext, ReachContext } from "../state/context";
import { FakeHost } from "../testing/fake";
import { count, head, now, problem, sessions } from "../testing/fixtures";
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
					<Section title="Items in the list">
						<div className={styles.narrow}>
							{batch.map((item) => (
								<div key={item.id} className={styles.line}>
									<ItemLine item={item} />
								</div>
							))}
						</div>
					</Section>
					<Section title="Alert cards">
						{[...worlds.work.alerts.values()]
							.flat()
							.slice(0, 7)
							.map((alert, index) => (
								<AlertCard
									key={alert.alert}
									alert={alert}
									realm={index % 2 === 0 ? "practice" : "organisation"}
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
						<HoldBanner hold={{ kind: "signedOut" }} onSignIn={() => {}} />
					</Section>
					<Section title="Sessions that ended, or are not kept">
						{[
							sessions.interrupted,
							worlds["interrupted-at-work"].head.session,
							worlds["not-kept"].head.session,
						].map((session, index) => (
							// biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
							<HeadContext key={index} value={{ ...signedIn, session }}>
								<SessionBanner />
							</HeadContext>
						))}
					</Section>
					<Section title="Signing out">
						{(["practice", "organisation"] as const).flatMap((realm) =>
							removals.map((removal) => (
								<SignedOut key={`${realm} ${removal.kind}`} signOut={{ realm, removal }} />
							)),
						)}
					</Section>
					<Section title="Counts">
						<StatusLine counts={count(batch)} />
						<StatusLine counts={count(batch.slice(0, 5))} />
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
			</ul>
		</Section>
	);
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
