// Generated from crates/core/src/view by `cargo xtask bindings`. Do not edit.

/**
 * A UTC instant in milliseconds since 1970-01-01.
 */
export type UtcMillis = number;

/**
 * An item of the batch, as the page names it.
 */
export type ItemId = number;

/**
 * An alert that is on screen, as the page names it; Defender's own id stays in core.
 */
export type AlertHandle = number;

/**
 * An open query.
 */
export type QueryId = number;

/**
 * A digest that was looked up, as the page names it.
 */
export type HistoryId = number;

/**
 * One message to the page. The next one is not sent before the page has acknowledged this one.
 *
 * The first message of a subscription carries the head and no changes.
 */
export type Update = { 
/**
 * Counts up from 0 within a subscription.
 */
sequence: number, 
/**
 * The head, if it changed since the last update.
 */
head: Head | null, 
/**
 * The queries whose rows changed since the last update.
 */
queries: Array<QueryChange>, };

/**
 * A query's rows are no longer what they were.
 */
export type QueryChange = { 
/**
 * Which query.
 */
query: QueryId, 
/**
 * Grows with every change.
 */
revision: number, 
/**
 * How many rows the query has now.
 */
total: number, };

/**
 * Everything outside the lists.
 */
export type Head = { 
/**
 * Grows when the account changes: rows of an older epoch are not shown any more.
 */
epoch: number, 
/**
 * Who is signed in.
 */
session: Session, 
/**
 * Whether this program carries the practice tenant.
 */
practice: boolean, 
/**
 * The organisations that were connected, the latest last.
 */
organisations: Array<Connected>, 
/**
 * The accounts that can be gone over to without a browser, the active one among them.
 */
accounts: Array<KnownAccount>, 
/**
 * What an administrator has set for this computer.
 */
managed: Managed, 
/**
 * How organisations are reached.
 */
network: Network, 
/**
 * The check of an organisation that runs or ran last, until it is closed.
 */
check: Check | null, 
/**
 * The whole batch, counted.
 */
counts: Counts, 
/**
 * Why no lookup is asked at the moment, if none is.
 */
hold: Hold | null, 
/**
 * Whether others use the same app registration, and with it the same quota: Defender has
 * refused calls lately that this app's own do not explain.
 */
quotaShared: boolean, 
/**
 * Where answers are kept.
 */
history: HistoryState, 
/**
 * What an earlier run left unfinished, until the person goes on with it or leaves it.
 */
unfinished: Unfinished | null, 
/**
 * How the work stands, while something is read or asked.
 */
progress: Progress | null, 
/**
 * Whether the person has paused reading and asking.
 */
paused: boolean, 
/**
 * What comes in at the moment, and what was left out since the list was last cleared.
 */
intake: Intake, 
/**
 * What came in alone last, if something did: whoever gives one file means that one.
 */
arrival: Arrival | null, 
/**
 * What a drag carries that hovers over the window; none if nothing hovers.
 */
hovering: Hovering | null, 
/**
 * What the person has chosen for this window.
 */
preferences: Preferences, 
/**
 * Where the practice files were written, if they were.
 */
practiceFolder: Shown | null, 
/**
 * What the person is to be told and has not dismissed.
 */
notices: Array<Notice>, };

/**
 * Where answers are kept.
 */
export type HistoryState = { "kind": "opening" } | { "kind": "kept" } | { "kind": "off" } | { "kind": "memory", 
/**
 * Why.
 */
error: UserError, };

/**
 * What an earlier run left unfinished.
 */
export type Unfinished = { 
/**
 * When it was begun.
 */
began: UtcMillis, 
/**
 * Its items.
 */
items: number, 
/**
 * Those that were not read.
 */
unread: number, 
/**
 * Those whose digest was not answered.
 */
unasked: number, };

/**
 * How the work stands.
 */
export type Progress = { 
/**
 * The file that has been read the longest, if one is read.
 */
file: Shown | null, 
/**
 * How far its reading is, 0 to 100.
 */
percent: number, 
/**
 * Bytes read a second, over the last few seconds; none until that can be told.
 */
rate: number | null, 
/**
 * Seconds until all is read and asked, as far as that can be told.
 */
left: number | null, };

/**
 * What comes in: folders are gone through beside everything else.
 */
export type Intake = { 
/**
 * Whether folders or texts are being gone through.
 */
running: boolean, 
/**
 * Everything that came in, counted.
 */
sums: Sums, 
/**
 * What was found in folders and is no item.
 */
leftOut: Array<LeftOut>, 
/**
 * The files that lie with a cloud and were not fetched, if there are any.
 */
cloud: CloudOnly | null, 
/**
 * What has to be answered before more is taken in.
 */
question: Question | null, };

/**
 * Everything that came in since the list was last cleared. Each file, and each other entry of a
 * folder, is counted in exactly one field but `found`, which is the sum of those.
 */
export type Sums = { 
/**
 * All files and other entries, and digests that were left out.
 */
found: number, 
/**
 * Read, so that their SHA-1 is known.
 */
read: number, 
/**
 * Still to be read, or being read.
 */
toRead: number, 
/**
 * Not read, by reason; those that there are.
 */
notRead: Array<NotRead>, 
/**
 * SHA-1 digests in the list that texts named; not part of `found`.
 */
digests: number, 
/**
 * Digests of other kinds in the list that texts named; not part of `found`.
 */
unresolved: number, };

/**
 * Files and other entries that were not read for one reason.
 */
export type NotRead = { 
/**
 * Why.
 */
reason: NotReadReason, 
/**
 * How many.
 */
count: number, };

/**
 * Why a file, or another entry of a folder, was not read.
 */
export type NotReadReason = "cloudOnly" | "empty" | "link" | "notRegular" | "locked" | "noPermission" | "blocked" | "vanished" | "changed" | "unreadable" | "cancelled" | "tooMany" | "declined";

/**
 * Files whose content lies with a cloud.
 */
export type CloudOnly = { 
/**
 * How many.
 */
files: number, 
/**
 * What would be downloaded, in bytes.
 */
bytes: number, };

/**
 * A question about something that came in.
 */
export type Question = { 
/**
 * Names it to the answer.
 */
id: number, 
/**
 * What it is about.
 */
about: QuestionAbout, };

/**
 * What a question is about.
 */
export type QuestionAbout = { "kind": "huge", 
/**
 * Files, and digests of texts, so far.
 */
items: number, 
/**
 * Their size in bytes, so far.
 */
bytes: number, 
/**
 * Whether more is still being found.
 */
counting: boolean, 
/**
 * How many lookups that can cost at the most.
 */
lookups: number, 
/**
 * How many seconds those take at the least, by the quota.
 */
seconds: number, } | { "kind": "server", 
/**
 * How many.
 */
paths: number, 
/**
 * The first ones, at most 5.
 */
first: Array<Shown>, };

/**
 * Entries of folders that were left out for one reason.
 */
export type LeftOut = { 
/**
 * Why.
 */
reason: LeftOutReason, 
/**
 * How many.
 */
count: number, 
/**
 * The paths of the first ones, at most 5.
 */
first: Array<Shown>, };

/**
 * Why an entry of a folder is no item.
 */
export type LeftOutReason = "link" | "notRegular" | "unreadable" | "tooMany" | "cancelled" | "declined" | "textUnread";

/**
 * One file or digest that came in alone.
 */
export type Arrival = { 
/**
 * Its item, which may have been in the list before.
 */
item: ItemId, 
/**
 * Grows with each, so that the same one can come again.
 */
number: number, };

/**
 * What a drag carries that hovers over the window.
 */
export type Hovering = { 
/**
 * How many files. With no folder either, the drag carries nothing that can be read here.
 */
files: number, 
/**
 * How many folders.
 */
folders: number, 
/**
 * The name of the first.
 */
first: Shown | null, };

/**
 * What the person has chosen for the window.
 */
export type Preferences = { 
/**
 * Light or dark.
 */
theme: Theme, 
/**
 * How strong contrasts are.
 */
contrast: Contrast, 
/**
 * The zone that times are shown in.
 */
zone: Zone, 
/**
 * Whether single letters are keys (WCAG 2.1.4 asks that they can be switched off).
 */
letterKeys: boolean, 
/**
 * How large everything is drawn, in percent: 50 to 400.
 */
zoom: number, 
/**
 * The width of the list beside the chosen item, in CSS pixels; the page bounds it.
 */
listWidth: number, 
/**
 * Whether the person has closed the guide through the practice files.
 */
guideClosed: boolean, 
/**
 * How long answers are kept.
 */
retention: Retention, 
/**
 * How long a kept answer stands for a new one, in minutes: 0 to 1,440.
 */
freshMinutes: number, };

/**
 * Light or dark.
 */
export type Theme = "system" | "light" | "dark";

/**
 * How strong contrasts are.
 */
export type Contrast = "system" | "more";

/**
 * The zone that times are shown in.
 */
export type Zone = "utc" | "local";

/**
 * How long answers are kept.
 */
export type Retention = "off" | "day" | "week" | "month" | "quarter";

/**
 * Something to tell once, in place until dismissed.
 */
export type Notice = { 
/**
 * Names the notice to `dismiss`.
 */
id: number, 
/**
 * What is to be told.
 */
error: UserError, };

/**
 * Practice or organisation; part of every account id.
 */
export type Realm = "practice" | "organisation";

/**
 * Who is signed in, or how far signing in has come.
 */
export type Session = { "kind": "signedOut", 
/**
 * Why the last attempt or session ended, if it did not end by the person's wish.
 */
error: UserError | null, 
/**
 * What became of the sign-in, if the person signed out.
 */
signedOut: SignOut | null, 
/**
 * Where the last attempt was, if it or its session ended with the error.
 */
tried: SignInTo | null, } | { "kind": "restoring", 
/**
 * Where.
 */
realm: Realm, 
/**
 * The keyring is locked: it waits for the person's answer.
 */
locked: boolean, } | { "kind": "signingIn", 
/**
 * Where.
 */
realm: Realm, 
/**
 * How far.
 */
step: SignInStep, 
/**
 * When the attempt ends by itself.
 */
until: UtcMillis, 
/**
 * What is the matter with the browser, if something is.
 */
browser: UserError | null, 
/**
 * Why the person is asked to sign in, if it is not by their own wish alone.
 */
why: UserError | null, 
/**
 * Whether the answer comes back in the address, since the administrator has set that.
 */
inAddress: boolean, } | { "kind": "signedIn", 
/**
 * Who.
 */
account: ShownAccount, 
/**
 * Whether the sign-in outlasts the program.
 */
keeping: Keeping, } | { "kind": "interrupted", 
/**
 * Who was signed in.
 */
account: ShownAccount, 
/**
 * Why the session ended.
 */
error: UserError, };

/**
 * An account, for the person.
 */
export type ShownAccount = { 
/**
 * Where.
 */
realm: Realm, 
/**
 * The person's display name.
 */
name: Shown, 
/**
 * The name the person signs in with.
 */
signInName: Shown, 
/**
 * The tenant's name or, for want of it, its id.
 */
tenant: Shown, 
/**
 * The device groups this person sees, where that can be known; otherwise the roles decide and
 * the page says so.
 */
sees: Shown | null, };

/**
 * Whether a sign-in outlasts the program.
 */
export type Keeping = { "kind": "kept" } | { "kind": "saving" } | { "kind": "notKept", 
/**
 * Why.
 */
error: UserError, };

/**
 * What becomes of a sign-in when the person signs out.
 */
export type SignOut = { 
/**
 * Where the person was signed in.
 */
realm: Realm, 
/**
 * How far it has come.
 */
removal: Removal, };

/**
 * Whether what was kept of a sign-in is gone.
 */
export type Removal = { "kind": "removing" } | { "kind": "removed" } | { "kind": "notRemoved", 
/**
 * Why.
 */
error: UserError, };

/**
 * How far an attempt to sign in has come.
 */
export type SignInStep = "starting" | "inBrowser" | "exchanging";

/**
 * A connected organisation, as stored.
 */
export type Organisation = { 
/**
 * The cloud the tenant lives in.
 */
cloud: Cloud, 
/**
 * The tenant's id: a GUID.
 */
tenant: string, 
/**
 * The app registration's client id: a GUID.
 */
client: string, 
/**
 * The host of the API; settings of a version that had no choice have the usual one.
 */
host: ApiHost, 
/**
 * The domain by which the tenant was found, in ASCII; none if its id was typed.
 */
domain: string | null, 
/**
 * What reading alerts needs here.
 */
permission: Permission, };

/**
 * The permission by which alerts are read. The documents of late 2025 name the greater one for it.
 */
export type Permission = "alertRead" | "alertReadWrite";

/**
 * What the person typed to connect an organisation; checked in core.
 */
export type OrganisationForm = { 
/**
 * The cloud the tenant lives in.
 */
cloud: Cloud, 
/**
 * The tenant's id as typed or found.
 */
tenant: string, 
/**
 * The client id as typed; empty where only the texts of a registration are wanted.
 */
client: string, 
/**
 * The host of the API.
 */
host: ApiHost, 
/**
 * The domain by which the tenant was found.
 */
domain: string | null, };

/**
 * A Microsoft cloud: fixes authority, audience, hosts, Graph host and portal.
 */
export type Cloud = "commercial" | "gcc" | "gccHigh" | "dod";

/**
 * A host of the API. The commercial cloud has several, all for one audience; the other clouds have
 * one each, which is [`ApiHost::Global`].
 */
export type ApiHost = "global" | "us" | "eu" | "uk" | "au" | "newGlobal" | "newUs" | "newEu" | "newUk" | "newAu" | "newSwa" | "newIna";

/**
 * A connected organisation, as the page names it.
 */
export type OrganisationId = number;

/**
 * A connected organisation.
 */
export type Connected = { 
/**
 * Names it to intents.
 */
id: OrganisationId, 
/**
 * Which.
 */
organisation: Organisation, 
/**
 * Whether the administrator of this computer has fixed it, so that it cannot be removed here.
 */
locked: boolean, };

/**
 * Where to sign in.
 */
export type SignInTo = { "kind": "practice" } | { "kind": "organisation", 
/**
 * Which.
 */
id: OrganisationId, };

/**
 * An account that can be gone over to, as the page names it.
 */
export type AccountHandle = number;

/**
 * An account whose session lives or is kept. The active one is among them.
 */
export type KnownAccount = { 
/**
 * Names it to intents.
 */
handle: AccountHandle, 
/**
 * Where.
 */
realm: Realm, 
/**
 * The organisation, if it is still connected; none for practice.
 */
organisation: OrganisationId | null, 
/**
 * Who; none until the keyring has told.
 */
account: ShownAccount | null, 
/**
 * Whether it is the one that asks.
 */
active: boolean, 
/**
 * Whether it outlasts the program.
 */
kept: boolean, };

/**
 * A tenant that was found by a domain.
 */
export type FoundTenant = { 
/**
 * Its id.
 */
tenant: string, 
/**
 * The domain, in ASCII and lower case.
 */
domain: string, 
/**
 * The cloud that the authority's document names; the person confirms it.
 */
cloud: Cloud, };

/**
 * A way to make the app registration, or a text about it.
 */
export type RegistrationText = "portal" | "az" | "powerShell" | "message";

/**
 * How to make the app registration, with the person's values in it.
 */
export type Registration = { 
/**
 * Steps in the portal, a line each.
 */
portal: Shown, 
/**
 * A script for the Azure CLI.
 */
az: Shown, 
/**
 * A script for Microsoft Graph PowerShell.
 */
powerShell: Shown, 
/**
 * A message to the administrator, with the link that gives consent.
 */
message: Shown, };

/**
 * A check of a connected organisation, step by step.
 */
export type Check = { 
/**
 * Which organisation.
 */
organisation: OrganisationId, 
/**
 * The steps, in order, all of them from the start.
 */
steps: Array<CheckStep>, 
/**
 * Whether it goes on.
 */
running: boolean, };

/**
 * A step of a check.
 */
export type CheckStep = { 
/**
 * Which.
 */
kind: CheckKind, 
/**
 * What came of it.
 */
outcome: CheckOutcome, };

/**
 * What a step of a check tries.
 */
export type CheckKind = "discovery" | "signIn" | "scope" | "call";

/**
 * What came of a step.
 */
export type CheckOutcome = { "kind": "waiting" } | { "kind": "running" } | { "kind": "passed", 
/**
 * What was seen: the issuer, the person, the scope, the host.
 */
seen: Shown | null, } | { "kind": "failed", 
/**
 * Why, and what to do.
 */
error: UserError, };

/**
 * What the signed-in person may do, and by what.
 */
export type Passport = { 
/**
 * Who.
 */
account: ShownAccount, 
/**
 * A row a feature.
 */
rows: Array<PassportRow>, };

/**
 * What a feature needs.
 */
export type PassportRow = { 
/**
 * Which feature.
 */
feature: Feature, 
/**
 * The delegated permission, as Entra names it.
 */
scope: Shown, 
/**
 * Whether that was granted.
 */
scopeState: Grant, 
/**
 * Whether the role in Defender is there; none where the feature needs no role.
 */
roleState: Grant | null, };

/**
 * What the app does that needs a permission.
 */
export type Feature = "whoIsThere" | "staySignedIn" | "readAlerts";

/**
 * What is known of a permission or a role.
 */
export type Grant = "granted" | "missing" | "inferred" | "unknown";

/**
 * What an administrator has set for this computer.
 */
export type Managed = { "kind": "none" } | { "kind": "applied", 
/**
 * Where they stand: a file, or a key of the registry.
 */
place: Shown, 
/**
 * Each, and which value won.
 */
settings: Array<ManagedSetting>, } | { "kind": "refused", 
/**
 * Where.
 */
place: Shown, 
/**
 * Why.
 */
error: UserError, };

/**
 * A setting that an administrator has made.
 */
export type ManagedSetting = { 
/**
 * Which.
 */
name: ManagedName, 
/**
 * Its value, as a person reads it.
 */
value: Shown, 
/**
 * Whether the person may choose another one.
 */
locked: boolean, 
/**
 * Whether the person has chosen another one, which holds then.
 */
overridden: boolean, };

/**
 * What an administrator can set.
 */
export type ManagedName = "organisation" | "proxy" | "extraCa" | "practice" | "history" | "responseMode";

/**
 * How this program reaches an organisation.
 */
export type Network = { 
/**
 * The proxy that is used.
 */
proxy: ProxyInUse, 
/**
 * Further certificate authorities that the person or the administrator has named.
 */
extraCa: ExtraCa | null, 
/**
 * What is wrong with how it is set up, if something is.
 */
error: UserError | null, 
/**
 * Whether the administrator has fixed the proxy.
 */
proxyLocked: boolean, 
/**
 * Whether the administrator has fixed the certificate authorities.
 */
caLocked: boolean, };

/**
 * A proxy, and who named it.
 */
export type ProxyInUse = { "kind": "direct" } | { "kind": "environment", 
/**
 * Its name or address.
 */
host: Shown, 
/**
 * Its port.
 */
port: number, } | { "kind": "system", 
/**
 * Its name or address.
 */
host: Shown, 
/**
 * Its port.
 */
port: number, } | { "kind": "chosen", 
/**
 * Its name or address.
 */
host: Shown, 
/**
 * Its port.
 */
port: number, 
/**
 * The name to give to it, if it asks for one.
 */
user: Shown | null, } | { "kind": "desktop", 
/**
 * Its name or address.
 */
host: Shown, 
/**
 * Its port.
 */
port: number, } | { "kind": "automatic" };

/**
 * A file of certificate authorities.
 */
export type ExtraCa = { 
/**
 * Its name.
 */
file: Shown, 
/**
 * How many it holds.
 */
certificates: number, };

/**
 * What the person typed to name a proxy; checked in core.
 */
export type ProxyForm = { 
/**
 * Its name or address.
 */
host: string, 
/**
 * Its port.
 */
port: string, 
/**
 * The name to give to it; empty for none.
 */
user: string, 
/**
 * The password to give to it; none leaves the one that is kept.
 */
password: string | null, };

/**
 * Why lookups are held.
 */
export type Hold = { "kind": "throttled", 
/**
 * When lookups go on by themselves.
 */
until: UtcMillis, } | { "kind": "quota", 
/**
 * When lookups go on by themselves.
 */
until: UtcMillis, } | { "kind": "paused" } | { "kind": "signedOut" } | { "kind": "interrupted" };

/**
 * The whole batch, counted: every item is in exactly one of the fields but `items` and `alerts`.
 */
export type Counts = { 
/**
 * All items.
 */
items: number, 
/**
 * Waiting to be read.
 */
unread: number, 
/**
 * Being read.
 */
reading: number, 
/**
 * Not read, for a reason.
 */
skipped: number, 
/**
 * Could not be read.
 */
unreadable: number, 
/**
 * The person cancelled the reading or the lookup.
 */
cancelled: number, 
/**
 * A digest of another kind, whose SHA-1 is not known.
 */
unresolved: number, 
/**
 * Read; the lookup waits.
 */
waiting: number, 
/**
 * Being asked.
 */
asking: number, 
/**
 * Answered completely, with alerts.
 */
alerted: number, 
/**
 * Answered completely, no alerts visible.
 */
noneVisible: number, 
/**
 * Answered in part.
 */
incomplete: number, 
/**
 * The lookup failed.
 */
failed: number, 
/**
 * Different alerts on screen.
 */
alerts: number, };

/**
 * Which list to open.
 */
export type ListSpec = { "kind": "items", 
/**
 * Their order.
 */
sort: ItemSort, } | { "kind": "alerts", 
/**
 * Whose.
 */
item: ItemId, } | { "kind": "evidence", 
/**
 * In whose eyes.
 */
item: ItemId, 
/**
 * Of which alert.
 */
alert: AlertHandle, 
/**
 * Only the kind at this place of [`AlertDetail::evidence`](super::AlertDetail::evidence).
 */
only: number | null, } | { "kind": "raw", 
/**
 * Which alert.
 */
alert: AlertHandle, } | { "kind": "sameContent", 
/**
 * Whose.
 */
item: ItemId, } | { "kind": "history" };

/**
 * The order of items.
 */
export type ItemSort = "arrival" | "severity";

/**
 * A query that was opened.
 */
export type Opened = { 
/**
 * Its id.
 */
query: QueryId, 
/**
 * Its revision when it was opened.
 */
revision: number, 
/**
 * How many rows it has.
 */
total: number, };

/**
 * Rows of a query.
 */
export type Rows = { 
/**
 * The epoch of the account they belong to.
 */
epoch: number, 
/**
 * The query's revision they were read at.
 */
revision: number, 
/**
 * How many rows the query has.
 */
total: number, 
/**
 * The index of the first row given.
 */
from: number, 
/**
 * At most 200 rows.
 */
rows: RowList, };

/**
 * The rows, of one kind.
 */
export type RowList = { "kind": "items", "list": Array<ItemRow> } | { "kind": "alerts", "list": Array<AlertRow> } | { "kind": "evidence", "list": Array<EvidenceRow> } | { "kind": "raw", "list": Array<Shown> } | { "kind": "sameContent", "list": Array<Place> } | { "kind": "history", "list": Array<HistoryRow> };

/**
 * A digest that was looked up.
 */
export type HistoryRow = { 
/**
 * Names it, to [`reopen`](crate::workbench::Workbench::reopen).
 */
id: HistoryId, 
/**
 * The name of the file that had this content last, or the digest that a text named.
 */
name: Shown, 
/**
 * How many other names it had.
 */
names: number, 
/**
 * The folder of that file; none for a digest of a text.
 */
place: Shown | null, 
/**
 * The SHA-1 in lower-case hexadecimal.
 */
sha1: string, 
/**
 * When it last came in.
 */
seen: UtcMillis, 
/**
 * What was last answered, if anything was.
 */
answer: KeptSummary | null, };

/**
 * A kept answer, in short.
 */
export type KeptSummary = { 
/**
 * When it was given.
 */
at: UtcMillis, 
/**
 * How many alerts.
 */
alerts: number, 
/**
 * How many of them are not resolved.
 */
open: number, 
/**
 * The highest severity of the open ones, of those that this app knows.
 */
highestOpen: Severity | null, 
/**
 * How many open ones are of a severity that this app does not know.
 */
unknownOpen: number, 
/**
 * Whether it is not the whole answer.
 */
incomplete: boolean, };

/**
 * One item.
 */
export type ItemRow = { 
/**
 * Names it.
 */
id: ItemId, 
/**
 * The file's name, or the digest that a text named.
 */
name: Shown, 
/**
 * The folder it lies in; none for a digest of a text.
 */
place: Shown | null, 
/**
 * Whether the file, or the folder in which it was found, was given as a link, which was
 * followed.
 */
throughLink: boolean, 
/**
 * Where a text named the digest; none for a file.
 */
mention: Mention | null, 
/**
 * Its size in bytes, once known.
 */
size: number | null, 
/**
 * Its SHA-1 in lower-case hexadecimal, once known; none for a digest of another kind, as long
 * as its SHA-1 is not known.
 */
sha1: string | null, 
/**
 * The file's alternate streams, which its digest is not of (NTFS); once it was read.
 */
streams: Array<Stream>, 
/**
 * How many other items have the same SHA-1.
 */
sameContent: number, 
/**
 * How the reading stands; none for a digest of a text, unless it is left out.
 */
reading: Reading | null, 
/**
 * How the lookup stands; none until the digest is known.
 */
lookup: Lookup | null, };

/**
 * Where a text named a digest.
 */
export type Mention = { 
/**
 * What kind of digest. A lookup needs a SHA-1: the others have to be resolved first.
 */
kind: DigestKind, 
/**
 * The file's name; none for a pasted text.
 */
text: Shown | null, 
/**
 * The line of its first mention, from 1.
 */
line: number, 
/**
 * What stands beside it in the row of a table.
 */
note: Shown | null, };

/**
 * What kind of digest a text named.
 */
export type DigestKind = "sha1" | "sha256" | "md5";

/**
 * An alternate stream of a file.
 */
export type Stream = { 
/**
 * Its name, without the file's.
 */
name: Shown, 
/**
 * Its size in bytes.
 */
size: number, };

/**
 * Where an item came from.
 */
export type Place = { 
/**
 * The item.
 */
item: ItemId, 
/**
 * The file's name, or the pasted digest.
 */
name: Shown, 
/**
 * The folder it lies in; none for a pasted digest.
 */
folder: Shown | null, };

/**
 * How the reading of a file stands.
 */
export type Reading = { "kind": "waiting" } | { "kind": "reading", 
/**
 * 0 to 100.
 */
percent: number, } | { "kind": "read", 
/**
 * When, if that was before the program was started: the file may have changed since.
 */
earlier: UtcMillis | null, } | { "kind": "cancelled" } | { "kind": "skipped", 
/**
 * Why.
 */
error: UserError, } | { "kind": "failed", 
/**
 * Why.
 */
error: UserError, };

/**
 * How a lookup stands: what it does now, and beside it what is known.
 */
export type Lookup = { 
/**
 * What it does now.
 */
phase: Phase, 
/**
 * The last answer, if any; it stays while the lookup is asked again.
 */
answer: Answer | null, 
/**
 * The last failure, if it came after the last answer.
 */
failure: UserError | null, };

/**
 * What a lookup does now.
 */
export type Phase = "waiting" | "retrying" | "asking" | "idle";

/**
 * What a source said.
 */
export type Answer = { 
/**
 * Why the answer is not the whole answer; none if it is complete.
 *
 * Only a complete answer without alerts may be shown as "no alerts visible to you".
 */
incomplete: UserError | null, 
/**
 * How many alerts.
 */
alerts: number, 
/**
 * How many of them are not resolved.
 */
open: number, 
/**
 * How many of each severity.
 */
severities: Severities, 
/**
 * The highest severity of the open ones, of those that this app knows.
 */
highestOpen: Severity | null, 
/**
 * The open ones of a severity that this app does not know: they may be worse.
 */
unknownOpen: UnknownSeverities, 
/**
 * Different devices.
 */
devices: number, 
/**
 * The names of the first devices, the one of the latest activity first; at most 3.
 */
deviceNames: Array<Shown>, 
/**
 * The latest activity of all alerts; only if none has one, when the latest was created.
 */
lastActivity: Activity | null, 
/**
 * Whom open alerts are assigned to, at most 3 names.
 */
assignees: Array<Shown>, 
/**
 * How many different people open alerts are assigned to.
 */
people: number, 
/**
 * How many open alerts are assigned to nobody.
 */
unassigned: number, 
/**
 * Where it came from.
 */
provenance: Provenance, };

/**
 * Alerts counted by severity.
 */
export type Severities = { 
/**
 * High.
 */
high: number, 
/**
 * Medium.
 */
medium: number, 
/**
 * Low.
 */
low: number, 
/**
 * Informational.
 */
informational: number, 
/**
 * Unspecified, in the API's own word.
 */
unspecified: number, 
/**
 * Without a severity.
 */
notGiven: number, 
/**
 * Of a severity that this app does not know.
 */
unknown: number, };

/**
 * An alert's severity, in the order of attention: one that is not known may be worse than any.
 */
export type Severity = "notGiven" | "unspecified" | "informational" | "low" | "medium" | "high" | "unknown";

/**
 * Alerts of severities that this app does not know.
 */
export type UnknownSeverities = { 
/**
 * How many alerts.
 */
alerts: number, 
/**
 * The severities' own words, each once, at most 3.
 */
words: Array<Shown>, 
/**
 * How many more words there are.
 */
more: number, };

/**
 * Where an answer came from.
 */
export type Provenance = { 
/**
 * The realm of the account that asked.
 */
realm: Realm, 
/**
 * The host that answered.
 */
host: string, 
/**
 * The account that asked, by the name it signs in with.
 */
account: Shown, 
/**
 * The tenant's name or, for want of it, its id.
 */
tenant: Shown, 
/**
 * When the answer was complete.
 */
at: UtcMillis, 
/**
 * Whether it was not asked for now, but kept from an earlier time.
 */
kept: boolean, 
/**
 * The ids that the source gave its responses, for Microsoft's support; a page has one at most.
 */
requests: Array<Shown>, };

/**
 * One alert, in the eyes of one item.
 */
export type AlertRow = { 
/**
 * Names it.
 */
alert: AlertHandle, 
/**
 * How severe.
 */
severity: Severity, 
/**
 * The severity's own word, where it is [`Unknown`](Severity::Unknown).
 */
severityText: Shown | null, 
/**
 * The title; none if the answer had none.
 */
title: Shown | null, 
/**
 * New, in progress, resolved.
 */
status: Status, 
/**
 * The status's own word, where it is none of ours.
 */
statusText: Shown | null, 
/**
 * How it was classified, if it was.
 */
classification: Shown | null, 
/**
 * The determination, if there is one.
 */
determination: Shown | null, 
/**
 * What the item's file is in this alert.
 */
role: Role, 
/**
 * The device's name.
 */
device: Shown | null, 
/**
 * The device group.
 */
deviceGroup: Shown | null, 
/**
 * The last activity, if known.
 */
lastActivity: Activity | null, 
/**
 * The pages that the portal has for it.
 */
pages: Array<AlertPage>, 
/**
 * What of it can be copied.
 */
copies: Array<AlertPart>, 
/**
 * When it was read. That may be later than the item's answer: another item's answer told of the
 * same alert since.
 */
readAt: UtcMillis, };

/**
 * A page of the portal about an alert.
 */
export type AlertPage = "alert" | "incident" | "device";

/**
 * An alert's status.
 */
export type Status = "new" | "inProgress" | "resolved" | "other";

/**
 * When something last happened.
 */
export type Activity = { 
/**
 * When.
 */
at: UtcMillis, 
/**
 * Whether it is only the time at which the alert was created, for want of an event's time.
 */
created: boolean, };

/**
 * What a file is in an alert, from the evidence rows that carry its SHA-1.
 */
export type Role = { "kind": "named", 
/**
 * Its parts, the most telling first; at least one.
 */
parts: Array<RolePart>, } | { "kind": "notNamed" } | { "kind": "noEvidence" };

/**
 * One evidence row that carries the file's SHA-1.
 */
export type RolePart = { 
/**
 * What the file is there.
 */
part: FilePart, 
/**
 * The entity's own word, where it is none of ours.
 */
entity: Shown | null, 
/**
 * The file's name there.
 */
name: Shown | null, 
/**
 * Its folder there.
 */
folder: Shown | null, 
/**
 * Detected, prevented.
 */
detection: Shown | null, };

/**
 * What a file is in an evidence row.
 */
export type FilePart = "parentProcess" | "process" | "file" | "other";

/**
 * Everything that the API said about an alert, beyond its row.
 *
 * Evidence is a list of its own, [`ListSpec::Evidence`](super::ListSpec::Evidence), and so is the
 * raw text.
 */
export type AlertDetail = { 
/**
 * The epoch of the account it belongs to.
 */
epoch: number, 
/**
 * The alert's own id.
 */
id: Shown | null, 
/**
 * The description, line breaks kept.
 */
description: Shown | null, 
/**
 * The category, as given.
 */
category: Shown | null, 
/**
 * The techniques, in the order of the API, at most 200.
 */
techniques: Array<Technique>, 
/**
 * What detected it, in the API's own word.
 */
detectionSource: Shown | null, 
/**
 * The threat's name.
 */
threat: Shown | null, 
/**
 * The name of the threat's family.
 */
threatFamily: Shown | null, 
/**
 * The device's id.
 */
machine: Shown | null, 
/**
 * The user it is about: `DOMAIN\user`.
 */
user: Shown | null, 
/**
 * Who was logged on to the device, at most 200.
 */
loggedOn: Array<Shown>, 
/**
 * The tenant's id.
 */
tenant: Shown | null, 
/**
 * What is known of when, in the order of [`MomentKind`].
 */
moments: Array<Moment>, 
/**
 * Whom it is assigned to.
 */
assignedTo: Shown | null, 
/**
 * How the automatic investigation stands, in the API's own word.
 */
investigationState: Shown | null, 
/**
 * The investigation's id.
 */
investigation: Shown | null, 
/**
 * The incident's id.
 */
incident: Shown | null, 
/**
 * The comments, in the order of the API, at most 200.
 */
comments: Array<Comment>, 
/**
 * The kinds of evidence, in the order in which they first occur.
 */
evidence: Array<EvidenceKind>, 
/**
 * The fields that had a value and stand nowhere above, in the order of the API, at most 2,000.
 */
other: Array<Field>, 
/**
 * How many entries of the lists above were left out.
 */
leftOut: number, };

/**
 * A technique of MITRE ATT&CK that an alert names.
 */
export type Technique = { 
/**
 * Its id, as given.
 */
id: Shown, 
/**
 * Its name, where the id is one that this app knows.
 */
name: string | null, 
/**
 * The names of its tactics.
 */
tactics: Array<string>, 
/**
 * Whether MITRE still keeps it; none where the id is not one that this app knows.
 */
standing: Standing | null, 
/**
 * Whether it has a page: its id is of the known form.
 */
page: boolean, };

/**
 * Whether MITRE still keeps a technique.
 */
export type Standing = "current" | "deprecated" | "revoked";

/**
 * Something that has a time in an alert's life.
 */
export type Moment = { 
/**
 * What.
 */
kind: MomentKind, 
/**
 * When.
 */
at: UtcMillis, };

/**
 * What has a time in an alert's life, in the order in which it usually comes.
 */
export type MomentKind = "firstEvent" | "lastEvent" | "created" | "updated" | "resolved";

/**
 * A comment of an analyst.
 */
export type Comment = { 
/**
 * What was said, line breaks kept.
 */
text: Shown, 
/**
 * By whom.
 */
author: Shown | null, 
/**
 * When.
 */
at: UtcMillis | null, };

/**
 * Evidence of one kind.
 */
export type EvidenceKind = { 
/**
 * The API's own word for it; none where a row has none.
 */
kind: Shown | null, 
/**
 * How many rows.
 */
rows: number, };

/**
 * One row of evidence, in the eyes of one item.
 */
export type EvidenceRow = { 
/**
 * Its place in the answer, from 0; names it to what can be copied.
 */
index: number, 
/**
 * The API's own word for what it is.
 */
kind: Shown | null, 
/**
 * Whether it carries the item's SHA-1.
 */
ours: boolean, 
/**
 * The file's name.
 */
name: Shown | null, 
/**
 * The file's folder.
 */
folder: Shown | null, 
/**
 * What a row is that is no file and no process: an account, an address, a registry key.
 * Addresses are defanged.
 */
value: Shown | null, 
/**
 * Whether `value` is an address, shown defanged.
 */
address: boolean, 
/**
 * The SHA-1, as given.
 */
sha1: Shown | null, 
/**
 * The SHA-256, as given.
 */
sha256: Shown | null, 
/**
 * The process's id.
 */
process: Shown | null, 
/**
 * The process's command line.
 */
commandLine: Shown | null, 
/**
 * The parent process's id.
 */
parentProcess: Shown | null, 
/**
 * The parent process's file, with its folder.
 */
parentFile: Shown | null, 
/**
 * Detected, prevented.
 */
status: Shown | null, 
/**
 * When it became evidence.
 */
at: UtcMillis | null, 
/**
 * The fields that had a value and stand nowhere above, at most 100.
 */
other: Array<Field>, 
/**
 * How many more there are.
 */
otherLeftOut: number, 
/**
 * What of it can be copied; the form without addresses only where it differs.
 */
copies: Array<EvidencePart>, };

/**
 * One field that is shown unadorned.
 */
export type Field = { 
/**
 * Its name as the API has it, with its place in lists: `domains 2 · host`.
 */
name: Shown, 
/**
 * Its value.
 */
value: Shown, };

/**
 * A page of the portal.
 */
export type PortalPage = { "kind": "alert", 
/**
 * Which.
 */
alert: AlertHandle, } | { "kind": "incident", 
/**
 * Which alert.
 */
alert: AlertHandle, } | { "kind": "device", 
/**
 * Which alert.
 */
alert: AlertHandle, } | { "kind": "file", 
/**
 * Whose.
 */
item: ItemId, } | { "kind": "technique", 
/**
 * Which alert.
 */
alert: AlertHandle, 
/**
 * The technique's place in [`AlertDetail::techniques`](super::AlertDetail::techniques).
 */
technique: number, };

/**
 * What can be copied; core holds the exact value.
 */
export type CopyField = { "kind": "signInLink" } | { "kind": "practiceFolder" } | { "kind": "sessionProblem" } | { "kind": "request", 
/**
 * About what.
 */
about: RequestAbout, } | { "kind": "passport" } | { "kind": "item", 
/**
 * Which.
 */
item: ItemId, 
/**
 * What of it.
 */
part: ItemPart, } | { "kind": "alert", 
/**
 * In whose eyes.
 */
item: ItemId, 
/**
 * Which.
 */
alert: AlertHandle, 
/**
 * What of it.
 */
part: AlertPart, } | { "kind": "evidence", 
/**
 * Of which alert.
 */
alert: AlertHandle, 
/**
 * The row's place in the answer, from 0.
 */
row: number, 
/**
 * What of it.
 */
part: EvidencePart, };

/**
 * What a message to the administrator can be about.
 */
export type RequestAbout = { "kind": "session" } | { "kind": "check" } | { "kind": "item", 
/**
 * Which.
 */
item: ItemId, } | { "kind": "explained", 
/**
 * As it was given to be explained.
 */
typed: string, };

/**
 * What can be copied of an item.
 */
export type ItemPart = "sha1" | "name" | "path" | "triageNote" | "markdown" | "json" | "csv";

/**
 * What can be copied of an alert.
 */
export type AlertPart = "title" | "id" | "device" | "user" | "markdown" | "json" | "csv";

/**
 * What can be copied of a row of evidence.
 */
export type EvidencePart = "name" | "folder" | "sha1" | "sha256" | "commandLine" | "commandLineDefanged" | "value" | "defanged" | "other" | "json" | "csv";

/**
 * What was removed when the person had everything forgotten, and what could not be.
 */
export type Forgotten = { 
/**
 * Kept answers, of all accounts.
 */
answers: number, 
/**
 * Kept alerts.
 */
alerts: number, 
/**
 * Files and digests of the history.
 */
items: number, 
/**
 * Sign-ins in the keyring.
 */
signIns: number, 
/**
 * Whether the settings are gone.
 */
settings: boolean, 
/**
 * Files of the log.
 */
logs: number, 
/**
 * Whether what the web view kept is gone.
 */
profile: boolean, 
/**
 * Times of calls of the last hour, which stay until they no longer count.
 */
callsKept: number, 
/**
 * What could not be removed.
 */
failed: Array<UserError>, };

/**
 * What went wrong, for the person; the cause is in the log.
 */
export type UserError = { 
/**
 * What kind of problem this is.
 */
code: ErrorCode, 
/**
 * What the sentence needs: seconds to wait, a host, a correlation id.
 */
facts: { [key in string]: Fact }, };

/**
 * One fact of a sentence.
 */
export type Fact = number | Shown;

/**
 * What kind of problem an error is. Each has its words in `words/`.
 */
export type ErrorCode = "signInDeclined" | "signInGivenUp" | "signInTimedOut" | "signInRefused" | "signInInvalid" | "signInNoListener" | "signInClock" | "browserNotOpened" | "authorityUnreachable" | "renewalInvalid" | "sessionEnded" | "consentMissing" | "consentPending" | "consentDeclined" | "serviceMissing" | "permissionNotListed" | "notAssigned" | "secondFactor" | "deviceNotManaged" | "blockedByPolicy" | "accountBlocked" | "appNotFound" | "tenantNotFound" | "wrongAccount" | "tenantRestricted" | "redirectMismatch" | "notPublicClient" | "registeredForPages" | "sessionExpired" | "sessionRevoked" | "startAgain" | "requestWrong" | "passwordExpired" | "passwordWrong" | "accountDisabled" | "authorityBusy" | "personNeeded" | "noNumber" | "clockSlow" | "clockFast" | "keyringNone" | "keyringLocked" | "keyringDismissed" | "keyringSilent" | "keyringBusy" | "keyringRefused" | "keyringDamaged" | "keyringNewer" | "keyringSeveral" | "keyringNotKept" | "nothingToKeep" | "signInFilesFailed" | "signOutUnfinished" | "offline" | "timedOut" | "brokenOff" | "unauthorized" | "notLicensed" | "scopeMissing" | "readWriteNeeded" | "roleMissing" | "forbidden" | "notFound" | "rejected" | "throttled" | "serverError" | "redirected" | "unexpectedAnswer" | "tooLarge" | "pageMissing" | "linkRefused" | "tooManyPages" | "entriesUnreadable" | "partial" | "answerDamaged" | "askingFailed" | "notRegular" | "emptyFile" | "emptyDigest" | "cloudOnly" | "noPermission" | "locked" | "vanished" | "nameNotText" | "changed" | "blocked" | "unreadable" | "readingFailed" | "noDigestInText" | "textTooLong" | "clipboardUnreadable" | "clipboardNotWritten" | "noFilesInDrop" | "argumentElsewhere" | "tooManyArguments" | "openedBeside" | "tenantInvalid" | "clientInvalid" | "hostInvalid" | "notConnected" | "managedBroken" | "managedWritable" | "managedUnreadable" | "domainInvalid" | "domainUnknown" | "discoveryInvalid" | "settingsNewer" | "settingsBroken" | "settingsUnreadable" | "settingsNotSaved" | "journalDamaged" | "journalAndCallsDamaged" | "journalNewer" | "journalUnavailable" | "journalDamagedMeanwhile" | "journalGone" | "journalNotWritten" | "journalWrittenAgain" | "journalLost" | "answersNotForgotten" | "signInsNotForgotten" | "settingsNotForgotten" | "logsNotForgotten" | "profileNotForgotten" | "listFull" | "ledgerTrouble" | "practiceUnavailable" | "practiceFilesNotWritten" | "notOpened" | "noPortalPage" | "gone" | "pageReloaded" | "logUnavailable" | "nameUnknown" | "proxyUnreachable" | "proxyPassword" | "proxyPasswordInvalid" | "proxyPasswordRemembered" | "proxyIntegrated" | "proxyRefused" | "proxyAutomatic" | "certificateIssuer" | "certificateExpired" | "certificateNotYetValid" | "certificateHost" | "tlsFailed" | "proxyHostInvalid" | "proxyPortInvalid" | "proxyUserInvalid" | "caNotACertificate" | "caUnreadable" | "caTooLarge" | "caPrivateKey" | "browserNoDisplay" | "browserNoDisplaySsh" | "browserHangs" | "browserSilent" | "browserInsistsOnHttps";

/**
 * What can be done about an error with one press.
 */
export type Remedy = "signIn" | "otherAccount" | "stepUp" | "askAdministrator" | "connection" | "network";

/**
 * A text in its display form: what is visible as it is, and every hidden character by its name.
 */
export type Shown = { 
/**
 * In their order.
 */
parts: Array<Part>, 
/**
 * How many characters were cut off at the end.
 */
hidden: number, };

/**
 * A part of a text.
 */
export type Part = { "kind": "plain", "text": string } | { "kind": "control", "text": string };

/** What can be done about an error with one press. */
export const remedies: { readonly [Code in ErrorCode]?: Remedy } = {
	signInRefused: "askAdministrator",
	authorityUnreachable: "network",
	sessionEnded: "signIn",
	consentMissing: "askAdministrator",
	consentPending: "askAdministrator",
	consentDeclined: "signIn",
	serviceMissing: "askAdministrator",
	permissionNotListed: "askAdministrator",
	notAssigned: "askAdministrator",
	secondFactor: "signIn",
	deviceNotManaged: "askAdministrator",
	blockedByPolicy: "askAdministrator",
	accountBlocked: "askAdministrator",
	appNotFound: "connection",
	tenantNotFound: "connection",
	wrongAccount: "otherAccount",
	tenantRestricted: "askAdministrator",
	redirectMismatch: "askAdministrator",
	notPublicClient: "askAdministrator",
	registeredForPages: "askAdministrator",
	sessionExpired: "signIn",
	sessionRevoked: "signIn",
	startAgain: "signIn",
	requestWrong: "connection",
	passwordExpired: "signIn",
	passwordWrong: "signIn",
	accountDisabled: "askAdministrator",
	personNeeded: "signIn",
	offline: "network",
	unauthorized: "signIn",
	notLicensed: "askAdministrator",
	scopeMissing: "askAdministrator",
	readWriteNeeded: "stepUp",
	roleMissing: "askAdministrator",
	forbidden: "askAdministrator",
	notConnected: "connection",
	nameUnknown: "network",
	proxyUnreachable: "network",
	proxyPassword: "network",
	proxyIntegrated: "network",
	proxyRefused: "network",
	proxyAutomatic: "network",
	certificateIssuer: "network",
};
