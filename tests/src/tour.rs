//! The tour: pictures of the real window with a sentence each, taken while the journeys run.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

/// Bright or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark on bright.
    Light,
    /// Bright on dark.
    Dark,
}

impl Theme {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Where the pictures go, if any are taken.
#[derive(Debug, Clone)]
pub(crate) struct Tour(Option<PathBuf>);

impl Tour {
    /// The tour that the environment asks for by `DROPTRACE_TOUR`, a folder.
    pub(crate) fn of_environment() -> Result<Self> {
        let folder = env::var_os("DROPTRACE_TOUR").map(PathBuf::from);
        if let Some(folder) = &folder {
            fs::create_dir_all(folder).context("no folder for the tour")?;
        }
        Ok(Self(folder))
    }

    /// The file for a picture; none if no tour is made.
    pub(crate) fn file(&self, name: &str) -> Option<PathBuf> {
        self.0.as_ref().map(|folder| folder.join(format!("{name}.png")))
    }

    /// Puts a picture into the table of contents, which is in the order of the names.
    pub(crate) fn add(&self, name: &str, caption: &str) -> Result<()> {
        let Some(folder) = &self.0 else { return Ok(()) };
        let path = folder.join("tour.json");
        let file = format!("{name}.png");
        let mut pictures = contents(&path)?;
        pictures.retain(|picture| picture["file"] != *file);
        pictures.push(json!({ "file": file, "caption": caption }));
        pictures.sort_by(|one, other| stem(one).cmp(&stem(other)));
        fs::write(&path, serde_json::to_vec_pretty(&pictures)?)?;
        Ok(())
    }
}

fn contents(path: &Path) -> Result<Vec<Value>> {
    match fs::read(path) {
        Ok(text) => Ok(serde_json::from_slice(&text)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// The name of a picture: in its order, `01-window` stands before `01-window-dark`.
fn stem(picture: &Value) -> Option<&str> {
    picture["file"].as_str()?.strip_suffix(".png")
}
