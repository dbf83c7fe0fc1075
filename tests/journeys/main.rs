//! Journeys: the built app in a real window, with a real browser and files dragged from another
//! program.
//!
//! `cargo xtask test` runs them; `cargo xtask run` on a machine without a display runs them with
//! pictures on, which is the tour. They take turns, since they share mouse, keyboard and clipboard.

#![cfg(target_os = "linux")]

mod analysts;
mod canary;
mod card;
mod choices;
mod connecting;
mod copying;
mod failures;
mod first_window;
mod going_on;
mod guide;
mod hostile;
mod keeping;
mod keyboard;
mod managed;
mod opening;
mod organisations;
mod pasting;
mod permissions;
mod practice;
mod reading;
mod reading_aloud;
mod second_starts;
mod sheets;
mod signing_in;
mod starting;
mod taking_in;
mod working;
