//! Putting the program together: the window that is open already, log, window, workbench.

use std::{env, ffi::OsString, io, path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use droptrace_core::{
    token_store::TokenStore,
    view::{ErrorCode, UserError},
    words::sentence,
    workbench::{Practice, Workbench},
};
use tauri::{App, AppHandle, Manager, RunEvent, Runtime, WebviewWindow};

use crate::{
    arguments::Given,
    clipboard::Clipboard,
    commands,
    desktop::SystemDesktop,
    doorstep::Doorstep,
    drop, log,
    neighbour::{Place, Standing},
    page,
};

/// How long what happened last may take to be kept when the program ends.
const LAST_WRITES: Duration = Duration::from_secs(1);

/// The label of the one window.
pub(crate) const WINDOW: &str = "main";

/// Runs until the window is closed, with the files of these names in it; or hands them to a window
/// that is open. Whether core dumps are forbidden goes to the log.
///
/// # Errors
///
/// If the program cannot start.
pub(crate) fn run(names: Vec<OsString>, core_dumps: io::Result<()>) -> anyhow::Result<()> {
    #[cfg(windows)]
    crate::web_view::look()?;
    // Without a folder they stay relative, and are told as files that are not there.
    let folder = env::current_dir().unwrap_or_default();
    let doorstep = Doorstep::default();
    #[cfg(target_os = "linux")]
    let Some(place) = Place::find(&names, &folder, &doorstep) else { return Ok(()) };
    #[cfg(not(target_os = "linux"))]
    let place = Place::find();
    doorstep.lay(Given::named(names, &folder));

    let builder = tauri::Builder::default();
    #[cfg(not(target_os = "linux"))]
    let builder = place.plug_in(builder, &doorstep);
    let (place, set_up_with) = (Arc::new(place), doorstep.clone());
    let opens_at = Arc::clone(&place);
    let app = builder
        // On macOS, where copying and pasting go through the menu.
        .enable_macos_default_menu(true)
        .invoke_handler(commands::handler())
        .on_window_event(drop::on_window_event)
        .setup(move |app| Ok(set_up(app, &opens_at, &set_up_with, core_dumps)?))
        .build(tauri::generate_context!())
        .context("the window system did not start")?;
    app.run(move |app, event| match event {
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            let addresses = urls.iter().map(|url| OsString::from(url.as_str()));
            doorstep.lay(Given::named(addresses, &folder));
            bring_to_front(app);
        }
        RunEvent::Exit => {
            #[cfg(target_os = "linux")]
            place.leave();
            if let Some(workbench) = app.try_state::<Workbench>() {
                let kept = async { tokio::time::timeout(LAST_WRITES, workbench.flushed()).await };
                if tauri::async_runtime::block_on(kept).is_err() {
                    tracing::warn!("not everything was kept in time");
                }
            }
            if let Some(log) = app.try_state::<log::Log>() {
                log.finish();
            }
        }
        _ => {}
    });
    Ok(())
}

fn set_up(
    app: &mut App,
    place: &Place,
    doorstep: &Doorstep,
    core_dumps: io::Result<()>,
) -> anyhow::Result<()> {
    let folder = app.path().app_data_dir().context("no folder for this app's data")?;
    let logging = log::start(app.path().app_log_dir().context("no folder for the log")?);

    let desktop = Arc::new(SystemDesktop::new(app.handle().clone()));
    let practice = practice(app, &folder);
    // The workbench needs a runtime around it to start its actor.
    let store = TokenStore::of_system(folder.join("sign-in"));
    let workbench =
        tauri::async_runtime::block_on(Workbench::start(&folder, store, desktop, practice))
            .context("there is no place to keep the work")?;
    match logging {
        Ok(log) => {
            app.manage(log);
        }
        Err(error) => {
            tracing::error!("{error:#}");
            workbench.notice(UserError::new(ErrorCode::LogUnavailable));
        }
    }
    app.manage(workbench.clone());
    app.manage(Clipboard::default());
    page::open_window(app, &folder, workbench.preferences()).context("the window did not open")?;
    if place.standing == Standing::Beside {
        tracing::warn!("the window that is open did not answer");
        workbench.notice(UserError::new(ErrorCode::OpenedBeside));
    }
    doorstep.open(move |given| take_in(&workbench, given));
    tauri::async_runtime::spawn(doorstep.clone().gather());
    #[cfg(target_os = "linux")]
    place.opened(app.handle());
    if let Err(error) = core_dumps {
        tracing::warn!(%error, "a crash may leave a core dump");
    }
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "started");
    Ok(())
}

/// Takes in what a start was given, and tells what of it is not.
fn take_in(workbench: &Workbench, given: Given) {
    if given.elsewhere {
        workbench.notice(UserError::new(ErrorCode::ArgumentElsewhere));
    }
    if given.left_out > 0 {
        let error = UserError::new(ErrorCode::TooManyArguments);
        workbench.notice(error.with("limit", Given::MOST).with("left", given.left_out));
    }
    if !given.files.is_empty() {
        workbench.take_in_arguments(given.files);
    }
}

/// The practice tenant, where this program carries it.
#[cfg_attr(
    feature = "practice",
    expect(clippy::unnecessary_wraps, reason = "without the feature there is none")
)]
fn practice(app: &App, folder: &Path) -> Option<Arc<dyn Practice>> {
    #[cfg(feature = "practice")]
    {
        // Not every system has a folder for what lives as long as a session.
        let runtime = app.path().runtime_dir().ok();
        Some(Arc::new(droptrace_practice::PracticeHere::beside(folder, runtime.as_deref())))
    }
    #[cfg(not(feature = "practice"))]
    {
        let _ = (app, folder);
        None
    }
}

/// Shows the window above the others, and gives it the keys, as far as the system allows it.
pub(crate) fn bring_to_front<R: Runtime>(app: &AppHandle<R>) {
    let Some(window) = app.get_webview_window(WINDOW) else { return };
    let raised = |window: &WebviewWindow<R>| {
        if window.is_focused()? {
            return Ok(());
        }
        window.unminimize()?;
        window.show()?;
        window.set_focus()
    };
    if let Err(error) = raised(&window) {
        tracing::warn!(%error, "the window did not come to the front");
    }
}

/// Says in a box of the system's own that the program cannot start, since there is no window.
pub(crate) fn tell_that_it_cannot_start(error: &anyhow::Error) {
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title(sentence("window.title"))
        .set_description(format!("{}\n\n{error:#}", sentence("start.failed")))
        .show();
}
