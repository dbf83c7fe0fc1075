/** The program and what it runs on: the answer of the command `about`. */
export interface About {
	readonly version: string;
	/** The version of the system's web view; none if the system does not tell. */
	readonly webView: string | null;
	readonly tauri: string;
	/** The system with its version. */
	readonly system: string;
	/** The processor's architecture. */
	readonly architecture: string;
	/** The desktop and the kind of its session; none where the system has one only. */
	readonly desktop: string | null;
	/** Whether the practice tenant is built in. */
	readonly practice: boolean;
}
