//! One tenant for several processes: the first starts it, and the others find it by a small file.

use std::{
    fs, io,
    io::Write as _,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::{Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::{
    chance::{Chance, hex},
    form::Parameters,
    private_files::{lock, make_private_folder, private_file},
    settings::Settings,
    state::Tenant,
    tenant::{Addresses, PracticeTenant},
};

/// Where a server proves that it wrote the runtime file.
pub(crate) const PROOF_PATH: &str = "/practice-tenant";

const FILE: &str = "practice.json";
const LOCK: &str = "practice.lock";
const VERSION: u32 = 1;
/// How long a server on this computer may take to prove itself.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long another process may take to start its tenant.
const LOCK_PATIENCE: Duration = Duration::from_secs(20);

/// A tenant that this process can use.
#[derive(Debug)]
pub struct Joined {
    /// Where it answers.
    pub addresses: Addresses,
    /// The tenant itself, if this process started it: it stops when this is dropped.
    pub tenant: Option<PracticeTenant>,
}

/// The runtime file. The key in it makes the file private.
#[derive(Serialize, Deserialize)]
struct Runtime {
    version: u32,
    authority: u16,
    api: u16,
    portal: u16,
    key: String,
}

/// Uses the tenant that another process announced in the folder `runtime`, or starts one and
/// announces it there.
///
/// A file of a process that ended is replaced: the server that it names has to answer with a proof
/// that only the process that wrote the file can make.
///
/// # Errors
///
/// Fails if no server can be started, or the folder cannot be written.
pub async fn join_or_start(runtime: &Path, settings: Settings) -> io::Result<Joined> {
    make_private_folder(runtime)?;
    // Held until the file is written, so that of two processes at once only one starts a tenant.
    let _lock = lock(&runtime.join(LOCK), LOCK_PATIENCE).await?;
    if let Some(addresses) = announced(runtime).await {
        return Ok(Joined { addresses, tenant: None });
    }
    let tenant = PracticeTenant::start(settings).await?;
    tenant.announce(runtime)?;
    Ok(Joined { addresses: tenant.addresses(), tenant: Some(tenant) })
}

/// Writes the runtime file of a tenant.
pub(crate) fn announce(
    runtime: &Path,
    addresses: Addresses,
    proof_key: &[u8],
) -> io::Result<PathBuf> {
    make_private_folder(runtime)?;
    let contents = serde_json::to_vec(&Runtime {
        version: VERSION,
        authority: addresses.authority,
        api: addresses.api,
        portal: addresses.portal,
        key: hex(proof_key),
    })?;
    let path = runtime.join(FILE);
    let new = runtime.join(format!("{FILE}.{}", std::process::id()));
    let mut file = private_file(&new)?;
    file.write_all(&contents)?;
    file.sync_all()?;
    fs::rename(&new, &path)?;
    Ok(path)
}

/// Removes a runtime file, unless another tenant's stands there by now.
pub(crate) fn withdraw(path: &Path, proof_key: &[u8]) -> io::Result<()> {
    let ours = read(path).is_some_and(|file| file.key == hex(proof_key));
    if ours { fs::remove_file(path) } else { Ok(()) }
}

/// The route on which a server proves that it wrote the runtime file.
pub(crate) fn router() -> Router<Arc<Tenant>> {
    Router::new().route(PROOF_PATH, get(prove))
}

async fn prove(State(tenant): State<Arc<Tenant>>, uri: axum::http::Uri) -> impl IntoResponse {
    let query = uri.query().unwrap_or_default();
    let challenge = Parameters::parse(query.as_bytes())
        .ok()
        .and_then(|query| query.value("challenge").map(str::to_owned));
    match challenge {
        Some(challenge) => (StatusCode::OK, Tenant::proof(&tenant.proof_key, &challenge)),
        None => (StatusCode::BAD_REQUEST, String::new()),
    }
}

/// The tenant that the runtime file names, if its server is alive.
async fn announced(runtime: &Path) -> Option<Addresses> {
    let file = read(&runtime.join(FILE))?;
    let challenge = Chance::new().ok()?.hex(16);
    let answer = match timeout(PATIENCE, ask(file.authority, &challenge)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => {
            tracing::debug!(%error, "the announced practice tenant does not answer");
            return None;
        }
        Err(_) => {
            tracing::debug!("the announced practice tenant does not answer in time");
            return None;
        }
    };
    let proof = Tenant::proof(&bytes(&file.key)?, &challenge);
    (answer.starts_with("HTTP/1.1 200 ") && answer.ends_with(&format!("\r\n\r\n{proof}")))
        .then_some(Addresses { authority: file.authority, api: file.api, portal: file.portal })
}

async fn ask(port: u16, challenge: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    let request = format!(
        "GET {PROOF_PATH}?challenge={challenge} HTTP/1.1\r\n\
         Host: 127.0.0.1:{port}\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.take(4 * 1024).read_to_string(&mut answer).await?;
    Ok(answer)
}

fn read(path: &Path) -> Option<Runtime> {
    let contents = fs::read(path).ok()?;
    serde_json::from_slice(&contents).ok().filter(|file: &Runtime| file.version == VERSION)
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    hex.as_bytes()
        .chunks(2)
        .map(|pair| {
            let pair = std::str::from_utf8(pair).ok()?;
            u8::from_str_radix(pair, 16).ok()
        })
        .collect()
}
