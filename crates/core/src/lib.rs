//! Everything Droptrace can do, without a window.
//!
//! The folders tell the way of a dropped file: [`intake`] → [`digest`] → [`lookup`] → [`quota`] →
//! [`identity`] → [`source`] → [`alert`] → [`lookup`] → [`view`]. The [`token_store`] keeps what
//! outlasts the program of a sign-in, the [`journal`] what outlasts it of the work, [`report`] makes what leaves it by copying. The [`network`] is the way
//! out of this computer, the [`browser`] where a link is opened. The [`workbench`] joins them for one window.

pub mod alert;
pub mod attack;
pub mod browser;
pub mod connection;
pub mod digest;
pub mod identity;
pub mod intake;
pub mod journal;
pub mod lookup;
pub mod managed;
pub mod network;
pub mod quota;
pub mod report;
pub mod settings;
pub mod source;
pub mod token_store;
pub mod view;
pub mod words;
pub mod workbench;
