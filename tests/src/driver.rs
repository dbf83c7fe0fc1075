//! The driver between a journey and the page in the window.

use std::{fs::File, net::Ipv4Addr, path::Path, time::Duration};

use anyhow::{Context as _, Result};
use fantoccini::{Client, ClientBuilder, wd::TimeoutConfiguration};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value};
use tokio::{
    net::{TcpListener, TcpStream},
    process::Command,
    time::timeout,
};

use crate::{
    home::Home,
    process::{PATIENCE, Running},
};

/// Starts `tauri-driver` on ports of its own, and returns its port.
pub(crate) async fn tauri_driver(
    home: &Home,
    environment: &[(&str, &str)],
) -> Result<(Running, u16)> {
    let (port, native) = (free_port().await?, free_port().await?);
    let mut command = Command::new("tauri-driver");
    home.move_in(&mut command)?;
    command
        .args(["--port", &port.to_string(), "--native-port", &native.to_string()])
        .envs(environment.iter().copied())
        .stderr(File::create(home.messages_of("driver"))?);
    let driver = Running::start(&mut command)?;
    // A request that comes before the second of them listens is lost.
    for port in [port, native] {
        timeout(PATIENCE, listens(port)).await.context("tauri-driver does not listen")?;
    }
    Ok((driver, port))
}

/// Starts a session that opens the app.
pub(crate) async fn open_app(port: u16, app: &Path) -> Result<Client> {
    let capabilities = serde_json::json!({
        "browserName": "wry",
        "tauri:options": { "application": app },
    });
    connect(port, &capabilities).await
}

/// Starts a session.
pub(crate) async fn connect(port: u16, capabilities: &Value) -> Result<Client> {
    let capabilities: Map<String, Value> =
        capabilities.as_object().context("capabilities are an object")?.clone();
    // One connection, kept alive: `tauri-driver` resets those of clients that open many.
    let mut client = ClientBuilder::new(HttpConnector::new());
    let address = format!("http://127.0.0.1:{port}");
    let session = timeout(PATIENCE, client.capabilities(capabilities).connect(&address))
        .await
        .context("the driver opens no session")??;
    // Scripts end by themselves, with a better message.
    let script = Some(PATIENCE + Duration::from_secs(10));
    session.update_timeouts(TimeoutConfiguration::new(script, None, None)).await?;
    Ok(session)
}

async fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    Ok(listener.local_addr()?.port())
}

/// Neither driver says when it listens, so this asks.
async fn listens(port: u16) {
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
