//! The page that connects an organisation, by the keyboard alone and without a network; and what an
//! error on Microsoft's page means.

use anyhow::Result;
use droptrace_tests::{App, Stage, journey};

const TENANT: &str = "1b2c3d4e-1111-2222-3333-1234567890ab";
const CLIENT: &str = "5e6f7a8b-4444-5555-6666-1234567890ab";

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_is_connected_checked_and_left_by_the_keyboard() -> Result<()> {
    journey(async |stage| {
        let app = open_without_network(stage).await?;
        app.tab_to("connect-open").await?;
        app.window().press("Return").await?;
        app.see_focus("connect-domain").await?;
        app.shows_focus().await?;
        app.is_accessible().await?;
        app.pictures("02-connect", "Connecting an organisation: the tenant is found by a domain.")
            .await?;

        app.window().type_text("fernhill.example").await?;
        app.window().press("Return").await?;
        app.see("error-domain[data-code=proxyUnreachable]").await?;
        app.see_focus("connect-domain").await?;
        app.tab_to("connect-tenant").await?;
        app.window().type_text(TENANT).await?;
        app.tab_to("connect-client").await?;
        app.window().type_text(CLIENT).await?;
        read_the_registration(&app).await?;
        app.tab_to("connect-submit").await?;
        app.window().press("Return").await?;

        app.see_text("organisation", TENANT).await?;
        app.see_focus("connect-page").await?;
        app.is_accessible().await?;
        app.pictures(
            "02-connect-check",
            "The organisation is connected. A check shows whether all of it works.",
        )
        .await?;
        app.tab_to("check-start").await?;
        app.window().press("Return").await?;
        app.see("check-discovery[data-outcome=failed]").await?;
        app.see("check-discovery problem[data-code=proxyUnreachable]").await?;
        for untried in ["signIn", "scope", "call"] {
            app.see(&format!("check-{untried}[data-outcome=waiting]")).await?;
        }
        app.is_accessible().await?;
        app.pictures(
            "02-connect-check-failed",
            "The check has failed at its first step, since the proxy cannot be reached: what to do \
             about it stands there, and the settings are one press away.",
        )
        .await?;
        app.tab_to("check-done").await?;
        app.window().press("Return").await?;
        app.see_gone("connect-page").await?;
        app.see_gone("check-page").await?;
        app.see_text("organisation", CLIENT).await?;
        app.shows_focus().await
    })
    .await
}

/// Each text by which the app registration is made, with what was typed in it.
async fn read_the_registration(app: &App) -> Result<()> {
    app.tab_to("registration-open").await?;
    app.window().press("Return").await?;
    // What comes in above the focus would push it out of sight.
    app.see("registration-portal").await?;
    app.tab_to("registration-portal").await?;
    for (text, part) in [
        ("portal", "Alert.Read"),
        ("az", "az "),
        ("powerShell", "Connect-MgGraph"),
        ("message", "Alert.Read"),
    ] {
        if text != "portal" {
            app.window().press("Right").await?;
        }
        app.see(&format!("registration-{text}[aria-selected=true]")).await?;
        app.see_focus(&format!("registration-{text}")).await?;
        app.shows_focus().await?;
        app.see_text("registration-text", part).await?;
        app.is_accessible().await?;
        app.pictures(
            &format!("02-registration-{}", text.to_lowercase()),
            "For whoever has no app registration yet: steps, two scripts and a message, each with \
             what was typed in it.",
        )
        .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_on_microsofts_page_is_explained_while_the_window_waits() -> Result<()> {
    journey(async |stage| {
        let app = open_without_network(stage).await?;
        app.press("connect-open").await?;
        app.fill("connect-tenant", TENANT).await?;
        app.fill("connect-client", CLIENT).await?;
        app.press("connect-submit").await?;
        app.press("check-done").await?;
        app.press("sign-in").await?;
        let link = stage.link().await?;
        assert!(link.starts_with("https://login.microsoftonline.com/"), "{link}");
        app.press("explain-open").await?;
        for (number, code, text, picture) in [
            ("AADSTS50105", "notAssigned", "Users and groups", "27-not-assigned"),
            ("AADSTS53003", "blockedByPolicy", "Conditional Access", "28-blocked-by-policy"),
        ] {
            app.fill("explain-number", number).await?;
            app.press("explain").await?;
            app.see_text(&format!("explained[data-code={code}]"), text).await?;
            app.is_accessible().await?;
            app.pictures(
                picture,
                "Microsoft's page shows an error, of which this program hears nothing: its number is \
                 typed here, and the window says what it means and who can help.",
            )
            .await?;
        }
        app.press("cancel-sign-in").await?;
        app.see("sign-in").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_of_ones_own_is_set_and_taken_back() -> Result<()> {
    journey(async |stage| {
        let app = open_without_network(stage).await?;
        app.window().press("ctrl+comma").await?;
        app.press("open-network").await?;
        app.see("proxy-in-use[data-kind=environment]").await?;
        app.fill("proxy-host", "http://proxy.fernhill.example").await?;
        app.fill("proxy-port", "8080").await?;
        app.press("proxy-save").await?;
        app.see("error-host[data-code=proxyHostInvalid]").await?;
        app.see_focus("proxy-host").await?;
        app.is_accessible().await?;
        app.pictures(
            "54-network-wrong",
            "The network's settings: what is wrong stands by its field.",
        )
        .await?;

        app.fill("proxy-host", "proxy.fernhill.example").await?;
        app.press("proxy-save").await?;
        app.see_text("proxy-in-use[data-kind=chosen]", "proxy.fernhill.example, port 8080").await?;
        app.is_accessible().await?;
        app.pictures(
            "54-network",
            "How organisations are reached: the proxy in use and who named it, and whom to trust \
             beside the system's authorities.",
        )
        .await?;
        app.press("clear-proxy").await?;
        app.see("proxy-in-use[data-kind=environment]").await
    })
    .await
}

/// Opens the app where no network is reached: the environment names a proxy that is not there.
async fn open_without_network(stage: &Stage) -> Result<App> {
    // The port of the discard service: no program is assigned it, and nobody runs that one.
    let proxy = "http://127.0.0.1:9";
    stage.open_app_with(&[("HTTPS_PROXY", proxy), ("https_proxy", proxy)]).await
}
