import type { About } from "./about";
import type {
	AlertDetail,
	AlertHandle,
	CopyField,
	ItemId,
	ListSpec,
	Opened,
	OrganisationForm,
	PortalPage,
	Preferences,
	QueryId,
	Realm,
	Rows,
	Update,
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

	signIn(realm: Realm, otherAccount: boolean): Promise<void>;
	cancelSignIn(): Promise<void>;
	reopenBrowser(): Promise<void>;
	signOut(): Promise<void>;
	connect(form: OrganisationForm): Promise<void>;
	disconnect(): Promise<void>;
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

	openPortal(page: PortalPage): Promise<void>;
	copy(field: CopyField): Promise<void>;
	openLogFolder(): Promise<void>;
	setPreferences(preferences: Preferences): Promise<void>;
	about(): Promise<About>;
	/** What helps to find a fault, without anything of the person or their files. */
	copyDiagnostics(): Promise<void>;
	dismiss(notice: number): Promise<void>;
}
