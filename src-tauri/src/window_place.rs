//! Where the window was: its place and size, kept between starts in a small file of their own. In one
//! file, since what is kept, how it is watched and how it is fitted onto the screens go together.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use tauri::{App, LogicalPosition, LogicalSize, Monitor, Runtime, WebviewWindow, WindowEvent};

/// The page is laid out from this size up, in logical pixels; on a smaller screen it scrolls.
const LEAST: LogicalSize<f64> = LogicalSize::new(900.0, 600.0);
/// The size of the first start.
const FIRST: LogicalSize<f64> = LogicalSize::new(1280.0, 800.0);
/// What a frame may take, as long as none was seen.
const FRAME: LogicalSize<f64> = LogicalSize::new(16.0, 48.0);

/// How a window is to be opened. In logical pixels of the screen that it opens on.
#[derive(Debug, PartialEq)]
pub(crate) struct Opening {
    /// The corner of its frame; where nothing is known, the system chooses.
    pub(crate) position: Option<LogicalPosition<f64>>,
    /// The size of its inside.
    pub(crate) size: LogicalSize<f64>,
    /// The least size of its inside.
    pub(crate) least: LogicalSize<f64>,
    pub(crate) maximised: bool,
}

/// The file that keeps the window's place.
pub(crate) struct PlaceFile(PathBuf);

impl PlaceFile {
    /// The file in the app's folder; it may not be there yet.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self(folder.join("window.json"))
    }

    /// How to open the window: as it was, as far as the screens that are there now allow.
    pub(crate) fn opening(&self, app: &App) -> Opening {
        let screens = screens(app).unwrap_or_else(|error| {
            tracing::warn!(%error, "the system does not tell its screens");
            Vec::new()
        });
        opening(self.read().as_ref(), &screens)
    }

    /// Removes what was kept.
    pub(crate) fn forget(&self) -> io::Result<()> {
        match fs::remove_file(&self.0) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Keeps the window's place from now on: whenever the person leaves it, and when it closes.
    pub(crate) fn keep(self, window: &WebviewWindow) {
        let watched = window.clone();
        let unmaximised = Mutex::new(self.read());
        let written = Mutex::new(None);
        window.on_window_event(move |event| {
            let noted = match event {
                WindowEvent::Moved(_) | WindowEvent::Resized(_) => note(&watched, &unmaximised),
                WindowEvent::Focused(false) | WindowEvent::CloseRequested { .. } => seen(&watched)
                    .map(|seen| {
                        if let Some(seen) = seen {
                            self.write_if_new(to_keep(seen, *lock(&unmaximised)), &written);
                        }
                    }),
                // Nothing else tells of a place.
                WindowEvent::Focused(true) | WindowEvent::Destroyed | _ => Ok(()),
            };
            if let Err(error) = noted {
                tracing::warn!(%error, "the window does not tell its place");
            }
        });
    }

    /// What was kept. A file that cannot be understood is as none: a place is soon chosen anew.
    fn read(&self) -> Option<Place> {
        let text = fs::read(&self.0).ok()?;
        let kept: Kept = serde_json::from_slice(&text).ok()?;
        (kept.version == Kept::VERSION).then_some(kept.place)
    }

    fn write_if_new(&self, place: Place, written: &Mutex<Option<Place>>) {
        let mut written = lock(written);
        if *written == Some(place) {
            return;
        }
        match self.write(place) {
            Ok(()) => *written = Some(place),
            Err(error) => tracing::warn!(%error, "the window's place was not kept"),
        }
    }

    fn write(&self, place: Place) -> io::Result<()> {
        let text = serde_json::to_vec_pretty(&Kept { version: Kept::VERSION, place })?;
        let new = self.0.with_extension("json.new");
        fs::write(&new, text)?;
        fs::rename(new, &self.0)
    }
}

/// The file as it stands on disk.
#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    #[serde(flatten)]
    place: Place,
}

impl Kept {
    const VERSION: u32 = 1;
}

/// A window's place, in physical pixels: the corner of its frame, the size of its inside, and what
/// the frame takes beyond that.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    x: i32,
    y: i32,
    width: u32,
    height: u32,
    frame_width: u32,
    frame_height: u32,
    /// Physical pixels in a logical one.
    scale: f64,
    maximised: bool,
}

/// What of a screen is free for windows, in physical pixels.
#[derive(Debug, Clone, Copy)]
struct Screen {
    x: i32,
    y: i32,
    width: u32,
    height: u32,
    scale: f64,
}

impl Screen {
    fn of(monitor: &Monitor) -> Self {
        let free = monitor.work_area();
        Self {
            x: free.position.x,
            y: free.position.y,
            width: free.size.width,
            height: free.size.height,
            scale: monitor.scale_factor(),
        }
    }

    /// How many pixels of a window lie on this screen.
    fn overlap(&self, place: &Place) -> i64 {
        let common = |own: i32, length: u32, start: i32, extent: u32| {
            let (own, start) = (i64::from(own), i64::from(start));
            let end = (own + i64::from(length)).min(start + i64::from(extent));
            (end - own.max(start)).max(0)
        };
        let width = place.width.saturating_add(place.frame_width);
        let height = place.height.saturating_add(place.frame_height);
        common(self.x, self.width, place.x, width).saturating_mul(common(
            self.y,
            self.height,
            place.y,
            height,
        ))
    }
}

/// How to open a window that was at this place, on these screens, of which the first is the main
/// one: whole, on the screen on which the most of it was.
fn opening(kept: Option<&Place>, screens: &[Screen]) -> Opening {
    let kept = kept.filter(|place| place.scale.is_finite() && place.scale > 0.0);
    let screen = kept
        .and_then(|place| {
            let seen = screens.iter().filter(|screen| screen.overlap(place) > 0);
            seen.max_by_key(|screen| screen.overlap(place))
        })
        .or_else(|| screens.first());
    let wanted = kept.map_or(FIRST, |place| {
        LogicalSize::new(
            f64::from(place.width) / place.scale,
            f64::from(place.height) / place.scale,
        )
    });
    let Some(screen) = screen.filter(|screen| screen.scale.is_finite() && screen.scale > 0.0)
    else {
        return Opening { position: None, size: wanted, least: LEAST, maximised: false };
    };

    let frame = kept.map_or(FRAME, |place| {
        let logical = |pixels: u32| f64::from(pixels) / place.scale;
        LogicalSize::new(logical(place.frame_width), logical(place.frame_height))
    });
    // A frame that leaves nothing of the screen was not read right.
    let fits = |free: f64, frame: f64| if frame < free / 2.0 { free - frame } else { free };
    let logical = |pixels: u32| f64::from(pixels) / screen.scale;
    let most = LogicalSize::new(
        fits(logical(screen.width), frame.width),
        fits(logical(screen.height), frame.height),
    );
    let least = LogicalSize::new(LEAST.width.min(most.width), LEAST.height.min(most.height));
    let size = LogicalSize::new(
        wanted.width.clamp(least.width, most.width),
        wanted.height.clamp(least.height, most.height),
    );
    let position = kept.map(|place| {
        let within = |kept: i32, start: i32, room: f64| {
            let start = f64::from(start) / screen.scale;
            (f64::from(kept) / screen.scale).clamp(start, start + room.max(0.0))
        };
        LogicalPosition::new(
            within(place.x, screen.x, most.width - size.width),
            within(place.y, screen.y, most.height - size.height),
        )
    });
    Opening { position, size, least, maximised: kept.is_some_and(|place| place.maximised) }
}

/// What to keep of a window as it is seen: maximised, the place to which it goes back.
fn to_keep(seen: Place, unmaximised: Option<Place>) -> Place {
    if seen.maximised {
        // Without one, the whole screen is the best that is known.
        Place { maximised: true, ..unmaximised.unwrap_or(seen) }
    } else {
        seen
    }
}

/// Remembers the window's place unless it is maximised. The system may tell the size of a maximised
/// window before it tells that it is maximised, so one that fills a screen is taken for one.
fn note(window: &WebviewWindow, unmaximised: &Mutex<Option<Place>>) -> tauri::Result<()> {
    let Some(seen) = seen(window)? else { return Ok(()) };
    let monitors = window.available_monitors()?;
    if !seen.maximised && !monitors.iter().any(|monitor| fills(&seen, &Screen::of(monitor))) {
        *lock(unmaximised) = Some(seen);
    }
    Ok(())
}

fn fills(place: &Place, screen: &Screen) -> bool {
    place.width.saturating_add(place.frame_width) >= screen.width
        && place.height.saturating_add(place.frame_height) >= screen.height
}

/// The window's place; none while there is none to be kept.
fn seen<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<Option<Place>> {
    if window.is_minimized()? || window.is_fullscreen()? {
        return Ok(None);
    }
    let (corner, inside, outside) =
        (window.outer_position()?, window.inner_size()?, window.outer_size()?);
    Ok((inside.width > 0 && inside.height > 0).then_some(Place {
        x: corner.x,
        y: corner.y,
        width: inside.width,
        height: inside.height,
        frame_width: outside.width.saturating_sub(inside.width),
        frame_height: outside.height.saturating_sub(inside.height),
        scale: window.scale_factor()?,
        maximised: window.is_maximized()?,
    }))
}

/// The screens, the main one first.
fn screens(app: &App) -> tauri::Result<Vec<Screen>> {
    let main = app.primary_monitor()?;
    let all = app.available_monitors()?;
    Ok(main.iter().chain(&all).map(Screen::of).collect())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LAPTOP: Screen = Screen { x: 0, y: 27, width: 1920, height: 1053, scale: 1.0 };
    const BESIDE: Screen = Screen { x: 1920, y: 0, width: 2560, height: 1440, scale: 1.0 };

    const PLACE: Place = Place {
        x: 2000,
        y: 100,
        width: 1000,
        height: 700,
        frame_width: 2,
        frame_height: 30,
        scale: 1.0,
        maximised: false,
    };

    fn position(opening: &Opening) -> (f64, f64) {
        let corner = opening.position.unwrap();
        (corner.x, corner.y)
    }

    #[test]
    fn a_window_opens_where_it_was() {
        let opening = opening(Some(&PLACE), &[LAPTOP, BESIDE]);

        assert_eq!(
            opening,
            Opening {
                position: Some(LogicalPosition::new(2000.0, 100.0)),
                size: LogicalSize::new(1000.0, 700.0),
                least: LEAST,
                maximised: false
            }
        );
    }

    #[test]
    fn a_window_of_a_screen_that_is_gone_opens_on_the_main_one() {
        let opening = opening(Some(&PLACE), &[LAPTOP]);

        // With the frame it ends where the screen ends.
        assert_eq!(position(&opening), (1920.0 - 1002.0, 100.0));
    }

    #[test]
    fn a_window_across_two_screens_opens_on_the_one_with_more_of_it() {
        let opening = opening(Some(&Place { x: 1800, ..PLACE }), &[LAPTOP, BESIDE]);

        assert_eq!(position(&opening), (1920.0, 100.0));
    }

    #[test]
    fn a_title_bar_above_the_screen_comes_back() {
        let opening = opening(Some(&Place { x: 10, y: -500, ..PLACE }), &[LAPTOP]);

        assert_eq!(position(&opening), (10.0, 27.0));
    }

    #[test]
    fn a_small_screen_is_filled_and_no_more() {
        let small = Screen { x: 0, y: 0, width: 800, height: 480, scale: 1.0 };

        let first = opening(None, &[small]);
        let again = opening(Some(&PLACE), &[small]);

        assert_eq!(first.size, LogicalSize::new(784.0, 432.0));
        assert_eq!((first.size, first.position), (first.least, None));
        assert_eq!(again.size, LogicalSize::new(798.0, 450.0));
        assert_eq!(position(&again), (0.0, 0.0));
    }

    #[test]
    fn the_size_stays_the_same_to_the_eye_on_a_finer_screen() {
        let fine = Screen { x: 0, y: 0, width: 3840, height: 2160, scale: 2.0 };

        let opening = opening(Some(&Place { x: 400, ..PLACE }), &[fine]);

        assert_eq!(opening.size, LogicalSize::new(1000.0, 700.0));
        assert_eq!(position(&opening), (200.0, 50.0));
    }

    #[test]
    fn a_maximised_window_is_kept_with_the_place_to_which_it_goes_back() {
        let whole = Place { x: 1920, y: 0, width: 2560, height: 1410, maximised: true, ..PLACE };

        let kept = to_keep(whole, Some(PLACE));

        assert_eq!(kept, Place { maximised: true, ..PLACE });
        assert!(fills(&whole, &BESIDE) && !fills(&PLACE, &BESIDE));
        assert!(opening(Some(&kept), &[LAPTOP, BESIDE]).maximised);
    }

    #[test]
    fn what_was_written_is_read_and_what_cannot_be_understood_is_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = PlaceFile::in_folder(folder.path());
        assert_eq!(file.read(), None);

        file.write(PLACE).unwrap();
        assert_eq!(file.read(), Some(PLACE));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

        let written = fs::read_to_string(&file.0).unwrap();
        for broken in ["", "[]", &written.replace('1', "2"), &written.replace("700", "-700")] {
            fs::write(&file.0, broken).unwrap();
            assert_eq!(file.read(), None, "{broken}");
        }
    }

    fn places() -> impl Strategy<Value = Place> {
        let numbers = (any::<i32>(), any::<i32>(), any::<u32>(), any::<u32>());
        let frame = prop_oneof![(0..100u32, 0..100u32), any::<(u32, u32)>()];
        (numbers, frame, any::<f64>(), any::<bool>()).prop_map(
            |((x, y, width, height), (frame_width, frame_height), scale, maximised)| Place {
                x,
                y,
                width,
                height,
                frame_width,
                frame_height,
                scale,
                maximised,
            },
        )
    }

    proptest! {
        #[test]
        fn whatever_was_kept_the_window_opens_on_a_screen(place in places()) {
            let screens = [LAPTOP, BESIDE];

            let Opening { position, size, .. } = opening(Some(&place), &screens);

            prop_assert!(size.width >= LEAST.width && size.height >= LEAST.height);
            if let Some(corner) = position {
                let on_one = screens.iter().any(|screen| {
                    let (x, y) = (f64::from(screen.x), f64::from(screen.y));
                    let right = x + f64::from(screen.width);
                    let bottom = y + f64::from(screen.height);
                    corner.x >= x
                        && corner.y >= y
                        && corner.x + size.width <= right + 1e-6
                        && corner.y + size.height <= bottom + 1e-6
                });
                prop_assert!(on_one, "{corner:?} {size:?}");
            }
        }
    }
}
