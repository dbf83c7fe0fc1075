import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { UNSAFE_PortalProvider as PortalProvider } from "react-aria/PortalProvider";
import styles from "./App.module.css";
import { AboutSheet } from "./features/about";
import { AccountsSheet } from "./features/accounts";
import { CheckPage, ConnectPage } from "./features/connect";
import { Guide, useGuided } from "./features/guide";
import { HistorySheet } from "./features/history";
import { KeysSheet } from "./features/keys";
import { EmptyList, Intake } from "./features/list";
import { NetworkSheet } from "./features/network";
import { PassportSheet } from "./features/passport";
import { ForgetSheet, PreferencesSheet } from "./features/preferences";
import { Restoring, SessionBanner, SignIn, Welcome } from "./features/session";
import {
	Header,
	HoldBanner,
	Hovering,
	Notices,
	PracticeBand,
	type Selection,
	StatusLine,
	Workspace,
} from "./features/window";
import type { Backend } from "./ipc/backend";
import { asFailure, sameFailure } from "./ipc/failure";
import type { Head, OrganisationId } from "./ipc/view";
import { Actions, ActionsContext, useAction } from "./state/actions";
import type { Connection } from "./state/connection";
import {
	HeadContext,
	type Reach,
	ReachContext,
	type ToldFailure,
	useReach,
	useSnapshot,
} from "./state/context";
import { useKeptFocus, useShownFocus } from "./state/focus";
import { useKeys } from "./state/keys";
import { type Open, OpenContext } from "./state/open";
import { ChangeContext, useChosen, useLook, usePreferences } from "./state/preferences";
import { type Remedies, RemediesContext, useOfferedRemedies } from "./state/remedy";
import { type Say, SayContext } from "./state/said";
import { accountOf, realmOf } from "./state/session";
import { words } from "./words/words";

interface Props {
	readonly backend: Backend;
	readonly connection: Connection;
}

/** What can lie over the window; one at a time. */
type SheetName =
	| "keys"
	| "about"
	| "history"
	| "preferences"
	| "forget"
	| "accounts"
	| "passport"
	| "network";
type ShowSheet = (sheet: SheetName | null) => void;
/** What stands in place of the session's screen, and of the chosen item, until it is left. */
type Page = { readonly kind: "connect" } | { readonly kind: "check"; readonly organisation: OrganisationId };

/** How long something that was said is to be seen. */
const saidFor = 3_000;

/** The page: one screen a session state, around the list if there is one. */
export function App({ backend, connection }: Props) {
	const { head: stated, lost } = useSnapshot(connection);
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

	const { head, change } = useChosen(stated, backend, run);
	useLook(head?.preferences ?? null);
	const actions = useMemo(() => new Actions(), []);
	useKeys(actions, head?.preferences.letterKeys ?? false);

	return (
		<ReachContext value={reach}>
			<ChangeContext value={change}>
				<ActionsContext value={actions}>
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
				</ActionsContext>
			</ChangeContext>
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
	const [sheet, setSheet] = useState<SheetName | null>(null);
	const [said, say] = useSaid();
	const [asked, setAsked] = useState<Page | null>(null);
	const page = asked ?? checked(head);
	const open: Open = useCallback((what) => {
		if (what.kind === "connect" || what.kind === "check") {
			setSheet(null);
			setAsked(what);
		} else {
			setSheet(what.kind);
		}
	}, []);
	const remedies = useOfferedRemedies(head, open, null);
	const realm = realmOf(session);
	const looking = session.kind === "restoring" && !session.locked;
	const listed = counts.items > 0;
	const below = useRef<HTMLDivElement>(null);
	useKeptFocus(below);
	useShownFocus();
	const account = accountOf(session);
	const openHistory = account === null ? null : () => setSheet("history");
	useWindowKeys(setSheet, openHistory);
	// While somebody signs in, that stands beside the list already.
	const leaveItem =
		selection !== null && listed && page === null && session.kind !== "signingIn"
			? () => setSelection(null)
			: null;
	const leavePage = () => setAsked(null);
	const paged =
		page === null ? null : (
			<PageScreen page={page} onClose={leavePage}>
				{session.kind === "signingIn" && <SignIn session={session} />}
			</PageScreen>
		);
	return (
		// What lies over the window leaves the practice band in sight.
		<PortalProvider getContainer={() => below.current}>
			<Around say={say} open={open} remedies={remedies}>
				{realm === "practice" && <PracticeBand />}
				<div className={styles.below} ref={below} tabIndex={-1} data-keys="window">
					<Header
						session={session}
						bare={!listed && !looking && account === null && page === null}
						onHistory={openHistory}
						onPreferences={() => setSheet("preferences")}
					/>
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
							instead={paged}
						/>
					) : paged !== null ? (
						<main className={styles.only}>{paged}</main>
					) : looking ? (
						<EmptyList realm={session.realm} restoring />
					) : session.kind === "signedIn" || session.kind === "interrupted" ? (
						<EmptyList realm={session.account.realm} />
					) : (
						<main className={styles.only}>
							<Intake />
							<Screen head={head} />
						</main>
					)}
					<Guide />
					<StatusLine onKeys={() => setSheet("keys")} onAbout={() => setSheet("about")} />
					<p className={said === null ? "spoken" : styles.said} role="status" data-testid="said">
						{said}
					</p>
					{head.hovering !== null && <Hovering carries={head.hovering} />}
				</div>
				<Sheets sheet={needsAccount(sheet) && account === null ? null : sheet} onShow={setSheet} />
			</Around>
		</PortalProvider>
	);
}

interface AroundProps {
	readonly say: Say;
	readonly open: Open;
	readonly remedies: Remedies;
	readonly children: ReactNode;
}

/** What every part of the window can do: say something, open something, and help against an error. */
function Around({ say, open, remedies, children }: AroundProps) {
	return (
		<SayContext value={say}>
			<OpenContext value={open}>
				<RemediesContext value={remedies}>{children}</RemediesContext>
			</OpenContext>
		</SayContext>
	);
}

/** A check is in sight for as long as the host has one, whoever has begun it. */
function checked({ check }: Head): Page | null {
	return check === null ? null : { kind: "check", organisation: check.organisation };
}

interface PageProps {
	readonly page: Page;
	readonly onClose: () => void;
	/** What to do in the browser, while the page waits for it. */
	readonly children: ReactNode;
}

function PageScreen({ page, onClose, children }: PageProps) {
	switch (page.kind) {
		case "connect":
			return <ConnectPage onClose={onClose}>{children}</ConnectPage>;
		case "check":
			return (
				<CheckPage organisation={page.organisation} onClose={onClose}>
					{children}
				</CheckPage>
			);
		default:
			return page satisfies never;
	}
}

/** Whether a sheet is about somebody who is there. */
const needsAccount = (sheet: SheetName | null) => sheet === "history" || sheet === "passport";

/** What lies over the window until it is closed. */
function Sheets({ sheet, onShow }: { sheet: SheetName | null; onShow: ShowSheet }) {
	const guided = useGuided();
	const [{ guideClosed }, change] = usePreferences();
	const onClose = () => onShow(null);
	const showGuide = () => {
		onClose();
		change({ guideClosed: false });
	};
	switch (sheet) {
		case "keys":
			return <KeysSheet onClose={onClose} onGuide={guided && guideClosed ? showGuide : null} />;
		case "about":
			return <AboutSheet onClose={onClose} />;
		case "history":
			return <HistorySheet onClose={onClose} onPreferences={() => onShow("preferences")} />;
		case "preferences":
			return <PreferencesSheet onClose={onClose} onForget={() => onShow("forget")} />;
		case "forget":
			return <ForgetSheet onClose={onClose} />;
		case "accounts":
			return <AccountsSheet onClose={onClose} />;
		case "passport":
			return <PassportSheet onClose={onClose} />;
		case "network":
			return <NetworkSheet onClose={onClose} />;
		case null:
			return null;
		default:
			return sheet satisfies never;
	}
}

/** The keys that are the window's own, whatever is on screen. */
function useWindowKeys(show: ShowSheet, openHistory: (() => void) | null): void {
	const { backend, run } = useReach();
	const does = (command: () => Promise<void>) => () => {
		void run(command());
		return true;
	};
	useAction("addFiles", does(backend.pickFiles));
	useAction("addFolder", does(backend.pickFolder));
	useAction("paste", does(backend.paste));
	const shows = (sheet: SheetName) => () => {
		show(sheet);
		return true;
	};
	useAction("keys", shows("keys"));
	useAction("preferences", shows("preferences"));
	useAction("history", openHistory === null ? null : shows("history"));
}

/** What was said last, for a moment. */
function useSaid(): [string | null, Say] {
	const [said, setSaid] = useState<{ text: string } | null>(null);
	useEffect(() => {
		if (said === null) return;
		const timer = setTimeout(() => setSaid(null), saidFor);
		return () => clearTimeout(timer);
	}, [said]);
	return [said?.text ?? null, useCallback((text) => setSaid({ text }), [])];
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
