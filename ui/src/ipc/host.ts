import { Channel, invoke } from "@tauri-apps/api/core";
import type { Backend } from "./backend";
import type { Update } from "./view";

/** The host that this page runs in. */
export const host: Backend = {
	subscribe: (onUpdate) => invoke("subscribe", { channel: new Channel<Update>(onUpdate) }),
	acknowledge: (sequence) => invoke("acknowledge", { sequence }),

	openList: (list) => invoke("open_list", { list }),
	rows: (query, from, to) => invoke("rows", { query, from, to }),
	closeList: (query) => invoke("close_list", { query }),
	alertDetail: (alert) => invoke("alert_detail", { alert }),

	signIn: (realm, otherAccount) => invoke("sign_in", { realm, otherAccount }),
	cancelSignIn: () => invoke("cancel_sign_in"),
	reopenBrowser: () => invoke("reopen_browser"),
	signOut: () => invoke("sign_out"),
	connect: (form) => invoke("connect", { form }),
	disconnect: () => invoke("disconnect"),
	tryKeyring: () => invoke("try_keyring"),

	pickFiles: () => invoke("pick_files"),
	pickFolder: () => invoke("pick_folder"),
	paste: () => invoke("paste"),
	answerQuestion: (question, goOn) => invoke("answer_question", { question, goOn }),
	readCloudOnly: () => invoke("read_cloud_only"),
	practiceFiles: () => invoke("practice_files"),
	retry: (item) => invoke("retry", { item }),
	retryFailed: () => invoke("retry_failed"),
	pause: () => invoke("pause"),
	resume: () => invoke("resume"),
	cancel: (item) => invoke("cancel", { item }),
	cancelAll: () => invoke("cancel_all"),
	clear: () => invoke("clear"),

	openPortal: (page) => invoke("open_portal", { page }),
	copy: (field) => invoke("copy", { field }),
	openLogFolder: () => invoke("open_log_folder"),
	setPreferences: (preferences) => invoke("set_preferences", { preferences }),
	about: () => invoke("about"),
	copyDiagnostics: () => invoke("copy_diagnostics"),
	dismiss: (notice) => invoke("dismiss", { notice }),
};
