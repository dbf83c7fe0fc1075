//! What the journeys are made of: the built app on a display, driven from outside.
//!
//! A journey sees and does what a person sees and does: it reads the page, presses buttons and
//! keys, drags files over from another program, signs in with a browser. Everything it waits for
//! is an event of the page, of the window system, of a program or of the practice tenant.

#![cfg(target_os = "linux")]

mod app;
mod axe;
mod browser;
mod canary;
mod chooser;
mod clipboard;
mod drag;
mod driver;
mod home;
mod journey;
mod keyboard;
mod keyring;
mod layout;
mod links;
mod process;
mod read_aloud;
mod tour;
mod unattended;
mod window;

pub use self::{
    app::App,
    browser::Browser,
    canary::{Canary, Form, Searched, Sighting, answers_without_a_token, planted, repeated_token},
    drag::Drag,
    journey::{Stage, journey, journey_with},
    keyring::{KeyringSession, KeyringState},
    process::Running,
    read_aloud::Spoken,
    tour::Theme,
    unattended::Unattended,
    window::{Place, Window},
};
