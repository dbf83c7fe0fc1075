//! The practice tenant in this process, or the one that another process of this person runs.

use std::{io, path::PathBuf, time::Duration};

use droptrace_core::{
    identity::{PracticeEndpoints, PracticeFacts},
    workbench::Practice,
};
use droptrace_practice_tenant::{self as practice_tenant, Joined};
use tokio::sync::OnceCell;

/// How long the one practice file that has to wait does so.
const LOOKUP_WAIT: Duration = Duration::from_secs(20);

/// Starts the practice tenant when it is first needed, or joins one that runs.
pub(crate) struct PracticeHere {
    /// Where the processes of this person find each other's tenant.
    runtime: PathBuf,
    /// Where the practice files go.
    files: PathBuf,
    /// What the tenant knows over a restart.
    state: PathBuf,
    joined: OnceCell<Joined>,
}

impl PracticeHere {
    pub(crate) fn new(runtime: PathBuf, files: PathBuf, state: PathBuf) -> Self {
        Self { runtime, files, state, joined: OnceCell::new() }
    }
}

#[async_trait::async_trait]
impl Practice for PracticeHere {
    async fn endpoints(&self) -> io::Result<PracticeEndpoints> {
        let joined = self
            .joined
            .get_or_try_init(|| {
                let settings = practice_tenant::Settings {
                    state: Some(self.state.clone()),
                    lookup_wait: Some(LOOKUP_WAIT),
                    ..practice_tenant::Settings::default()
                };
                practice_tenant::join_or_start(&self.runtime, settings)
            })
            .await?;
        let sees = practice_tenant::analysts()
            .iter()
            .map(|analyst| (analyst.object_id.to_owned(), analyst.device_group.to_owned()))
            .collect();
        Ok(PracticeEndpoints::new(PracticeFacts {
            authority: joined.addresses.authority,
            api: joined.addresses.api,
            portal: joined.addresses.portal,
            tenant: practice_tenant::TENANT_ID.to_owned(),
            tenant_name: practice_tenant::TENANT_NAME.to_owned(),
            client: practice_tenant::CLIENT_ID.to_owned(),
            scope: practice_tenant::SCOPE.to_owned(),
            sees,
        }))
    }

    async fn write_files(&self) -> io::Result<PathBuf> {
        let folder = self.files.clone();
        let written = tokio::task::spawn_blocking(move || {
            practice_tenant::write_practice_files(&folder).map(|_| folder)
        });
        written.await.unwrap_or_else(|_| Err(io::ErrorKind::Other.into()))
    }
}
