//! The driver between a journey and the page in the window.

use std::{
    fs::File,
    iter::{Cycle, Skip},
    net::Ipv4Addr,
    ops::Range,
    path::Path,
    sync::LazyLock,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use fantoccini::{Client, ClientBuilder, wd::TimeoutConfiguration};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value};
use tokio::{
    net::{TcpListener, TcpStream},
    process::Command,
    sync::Mutex,
    time::timeout,
};

use crate::{
    home::Home,
    process::{PATIENCE, Running},
};

/// Where the system assigns no ports by itself (Linux begins at 32768), so that nothing but a
/// program that names its port takes one between our look at it and the driver's.
const NEVER_ASSIGNED: Range<u16> = 15_000..32_000;

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

/// A port that nobody listens on and nobody is assigned, another one each time.
async fn free_port() -> Result<u16> {
    // Another program of journeys beside this one begins elsewhere.
    static NEXT: LazyLock<Mutex<Skip<Cycle<Range<u16>>>>> = LazyLock::new(|| {
        let first = std::process::id() as usize % NEVER_ASSIGNED.len();
        Mutex::new(NEVER_ASSIGNED.cycle().skip(first))
    });
    let mut next = NEXT.lock().await;
    for port in next.by_ref().take(NEVER_ASSIGNED.len()) {
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.is_ok() {
            return Ok(port);
        }
    }
    bail!("no port is free for a driver")
}

/// Neither driver says when it listens, so this asks.
async fn listens(port: u16) {
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
