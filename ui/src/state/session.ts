import type { ErrorCode, Realm, Session, ShownAccount } from "../ipc/view";

/** Whose results are on screen, if anybody's: the session may have ended meanwhile. */
export function accountOf(session: Session): ShownAccount | null {
	return session.kind === "signedIn" || session.kind === "interrupted" ? session.account : null;
}

/** Where the window is, or is about to be. */
export function realmOf(session: Session): Realm | null {
	switch (session.kind) {
		case "signedOut":
			return null;
		case "restoring":
		case "signingIn":
			return session.realm;
		case "signedIn":
		case "interrupted":
			return session.account.realm;
		default:
			return session satisfies never;
	}
}

/** Whether trying the keyring again can help. */
export function isAboutKeyring(code: ErrorCode): boolean {
	return unavailable.has(code) || code === "keyringDamaged" || code === "signOutUnfinished";
}

/** Whether a sign-in that was kept is as it was after this error, and a new one is not kept yet. */
export function leavesSignIn(code: ErrorCode): boolean {
	return unavailable.has(code);
}

const unavailable: ReadonlySet<ErrorCode> = new Set([
	"keyringNone",
	"keyringLocked",
	"keyringDismissed",
	"keyringSilent",
	"keyringBusy",
	"keyringRefused",
	"keyringNewer",
	"keyringSeveral",
	"keyringNotKept",
	"signInFilesFailed",
]);
