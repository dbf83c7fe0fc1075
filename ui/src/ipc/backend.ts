import type { About } from "./about";
import type {
	AccountHandle,
	AlertDetail,
	AlertHandle,
	CopyField,
	Forgotten,
	FoundTenant,
	HistoryId,
	ItemId,
	ListSpec,
	Opened,
	OrganisationForm,
	OrganisationId,
	Passport,
	PortalPage,
	Preferences,
	ProxyForm,
	QueryId,
	Registration,
	RegistrationText,
	Rows,
	SignInTo,
	Update,
	UserError,
} from "./view";

/**
 * What the page can ask of the host: one method a command.
 *
 * A promise is rejected with whatever the host gave as its error; `asFailure` says what it is.
 */
export interface Backend {
	/**
	 * Delivers updates, the head first, until the next subscription.
	 *
	 * Each update must be acknowledged once it is on screen; the next one waits for that.
	 */
	subscribe(onUpdate: (update: Update) => void): Promise<void>;
	acknowledge(sequence: number): Promise<void>;

	openList(list: ListSpec): Promise<Opened>;
	/** The rows `from` (inclusive) to `to` (exclusive), at most 200. */
	rows(query: QueryId, from: number, to: number): Promise<Rows>;
	closeList(query: QueryId): Promise<void>;
	alertDetail(alert: AlertHandle): Promise<AlertDetail>;

	signIn(to: SignInTo, otherAccount: boolean): Promise<void>;
	cancelSignIn(): Promise<void>;
	reopenBrowser(): Promise<void>;
	signOut(): Promise<void>;
	/** Goes over to an account whose session lives or is kept, without a browser. */
	switchAccount(account: AccountHandle): Promise<void>;
	/** Signs that account out and removes it. */
	forgetAccount(account: AccountHandle): Promise<void>;
	/** Signs in once more, with the greater permission. */
	stepUp(): Promise<void>;
	/** What an AADSTS number means that Microsoft's page has shown. */
	explain(text: string): Promise<UserError>;
	/** What the signed-in person may do, and by what. */
	passport(): Promise<Passport>;

	/** Finds a tenant by a domain or an e-mail address; only the domain is sent. */
	findTenant(text: string): Promise<FoundTenant>;
	/** How to make the app registration, with the form's values in it. */
	registration(form: OrganisationForm): Promise<Registration>;
	copyRegistration(form: OrganisationForm, part: RegistrationText): Promise<void>;
	connect(form: OrganisationForm): Promise<void>;
	disconnect(organisation: OrganisationId): Promise<void>;
	/** Tries the connection step by step; the head tells how it goes. */
	startCheck(organisation: OrganisationId): Promise<void>;
	/** Ends a check that goes on, and forgets what it has found. */
	closeCheck(): Promise<void>;

	setProxy(form: ProxyForm): Promise<void>;
	/** Leaves the proxy to the environment and the system again. */
	clearProxy(): Promise<void>;
	/** Has the person choose a file of further certificate authorities. */
	pickExtraCa(): Promise<void>;
	clearExtraCa(): Promise<void>;

	/** Restores after a failure of the keyring, or saves or removes again what could not be. */
	tryKeyring(): Promise<void>;

	pickFiles(): Promise<void>;
	/** Takes in a folder with all that is in it. */
	pickFolder(): Promise<void>;
	/** Takes in every digest of the text on the clipboard, which the host reads. */
	paste(): Promise<void>;
	/** Answers the question of that number: whether what it is about is taken in, or left out. */
	answerQuestion(question: number, goOn: boolean): Promise<void>;
	/** Reads the files that lie with a cloud, which downloads them. */
	readCloudOnly(): Promise<void>;
	practiceFiles(): Promise<void>;
	retry(item: ItemId): Promise<void>;
	retryFailed(): Promise<void>;
	/** Begins no reading and no lookup until `resume`; nothing is lost. */
	pause(): Promise<void>;
	resume(): Promise<void>;
	cancel(item: ItemId): Promise<void>;
	cancelAll(): Promise<void>;
	clear(): Promise<void>;

	/** Puts what an earlier run left unfinished into the list, and goes on with it. */
	goOn(): Promise<void>;
	/** Offers that no more; it stays in the history. */
	leaveUnfinished(): Promise<void>;
	/**
	 * Which rows the list of the history has from now on: those that hold the text, at most 200
	 * characters; all, where it is empty. Settled once the list is that.
	 */
	searchHistory(text: string): Promise<void>;
	/** Puts an entry of the history into the list, as it was kept, and chooses it. */
	reopen(entry: HistoryId): Promise<void>;
	/** Removes everything of the person; tells what was removed, and what could not be. */
	forgetEverything(): Promise<Forgotten>;

	openPortal(page: PortalPage): Promise<void>;
	copy(field: CopyField): Promise<void>;
	openLogFolder(): Promise<void>;
	setPreferences(preferences: Preferences): Promise<void>;
	about(): Promise<About>;
	/** What helps to find a fault, without anything of the person or their files. */
	copyDiagnostics(): Promise<void>;
	dismiss(notice: number): Promise<void>;
}
