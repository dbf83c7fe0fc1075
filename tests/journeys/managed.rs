//! What an administrator has set for this computer.
//!
//! There is one place for it, which only root can write and which is everybody's. Where it is not
//! free, or the tests run as somebody else, these journeys say so and are left out.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, PermissionsExt as _},
    path::Path,
};

use anyhow::Result;
use droptrace_tests::journey;

const FOLDER: &str = "/etc/droptrace";
const FILE: &str = "/etc/droptrace/managed.json";
const TENANT: &str = "1b2c3d4e-1111-2222-3333-1234567890ab";

/// The file, for as long as this lives.
struct Managed {
    made_folder: bool,
}

impl Managed {
    /// Writes it; none where that may not be done.
    fn set(text: &str) -> Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() || Path::new(FILE).exists() {
            writeln!(io::stderr(), "left out: {FILE} is there, or this is not root")?;
            return Ok(None);
        }
        let made_folder = !Path::new(FOLDER).exists();
        if made_folder {
            fs::DirBuilder::new().mode(0o755).create(FOLDER)?;
        }
        let managed = Self { made_folder };
        fs::write(FILE, text)?;
        fs::set_permissions(FILE, fs::Permissions::from_mode(0o644))?;
        Ok(Some(managed))
    }
}

impl Drop for Managed {
    fn drop(&mut self) {
        // What cannot be removed was not written.
        drop(fs::remove_file(FILE));
        if self.made_folder {
            drop(fs::remove_dir(FOLDER));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_administrator_has_set_holds_and_is_shown() -> Result<()> {
    let text = format!(
        r#"{{
    "version": 1,
    "locked": {{
        "tenant": "{TENANT}",
        "client": "5e6f7a8b-4444-5555-6666-1234567890ab",
        "practice": false,
        "history": "off"
    }},
    "preset": {{ "proxyHost": "proxy.fernhill.example", "proxyPort": 8080 }}
}}"#
    );
    let Some(_managed) = Managed::set(&text)? else { return Ok(()) };
    journey(async |stage| {
        let app = stage.open_app().await?;
        app.see_text("organisation", TENANT).await?;
        app.see_text("organisation-locked", "Set by your administrator").await?;
        for absent in ["try-practice", "disconnect", "connect-open"] {
            app.see_gone(absent).await?;
        }
        app.is_accessible().await?;
        app.pictures(
            "55-managed-first-window",
            "The administrator has set the organisation, and that there is no practice tenant.",
        )
        .await?;

        app.window().press("ctrl+comma").await?;
        app.see_text("managed[data-kind=applied]", FILE).await?;
        for (name, value) in [
            ("organisation", TENANT),
            ("practice", "Not offered"),
            ("history", "Locked"),
            ("proxy", "proxy.fernhill.example"),
        ] {
            app.see_text(&format!("managed-{name}"), value).await?;
        }
        app.see_text("retention-hint", "Set by your administrator").await?;
        app.is_accessible().await?;
        app.press("managed-history").await?;
        let caption = "In the preferences: what the administrator has set, where it stands, and \
                       which value holds.";
        app.pictures("56-managed", caption).await?;
        // What is in view there is further up.
        app.resize(900, 600).await?;
        app.press("managed-history").await?;
        app.picture("56-managed-small", &format!("{caption} (In the smallest window.)")).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_setting_of_the_administrator_is_told_with_its_line() -> Result<()> {
    let text = "{\n    \"version\": 1,\n    \"locked\": { \"practise\": false }\n}\n";
    let Some(_managed) = Managed::set(text)? else { return Ok(()) };
    journey(async |stage| {
        let app = stage.open_app().await?;
        app.see("try-practice").await?;
        for part in [FILE, "line 3", "practise", "Nothing of it holds"] {
            app.see_text("notice[data-code=managedBroken]", part).await?;
        }
        app.is_accessible().await?;
        app.pictures(
            "57-managed-broken",
            "What the administrator has set cannot be understood: none of it is followed, and the \
             line is named.",
        )
        .await?;
        app.window().press("ctrl+comma").await?;
        app.see_text("managed[data-kind=refused]", "line 3").await
    })
    .await
}
