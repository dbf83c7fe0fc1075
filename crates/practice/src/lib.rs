//! The practice tenant as core's [`Practice`]: in this process, or the one that another process of
//! this person runs. The window and the command line share it.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use droptrace_core::{
    identity::{PracticeEndpoints, PracticeFacts},
    workbench::Practice,
};
use droptrace_practice_tenant::{self as practice_tenant, Joined};
use tokio::sync::OnceCell;

/// How long the one practice file that has to wait does so.
const LOOKUP_WAIT: Duration = Duration::from_secs(20);

/// Starts the practice tenant when it is first needed, or joins one that runs.
pub struct PracticeHere {
    /// Where the processes of this person find each other's tenant.
    runtime: PathBuf,
    /// Where the practice files go.
    files: PathBuf,
    /// What the tenant knows over a restart.
    state: PathBuf,
    joined: OnceCell<Joined>,
}

impl PracticeHere {
    /// One whose files lie in `folder`, the app's data. `runtime` is the system's folder for what lives
    /// as long as a session, where there is one: programs that name the same folders share a tenant.
    pub fn beside(folder: &Path, runtime: Option<&Path>) -> Self {
        Self {
            runtime: runtime
                .map_or_else(|| folder.join("run"), |runtime| runtime.join("droptrace")),
            files: folder.join("practice-files"),
            state: folder.join("practice"),
            joined: OnceCell::new(),
        }
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
