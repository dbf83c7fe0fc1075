//! Declares the commands, so that they fall under the access control list: without this every
//! window could call every command.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&[
        "subscribe",
        "acknowledge",
        "open_list",
        "rows",
        "close_list",
        "alert_detail",
        "sign_in",
        "cancel_sign_in",
        "reopen_browser",
        "sign_out",
        "try_keyring",
        "connect",
        "disconnect",
        "pick_files",
        "pick_folder",
        "paste",
        "answer_question",
        "read_cloud_only",
        "practice_files",
        "retry",
        "retry_failed",
        "pause",
        "resume",
        "cancel",
        "cancel_all",
        "clear",
        "set_preferences",
        "open_portal",
        "copy",
        "open_log_folder",
        "dismiss",
        "about",
        "copy_diagnostics",
    ]);
    let attributes = tauri_build::Attributes::new().app_manifest(commands);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
