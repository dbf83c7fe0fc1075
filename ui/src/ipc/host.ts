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

	signIn: (to, otherAccount) => invoke("sign_in", { to, otherAccount }),
	cancelSignIn: () => invoke("cancel_sign_in"),
	reopenBrowser: () => invoke("reopen_browser"),
	signOut: () => invoke("sign_out"),
	switchAccount: (account) => invoke("switch_account", { account }),
	forgetAccount: (account) => invoke("forget_account", { account }),
	stepUp: () => invoke("step_up"),
	explain: (text) => invoke("explain", { text }),
	passport: () => invoke("passport"),

	findTenant: (text) => invoke("find_tenant", { text }),
	registration: (form) => invoke("registration", { form }),
	copyRegistration: (form, part) => invoke("copy_registration", { form, part }),
	connect: (form) => invoke("connect", { form }),
	disconnect: (organisation) => invoke("disconnect", { organisation }),
	startCheck: (organisation) => invoke("start_check", { organisation }),
	closeCheck: () => invoke("close_check"),

	setProxy: (form) => invoke("set_proxy", { form }),
	clearProxy: () => invoke("clear_proxy"),
	pickExtraCa: () => invoke("pick_extra_ca"),
	clearExtraCa: () => invoke("clear_extra_ca"),

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

	goOn: () => invoke("go_on"),
	leaveUnfinished: () => invoke("leave_unfinished"),
	searchHistory: (text) => invoke("search_history", { text }),
	reopen: (entry) => invoke("reopen", { entry }),
	forgetEverything: () => invoke("forget_everything"),

	openPortal: (page) => invoke("open_portal", { page }),
	copy: (field) => invoke("copy", { field }),
	openLogFolder: () => invoke("open_log_folder"),
	setPreferences: (preferences) => invoke("set_preferences", { preferences }),
	about: () => invoke("about"),
	copyDiagnostics: () => invoke("copy_diagnostics"),
	dismiss: (notice) => invoke("dismiss", { notice }),
};
