//! What the person has chosen for the window; kept between starts.

use serde::{Deserialize, Serialize};

/// What the person has chosen for the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Preferences {
    /// Light or dark.
    pub theme: Theme,
    /// How strong contrasts are.
    pub contrast: Contrast,
    /// The zone that times are shown in.
    pub zone: Zone,
    /// Whether single letters are keys (WCAG 2.1.4 asks that they can be switched off).
    pub letter_keys: bool,
    /// How large everything is drawn, in percent: 50 to 400.
    pub zoom: u16,
    /// The width of the list beside the chosen item, in CSS pixels; the page bounds it.
    pub list_width: u16,
    /// Whether the person has closed the guide through the practice files.
    pub guide_closed: bool,
    /// How long answers are kept.
    pub retention: Retention,
    /// How long a kept answer stands for a new one, in minutes: 0 to 1,440.
    pub fresh_minutes: u16,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            contrast: Contrast::System,
            zone: Zone::Utc,
            letter_keys: true,
            zoom: 100,
            list_width: 392,
            guide_closed: false,
            retention: Retention::Month,
            fresh_minutes: 60,
        }
    }
}

/// How long answers are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Retention {
    /// Only until the program ends.
    Off,
    /// A day.
    Day,
    /// Seven days.
    Week,
    /// Thirty days.
    Month,
    /// Ninety days.
    Quarter,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system has it.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How strong contrasts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Contrast {
    /// As the system has it.
    System,
    /// Stronger.
    More,
}

/// The zone that times are shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Zone {
    /// UTC.
    Utc,
    /// This computer's.
    Local,
}
