//! Everything Droptrace can do, without a window.
pub mod view;
