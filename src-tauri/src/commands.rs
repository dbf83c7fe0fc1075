//! The intents of the page. Each parses, delegates and converts; none takes a path, a URL or a
//! token.
#![expect(clippy::needless_pass_by_value, reason = "Tauri hands a command its state by value")]

use droptrace_core::{
    browser, connection, identity,
    view::{
        AccountHandle, AlertDetail, AlertHandle, CopyField, ErrorCode, Forgotten, FoundTenant,
        HistoryId, ItemId, ListSpec, Opened, OrganisationForm, OrganisationId, Passport,
        PortalPage, Preferences, ProxyForm, QueryId, Registration, RegistrationText, Rows,
        SignInTo, Update, UserError,
    },
    workbench::Workbench,
};
use tauri::{AppHandle, Manager, Runtime, State, WebviewWindow, ipc::Channel, ipc::Invoke};

use crate::{
    about::{self, About},
    clipboard::Clipboard,
    desktop, forgetting,
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
        find_tenant,
        registration,
        copy_registration,
        start_check,
        close_check,
        switch_account,
        forget_account,
        step_up,
        explain,
        passport,
        set_proxy,
        clear_proxy,
        pick_extra_ca,
        clear_extra_ca,
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
        go_on,
        leave_unfinished,
        search_history,
        reopen,
        forget_everything,
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
async fn sign_in(workbench: State<'_, Workbench>, to: SignInTo, other_account: bool) -> Answer<()> {
    workbench.sign_in(to, other_account).await
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
async fn disconnect(workbench: State<'_, Workbench>, organisation: OrganisationId) -> Answer<()> {
    workbench.disconnect(organisation).await
}

#[tauri::command]
async fn find_tenant(workbench: State<'_, Workbench>, text: String) -> Answer<FoundTenant> {
    workbench.find_tenant(&text).await
}

#[tauri::command]
fn registration(form: OrganisationForm) -> Answer<Registration> {
    connection::registration(&form)
}

#[tauri::command]
async fn copy_registration<R: Runtime>(
    app: AppHandle<R>,
    form: OrganisationForm,
    part: RegistrationText,
) -> Answer<()> {
    let value = connection::text(&form, part)?;
    blocking(ErrorCode::ClipboardNotWritten, move || app.state::<Clipboard>().write(value)).await
}

#[tauri::command]
async fn start_check(workbench: State<'_, Workbench>, organisation: OrganisationId) -> Answer<()> {
    workbench.start_check(organisation).await
}

#[tauri::command]
fn close_check(workbench: State<'_, Workbench>) {
    workbench.close_check();
}

#[tauri::command]
async fn switch_account(workbench: State<'_, Workbench>, account: AccountHandle) -> Answer<()> {
    workbench.switch_account(account).await
}

#[tauri::command]
fn forget_account(workbench: State<'_, Workbench>, account: AccountHandle) {
    workbench.forget_account(account);
}

#[tauri::command]
async fn step_up(workbench: State<'_, Workbench>) -> Answer<()> {
    workbench.step_up().await
}

#[tauri::command]
fn explain(text: String) -> UserError {
    identity::explain(&text)
}

#[tauri::command]
async fn passport(workbench: State<'_, Workbench>) -> Answer<Passport> {
    workbench.passport().await
}

#[tauri::command]
async fn set_proxy(workbench: State<'_, Workbench>, form: ProxyForm) -> Answer<()> {
    workbench.set_proxy(form).await
}

#[tauri::command]
async fn clear_proxy(workbench: State<'_, Workbench>) -> Answer<()> {
    workbench.clear_proxy().await
}

#[tauri::command]
async fn pick_extra_ca<R: Runtime>(
    workbench: State<'_, Workbench>,
    window: WebviewWindow<R>,
) -> Answer<()> {
    let picked =
        picker::pick(window, Pick::Certificates).await.map_err(|error| not_opened(&error))?;
    match picked.into_iter().next() {
        Some(file) => workbench.set_extra_ca(file).await,
        None => Ok(()),
    }
}

#[tauri::command]
async fn clear_extra_ca(workbench: State<'_, Workbench>) -> Answer<()> {
    workbench.clear_extra_ca().await
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
fn go_on(workbench: State<'_, Workbench>) {
    workbench.go_on();
}

#[tauri::command]
fn leave_unfinished(workbench: State<'_, Workbench>) {
    workbench.leave_unfinished();
}

#[tauri::command]
async fn search_history(workbench: State<'_, Workbench>, text: String) -> Answer<()> {
    workbench.search_history(&text).await
}

#[tauri::command]
async fn reopen(workbench: State<'_, Workbench>, entry: HistoryId) -> Answer<()> {
    workbench.reopen(entry).await
}

/// What core has forgotten, and what the shell keeps: the log, the web view's own, the window's place.
#[tauri::command]
async fn forget_everything<R: Runtime>(
    app: AppHandle<R>,
    window: WebviewWindow<R>,
    workbench: State<'_, Workbench>,
) -> Answer<Forgotten> {
    let forgotten = workbench.forget_everything().await?;
    Ok(forgetting::and_of_the_shell(&app, &window, forgotten).await)
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
    blocking(ErrorCode::NotOpened, move || browser::open(&link).map_err(|error| not_opened(&error)))
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
