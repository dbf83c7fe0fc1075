//! On Linux the windows of a person find each other on the session bus, each under a name of its own.
//! There is a plugin for that, but it waits without end for a window that does not answer, and what
//! that window takes when it goes on again would be in two windows.

use std::{
    env,
    ffi::{OsStr, OsString},
    os::unix::{
        ffi::{OsStrExt as _, OsStringExt as _},
        process::CommandExt as _,
    },
    path::Path,
    process::Command,
    sync::{Arc, OnceLock},
    time::Duration,
};

use rustix::time::{ClockId, clock_gettime};
use tauri::{AppHandle, Manager};
use tokio::{sync::oneshot, time::timeout};
use zbus::{
    Connection, connection,
    fdo::{Error as BusError, RequestNameFlags},
};

use super::{IDENTIFIER, PATIENCE, Standing};
use crate::{
    app::{WINDOW, bring_to_front},
    arguments::Given,
    doorstep::Doorstep,
};

/// How many windows can have a name; only where as many do not answer is there one without, which
/// no later start joins.
const NAMES: usize = 3;
/// How often a name may be lost to another start before a window opens without one.
const ROUNDS: usize = 8;
/// How much of the patience is for the way: a window that has not begun by then does not any more.
const ON_ITS_WAY: Duration = Duration::from_millis(250);
/// How long the end of the program may wait for the bus.
const LEAVING: Duration = Duration::from_millis(200);

/// The variable that tells where the session bus is, and what it says where there is none.
const BUS: &str = "DBUS_SESSION_BUS_ADDRESS";
const NOWHERE: &str = "disabled:";

/// The object that each window offers on the bus.
const OBJECT: &str = "/app/droptrace/desktop";
const INTERFACE: &str = "app.droptrace.desktop.Window";
const TAKE_IN: &str = "TakeIn";

/// What this process is for later starts.
pub(crate) struct Place {
    pub(crate) standing: Standing,
    window: Window,
    /// The connection under which later starts find it, and its name on the bus.
    named: Option<(Connection, String)>,
}

/// The window, once it is there.
type Window = Arc<OnceLock<AppHandle>>;

impl Place {
    /// Hands the files that were named in `folder` to the window that is open, if one answers; then
    /// there is no place here. What later starts hand over is laid on the doorstep.
    ///
    /// Takes no longer than the patience with the bus and with each window on it, together. A bus
    /// that does not answer is done without from then on, and with it the keyring.
    pub(crate) fn find(names: &[OsString], folder: &Path, doorstep: &Doorstep) -> Option<Self> {
        let window = Window::default();
        let desk = Desk { doorstep: doorstep.clone(), window: window.clone() };
        let found = tauri::async_runtime::block_on(async {
            let bus = match timeout(PATIENCE, connect(desk)).await {
                Ok(Ok(bus)) => bus,
                // Without a bus there is no way to find another window.
                Ok(Err(_)) => return (Found::Free(Standing::Alone, None), None),
                Err(_) => return (Found::SilentBus, None),
            };
            (look(&bus, names, folder).await, Some(bus))
        });
        let (standing, name) = match found.0 {
            Found::Joined => return None,
            Found::Free(standing, name) => (standing, name),
            Found::SilentBus => {
                begin_again_without_bus(names);
                (Standing::Alone, None)
            }
        };
        Some(Self { standing, window, named: found.1.zip(name) })
    }

    /// The window is there: what later starts hand over counts as taken once it has seen it.
    pub(crate) fn opened(&self, app: &AppHandle) {
        // Told once.
        let _ = self.window.set(app.clone());
    }

    /// The program ends: later starts do not find it any more.
    pub(crate) fn leave(&self) {
        if let Some((bus, name)) = &self.named {
            // If it cannot be said, the bus sees the connection break off.
            let _ = tauri::async_runtime::block_on(async {
                timeout(LEAVING, bus.release_name(name.as_str())).await
            });
        }
    }
}

/// What was found on the bus.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// A window that has taken the files.
    Joined,
    /// None that did; and the name that this process has now.
    Free(Standing, Option<String>),
    /// The bus itself does not answer.
    SilentBus,
}

/// What came of handing files to the owner of a name.
enum Outcome {
    Taken,
    /// The name has no owner, or had none any more.
    Nobody,
    /// The owner is about to end.
    Leaving,
    /// The owner did not answer, or too late; it will not take them any more.
    Silent,
}

async fn connect(desk: Desk) -> zbus::Result<Connection> {
    connection::Builder::session()?.serve_at(OBJECT, desk)?.build().await
}

/// Starts this program again in its place, without a bus: what a window is made of here waits for
/// one without end.
fn begin_again_without_bus(names: &[OsString]) {
    if let Ok(program) = env::current_exe() {
        // Comes back only if it failed.
        let _ = Command::new(program).env(BUS, NOWHERE).arg("--").args(names).exec();
    }
}

/// Asks one window after the other, and takes the first name that is free if none takes the files.
async fn look(bus: &Connection, names: &[OsString], folder: &Path) -> Found {
    let mut passed_over = [false; NAMES];
    let mut standing = Standing::Alone;
    for _ in 0..ROUNDS {
        for (number, passed_over) in passed_over.iter_mut().enumerate() {
            if *passed_over {
                continue;
            }
            match hand_over(bus, &name(number), names, folder).await {
                Outcome::Taken => return Found::Joined,
                Outcome::Nobody => {}
                Outcome::Leaving => *passed_over = true,
                Outcome::Silent => {
                    *passed_over = true;
                    standing = Standing::Beside;
                }
            }
        }
        let Some(free) = passed_over.iter().position(|passed_over| !passed_over) else { break };
        let name = name(free);
        let flags = RequestNameFlags::DoNotQueue.into();
        match timeout(PATIENCE, bus.request_name_with_flags(name.as_str(), flags)).await {
            Ok(Ok(_)) => return Found::Free(standing, Some(name)),
            // Another start was quicker, and can be joined.
            Ok(Err(zbus::Error::NameTaken)) => {}
            // The bus forbids it, or has gone.
            Ok(Err(_)) => break,
            Err(_) => return Found::SilentBus,
        }
    }
    Found::Free(standing, None)
}

async fn hand_over(bus: &Connection, name: &str, names: &[OsString], folder: &Path) -> Outcome {
    let names: Vec<&[u8]> = names.iter().map(|name| name.as_bytes()).collect();
    let until = now() + PATIENCE.saturating_sub(ON_ITS_WAY);
    let until_ms = u64::try_from(until.as_millis()).unwrap_or(u64::MAX);
    let body = (names, folder.as_os_str().as_bytes(), until_ms);
    let asked = bus.call_method(Some(name), OBJECT, Some(INTERFACE), TAKE_IN, &body);
    let answer = match timeout(PATIENCE, asked).await {
        Ok(Ok(answer)) => answer.body().deserialize::<bool>(),
        Ok(Err(error)) => Err(error),
        Err(_) => return Outcome::Silent,
    };
    match answer.map_err(BusError::from) {
        Ok(true) => Outcome::Taken,
        Ok(false) if now() < until => Outcome::Leaving,
        // The last: it ended before it could answer, and what it took ended with it.
        Err(BusError::ServiceUnknown(_) | BusError::NameHasNoOwner(_) | BusError::NoReply(_)) => {
            Outcome::Nobody
        }
        Ok(false) | Err(_) => Outcome::Silent,
    }
}

/// What a window does for later starts.
struct Desk {
    doorstep: Doorstep,
    window: Window,
}

#[zbus::interface(name = "app.droptrace.desktop.Window")]
impl Desk {
    /// Takes in files that were named in a folder, in bytes, unless the time is past; and tells
    /// whether it has. The time is in milliseconds of the system's monotonic clock, which all
    /// processes share: after it, whoever asked has opened a window for them.
    async fn take_in(&self, names: Vec<Vec<u8>>, folder: Vec<u8>, until: u64) -> bool {
        let names = names.into_iter().map(OsString::from_vec);
        let given = Given::named(names, Path::new(OsStr::from_bytes(&folder)));
        let in_time = move || now() < Duration::from_millis(until);
        let doorstep = self.doorstep.clone();
        let Some(app) = self.window.get().cloned() else {
            // It is about to open.
            return in_time() && {
                doorstep.lay_for_others(given);
                true
            };
        };
        // On the main thread, since a window that hangs takes nothing in that the person would see.
        let (sender, taken) = oneshot::channel();
        let front = app.clone();
        let posted = app.run_on_main_thread(move || {
            // A window that is closing takes nothing in any more.
            let open = in_time() && front.get_webview_window(WINDOW).is_some();
            if open {
                doorstep.lay_for_others(given);
            }
            // Fails only if the bus has gone.
            let _ = sender.send(open);
            if open {
                bring_to_front(&front);
            }
        });
        // Neither, if the program ends.
        posted.is_ok() && taken.await.unwrap_or(false)
    }
}

/// The name of one of the windows.
fn name(number: usize) -> String {
    format!("{IDENTIFIER}.Window{}", number + 1)
}

/// The system's monotonic clock.
fn now() -> Duration {
    Duration::try_from(clock_gettime(ClockId::Monotonic)).unwrap_or_default()
}
