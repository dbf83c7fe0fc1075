//! The intents of the page. Each parses, delegates and converts; none takes a path, a URL or a
//! token.
#![expect(clippy::needless_pass_by_value, reason = "Tauri hands a command its state by value")]

use droptrace_core::{
    view::{
        AlertDetail, AlertHandle, CopyField, ErrorCode, ItemId, ListSpec, Opened, OrganisationForm,
        PortalPage, Preferences, QueryId, Realm, Rows, Update, UserError,
    },
    workbench::Workbench,
};
use tauri::{AppHandle, Manager, Runtime, State, WebviewWindow, ipc::Channel, ipc::Invoke};

use crate::{
    about::{self, About},
    clipboard::Clipboard,
    desktop,
    log::Log,
    page,
    picker::{self, Pick},
    theme,
};

type Answer<T> = Result<T, UserError>;

/// Every command, under the names that `build.rs` declares.
pub(crate) fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        subscribe,
        acknowledge,
        open_list,
        rows,
        close_list,
        alert_detail,
        sign_in,
        cancel_sign_in,
        reopen_browser,
        sign_out,
        try_keyring,
        connect,
        disconnect,
        pick_files,
        pick_folder,
        paste,
        answer_question,
        read_cloud_only,
        practice_files,
        retry,
        retry_failed,
        pause,
        resume,
        cancel,
        cancel_all,
        clear,
        set_preferences,
        open_portal,
        copy,
        open_log_folder,
        dismiss,
        about,
        copy_diagnostics,
    ]
}

#[tauri::command]
fn subscribe(workbench: State<'_, Workbench>, channel: Channel<Update>) {
    workbench.subscribe(Box::new(move |update| channel.send(update).is_ok()));
}

#[tauri::command]
fn acknowledge(workbench: State<'_, Workbench>, sequence: u32) {
    workbench.acknowledge(sequence);
}

#[tauri::command]
async fn open_list(workbench: State<'_, Workbench>, list: ListSpec) -> Answer<Opened> {
    workbench.open(list).await
}

#[tauri::command]
async fn rows(workbench: State<'_, Workbench>, query: QueryId, from: u32, to: u32) -> Answer<Rows> {
    workbench.rows(query, from, to).await
}

#[tauri::command]
fn close_list(workbench: State<'_, Workbench>, query: QueryId) {
    workbench.close(query);
}

#[tauri::command]
async fn alert_detail(workbench: State<'_, Workbench>, alert: AlertHandle) -> Answer<AlertDetail> {
    workbench.alert_detail(alert).await
}

#[tauri::command]
fn sign_in(workbench: State<'_, Workbench>, realm: Realm, other_account: bool) -> Answer<()> {
    workbench.sign_in(realm, other_account)
}

#[tauri::command]
fn cancel_sign_in(workbench: State<'_, Workbench>) {
    workbench.cancel_sign_in();
}

#[tauri::command]
fn reopen_browser(workbench: State<'_, Workbench>) {
    workbench.reopen_browser();
}

#[tauri::command]
fn sign_out(workbench: State<'_, Workbench>) {
    workbench.sign_out();
}

#[tauri::command]
fn try_keyring(workbench: State<'_, Workbench>) {
    workbench.try_keyring();
}

#[tauri::command]
async fn connect(workbench: State<'_, Workbench>, form: OrganisationForm) -> Answer<()> {
    workbench.connect(form).await
}

#[tauri::command]
async fn disconnect(workbench: State<'_, Workbench>) -> Answer<()> {
    workbench.disconnect().await
}

#[tauri::command]
async fn pick_files<R: Runtime>(
    workbench: State<'_, Workbench>,
    window: WebviewWindow<R>,
) -> Answer<()> {
    pick(&workbench, window, Pick::Files).await
}

#[tauri::command]
async fn pick_folder<R: Runtime>(
    workbench: State<'_, Workbench>,
    window: WebviewWindow<R>,
) -> Answer<()> {
    pick(&workbench, window, Pick::Folders).await
}

#[tauri::command]
async fn paste<R: Runtime>(app: AppHandle<R>, workbench: State<'_, Workbench>) -> Answer<()> {
    let text = blocking(ErrorCode::ClipboardUnreadable, move || app.state::<Clipboard>().read());
    workbench.take_in_text(text.await?).await
}

#[tauri::command]
fn answer_question(workbench: State<'_, Workbench>, question: u32, go_on: bool) {
    workbench.answer_question(question, go_on);
}

#[tauri::command]
fn read_cloud_only(workbench: State<'_, Workbench>) {
    workbench.read_cloud_only();
}

#[tauri::command]
async fn practice_files(workbench: State<'_, Workbench>) -> Answer<()> {
    let folder = workbench.practice_files().await?;
    blocking(ErrorCode::NotOpened, move || {
        desktop::open_folder(&folder).map_err(|error| not_opened(&error))
    })
    .await
}

#[tauri::command]
fn retry(workbench: State<'_, Workbench>, item: ItemId) {
    workbench.retry(item);
}

#[tauri::command]
fn retry_failed(workbench: State<'_, Workbench>) {
    workbench.retry_failed();
}

#[tauri::command]
fn pause(workbench: State<'_, Workbench>) {
    workbench.pause();
}

#[tauri::command]
fn resume(workbench: State<'_, Workbench>) {
    workbench.resume();
}

#[tauri::command]
fn cancel(workbench: State<'_, Workbench>, item: ItemId) {
    workbench.cancel(item);
}

#[tauri::command]
fn cancel_all(workbench: State<'_, Workbench>) {
    workbench.cancel_all();
}

#[tauri::command]
fn set_preferences<R: Runtime>(
    workbench: State<'_, Workbench>,
    window: WebviewWindow<R>,
    preferences: Preferences,
) {
    workbench.set_preferences(preferences);
    let chosen = workbench.preferences();
    theme::show(&window, chosen.theme);
    page::show_zoom(&window, chosen.zoom);
}

#[tauri::command]
fn clear(workbench: State<'_, Workbench>) {
    workbench.clear();
}

#[tauri::command]
async fn open_portal(workbench: State<'_, Workbench>, page: PortalPage) -> Answer<()> {
    let link = workbench.portal_link(page).await?;
    blocking(ErrorCode::NotOpened, move || {
        open::that_detached(link.as_str()).map_err(|error| not_opened(&error))
    })
    .await
}

#[tauri::command]
async fn copy<R: Runtime>(
    app: AppHandle<R>,
    workbench: State<'_, Workbench>,
    field: CopyField,
) -> Answer<()> {
    let value = workbench.exact(field).await?;
    blocking(ErrorCode::ClipboardNotWritten, move || app.state::<Clipboard>().write(value)).await
}

#[tauri::command]
async fn open_log_folder<R: Runtime>(app: AppHandle<R>) -> Answer<()> {
    let folder = app.try_state::<Log>().map(|log| log.folder.clone());
    let folder = folder.ok_or_else(|| UserError::new(ErrorCode::LogUnavailable))?;
    blocking(ErrorCode::NotOpened, move || {
        desktop::open_folder(&folder).map_err(|error| not_opened(&error))
    })
    .await
}

#[tauri::command]
fn dismiss(workbench: State<'_, Workbench>, notice: u32) {
    workbench.dismiss(notice);
}

// Off the main thread: it asks the system.
#[tauri::command(async)]
fn about() -> About {
    About::here()
}

#[tauri::command]
async fn copy_diagnostics<R: Runtime>(app: AppHandle<R>) -> Answer<()> {
    blocking(ErrorCode::ClipboardNotWritten, move || {
        let paths = app.path();
        let (data, log) = (paths.app_data_dir(), paths.app_log_dir());
        let [data, log] = [data, log].map(Result::unwrap_or_default);
        let home = paths.home_dir().ok();
        let text = about::diagnostics(&About::here(), &data, &log, home.as_deref());
        app.state::<Clipboard>().write(text)
    })
    .await
}

async fn pick<R: Runtime>(
    workbench: &Workbench,
    window: WebviewWindow<R>,
    what: Pick,
) -> Answer<()> {
    let picked = picker::pick(window, what).await.map_err(|error| not_opened(&error))?;
    if !picked.is_empty() {
        workbench.take_in_files(picked);
    }
    Ok(())
}

fn not_opened(error: &dyn std::error::Error) -> UserError {
    tracing::warn!(%error, "the system did not open what it was asked to");
    UserError::new(ErrorCode::NotOpened)
}

/// Runs what may block off the async workers; `code` stands for a failure of the code itself.
async fn blocking<T: Send + 'static>(
    code: ErrorCode,
    action: impl FnOnce() -> Answer<T> + Send + 'static,
) -> Answer<T> {
    tokio::task::spawn_blocking(action).await.unwrap_or_else(|_| Err(UserError::new(code)))
}
