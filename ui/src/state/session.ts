import type {
	Connected,
	ErrorCode,
	Head,
	KnownAccount,
	Organisation,
	Realm,
	Session,
	ShownAccount,
	SignInTo,
} from "../ipc/view";
import { flat } from "../words/shown";
import { words } from "../words/words";

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

/**
 * Where signing in again leads: to where the attempt was that was refused, to where the session is or
 * was, or else to the one organisation that there is. Null where that is not known.
 */
export function signInTo({ session, accounts, organisations }: Head): SignInTo | null {
	if (session.kind === "signedOut" && session.tried !== null) return session.tried;
	if (realmOf(session) === "practice") return { kind: "practice" };
	const active = accounts.find((each) => each.active)?.organisation ?? null;
	const tenant = accountOf(session)?.tenant;
	const same = organisations.find(
		({ organisation }) => tenant !== undefined && organisation.tenant === flat(tenant),
	);
	const only = organisations.length === 1 ? organisations[0] : undefined;
	const id = active ?? (same ?? only)?.id;
	return id === undefined ? null : { kind: "organisation", id };
}

/** How an organisation is called: by its domain, or by its tenant where none is known. */
export const nameOf = ({ domain, tenant }: Organisation): string => domain ?? tenant;

/** Where an account is: its organisation by name and cloud, or the practice tenant. */
export function placeOf({ realm, organisation, account }: KnownAccount, all: readonly Connected[]): string {
	if (realm === "practice") return words("accounts.practice");
	const found = all.find(({ id }) => id === organisation)?.organisation;
	if (found !== undefined) {
		return words("accounts.place", { name: nameOf(found), cloud: words(`cloud.${found.cloud}`) });
	}
	return account === null ? words("accounts.disconnected") : flat(account.tenant);
}

/** Who an account is, in one text; the place stands for whom the keyring has not told yet. */
export function personOf(known: KnownAccount, all: readonly Connected[]): string {
	return known.account === null
		? words("accounts.untold", { place: placeOf(known, all) })
		: flat(known.account.name);
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

/** Whether a further organisation can be used: not where the administrator has fixed one. */
export const takesAnother = ({ organisations }: Pick<Head, "organisations">): boolean =>
	!organisations.some(({ locked }) => locked);
