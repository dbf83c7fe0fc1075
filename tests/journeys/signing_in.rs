//! What can become of a sign-in beside success.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use anyhow::{Context as _, Result};
use droptrace_tests::journey;
use tokio::{io::AsyncReadExt as _, net::TcpStream};
use url::Url;

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_goes_back_to_the_first_window_and_closes_the_port() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        app.press("try-practice").await?;
        let ports = listeners(&stage.link().await?)?;
        for port in ports {
            TcpStream::connect(port).await.context("the app does not listen")?;
        }

        app.press("cancel-sign-in").await?;

        app.see("try-practice").await?;
        app.see_gone("session-error").await?;
        for port in ports {
            is_closed(port).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_can_be_copied_and_opened_again() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        app.press("try-practice").await?;
        let link = stage.link().await?;

        app.press_named("sign-in-screen", "Copy the link").await?;
        app.see_text("sign-in-screen", "Copied").await?;
        assert_eq!(stage.copied().await?, link);

        app.press("reopen-browser").await?;
        assert_eq!(stage.link().await?, link);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_browser_the_copied_link_still_signs_in() -> Result<()> {
    journey(async |stage| {
        stage.take_browser_away()?;
        let app = stage.open_app().await?;
        app.press("try-practice").await?;

        app.see_text("sign-in-screen", "No browser could be opened").await?;
        app.see_text("sign-in-screen", "Open the sign-in page yourself").await?;
        app.is_accessible().await?;
        app.pictures(
            "20-no-browser",
            "The system could not open a browser, and Droptrace says so. The link can be copied \
             into any browser on this computer.",
        )
        .await?;
        app.press_named("sign-in-screen", "Copy the link").await?;
        app.see_text("sign-in-screen", "Copied").await?;

        let browser = stage.browser().await?;
        browser.open(&stage.copied().await?).await?;
        app.window().minimize().await?;
        browser.press("servers").await?;
        browser.see_heading("Droptrace has the answer").await?;
        app.window().is_at_the_front().await?;
        browser.close().await?;
        assert_eq!(app.read("account-name").await?, "Tomas Adeyemi");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn declining_on_the_page_is_told_in_words() -> Result<()> {
    journey(async |stage| {
        let app = stage.open_app().await?;
        app.press("try-practice").await?;
        let browser = stage.browser().await?;
        browser.open(&stage.link().await?).await?;

        browser.press("cancel").await?;

        browser.see_heading("Droptrace has the answer").await?;
        browser.close().await?;
        app.see_text("session-error", "The sign-in was cancelled on the sign-in page").await?;
        app.is_accessible().await?;
        app.pictures(
            "21-declined",
            "The person cancelled on the sign-in page. Nobody is signed in, and both ways are \
             open again.",
        )
        .await?;

        app.press("try-practice").await?;
        stage.link().await?;
        app.see("sign-in-screen").await
    })
    .await
}

/// Where the answer to a link is awaited: both families.
fn listeners(link: &str) -> Result<[SocketAddr; 2]> {
    let link = Url::parse(link)?;
    let (_, back) =
        link.query_pairs().find(|(name, _)| name == "redirect_uri").context("no way back")?;
    let port = Url::parse(&back)?.port().context("no port in the way back")?;
    Ok([(Ipv4Addr::LOCALHOST, port).into(), (Ipv6Addr::LOCALHOST, port).into()])
}

/// Waits until nobody listens. Whoever still did ends the connection when they stop.
async fn is_closed(port: SocketAddr) -> Result<()> {
    let closed = async {
        while let Ok(mut connection) = TcpStream::connect(port).await {
            // Ends in either way when the listener does.
            let _ = connection.read_to_end(&mut Vec::new()).await;
        }
    };
    let patience = std::time::Duration::from_secs(10);
    tokio::time::timeout(patience, closed).await.with_context(|| format!("{port} stays open"))
}
