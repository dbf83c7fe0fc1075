import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import styles from "./App.module.css";
import type { Backend } from "./ipc/backend";
import { asFailure, sameFailure } from "./ipc/failure";
import type { Head } from "./ipc/view";
import { Header } from "./parts/Header";
import { HoldBanner } from "./parts/HoldBanner";
import { Hovering } from "./parts/Hovering";
import { PracticeBand } from "./parts/PracticeBand";
import { Notice, told } from "./parts/Problem";
import { Restoring } from "./parts/Restoring";
import { SessionBanner } from "./parts/SessionBanner";
import { StatusLine } from "./parts/StatusLine";
import { EmptyList } from "./screens/EmptyList";
import { SignIn } from "./screens/SignIn";
import { Welcome } from "./screens/Welcome";
import { type Selection, Workspace } from "./screens/Workspace";
import type { Connection } from "./state/connection";
import {
	HeadContext,
	type Reach,
	ReachContext,
	type ToldFailure,
	useReach,
	useSnapshot,
} from "./state/context";
import { accountOf, realmOf, stageOf } from "./state/session";
import { useShortcuts } from "./state/shortcuts";
import { words } from "./words/words";

interface Props {
	readonly backend: Backend;
	readonly connection: Connection;
}

/** The page: one screen a session state, around the list if there is one. */
export function App({ backend, connection }: Props) {
	const { head, lost } = useSnapshot(connection);
	const [failures, setFailures] = useState<readonly ToldFailure[]>([]);
	const named = useRef(0);

	const run = useCallback(async (command: Promise<void>) => {
		try {
			await command;
			return true;
		} catch (reason) {
			const failure = asFailure(reason);
			named.current += 1;
			const id = named.current;
			// The same failure again takes the place of the earlier one.
			setFailures((before) => [
				...before.filter((each) => !sameFailure(each.failure, failure)),
				{ id, failure },
			]);
			return false;
		}
	}, []);
	const reach: Reach = useMemo(() => ({ backend, connection, run }), [backend, connection, run]);
	const dismiss = (id: number) => setFailures((before) => before.filter((each) => each.id !== id));

	useShortcuts(reach, head);

	return (
		<ReachContext value={reach}>
			<div className={styles.window}>
				{lost && (
					<p className={styles.lost} role="alert" data-testid="lost">
						<strong>{words("app.notConnected.title")}</strong> {words("app.notConnected.help")}
					</p>
				)}
				{head === null ? (
					<p className={styles.starting} role="status">
						{words("app.loading")}
					</p>
				) : (
					<HeadContext value={head}>
						<Frame head={head} failures={failures} onDismiss={dismiss} />
					</HeadContext>
				)}
			</div>
		</ReachContext>
	);
}

interface FrameProps {
	readonly head: Head;
	readonly failures: readonly ToldFailure[];
	readonly onDismiss: (id: number) => void;
}

function Frame({ head, failures, onDismiss }: FrameProps) {
	const { session, counts, hold } = head;
	const [selection, setSelection] = useState<Selection | null>(null);
	const realm = realmOf(session);
	const looking = session.kind === "restoring" && !session.locked;
	const listed = counts.items > 0;
	const below = useRef<HTMLDivElement>(null);
	const screen = `${stageOf(session)} ${listed}`;
	const shown = useRef(screen);
	useEffect(() => {
		if (shown.current === screen) return;
		shown.current = screen;
		// The control that had the focus went with its screen: go on from the new one's beginning.
		if (document.activeElement === document.body) below.current?.focus();
	}, [screen]);
	const leaveItem = selection !== null && listed ? () => setSelection(null) : null;
	return (
		<>
			{realm === "practice" && <PracticeBand />}
			<div className={styles.below} ref={below} tabIndex={-1}>
				{(listed || looking || accountOf(session) !== null) && <Header session={session} />}
				<SessionBanner />
				<Notices head={head} failures={failures} onDismiss={onDismiss} />
				{/* A session that ended, and one that is about to be there, say so themselves. */}
				{hold !== null && hold.kind !== "interrupted" && !looking && listed && (
					<HoldBanner hold={hold} onSignIn={leaveItem} />
				)}
				{listed ? (
					<Workspace
						selection={session.kind === "signingIn" ? null : selection}
						onSelect={setSelection}
						otherwise={<Screen head={head} />}
					/>
				) : looking ? (
					<EmptyList realm={session.realm} restoring />
				) : session.kind === "signedIn" || session.kind === "interrupted" ? (
					<EmptyList realm={session.account.realm} />
				) : (
					<main className={styles.only}>
						<Screen head={head} />
					</main>
				)}
				{listed && <StatusLine counts={counts} />}
				{head.hovering !== null && <Hovering files={head.hovering} />}
			</div>
		</>
	);
}

/** What stands beside the list, or in its place, while no item is chosen. */
function Screen({ head }: { head: Head }) {
	const { session } = head;
	switch (session.kind) {
		case "signedOut":
			return <Welcome error={session.error} signedOut={session.signedOut} />;
		case "restoring":
			if (session.locked) return <Welcome locked />;
			return (
				<div className={styles.choose}>
					<Restoring />
				</div>
			);
		case "signingIn":
			return <SignIn session={session} />;
		case "signedIn":
		case "interrupted":
			return <p className={styles.choose}>{words("item.choose")}</p>;
		default:
			return session satisfies never;
	}
}

/** What the host has to tell, and commands that failed; each until it is dismissed. */
function Notices({ head, failures, onDismiss }: FrameProps) {
	const { backend, run } = useReach();
	if (head.notices.length === 0 && failures.length === 0) return null;
	return (
		<section aria-label={words("notice.region")} className={styles.notices}>
			{head.notices.map(({ id, error }) => (
				<Notice key={`host-${id}`} failure={told(error)} onDismiss={() => void run(backend.dismiss(id))} />
			))}
			{failures.map(({ id, failure }) => (
				<Notice key={`here-${id}`} failure={failure} onDismiss={() => onDismiss(id)} />
			))}
		</section>
	);
}
