//! How somebody comes to be signed in: by an attempt in the browser, or by what was kept.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use url::Url;

use super::{Desktop, SignInTarget};
use crate::{
    alert::Portal,
    identity::{
        AccountId, Attempt, AuthError, Endpoints, Hint, Keeping, Session, SignInError, WallClock,
    },
    quota::{Closed, Quota, QuotaClass, QuotaKey, Quotas},
    source::{AlertSource, defender::DefenderFiles},
    token_store::{Access, Patience, TokenStore},
    view::{ErrorCode, UserError},
};

/// How an attempt goes on.
pub(super) enum SignInProgress {
    /// The listener is ready.
    Opened { link: Url, until: Timestamp },
    /// The system said that it could not open the browser.
    NoBrowser,
    /// The browser came back.
    Exchanging,
    /// It ended.
    Ended(Result<SignedIn, UserError>),
}

/// How the search for a kept sign-in goes on.
pub(super) enum RestoreProgress {
    /// The keyring waits for the person's answer.
    Locked,
    /// It ended; with none if nothing was kept.
    Ended(Result<Option<Box<SignedIn>>, UserError>),
}

/// Somebody is signed in: everything that belongs to the account.
pub(super) struct SignedIn {
    pub(super) source: Arc<dyn AlertSource>,
    pub(super) session: Arc<dyn Kept>,
    pub(super) keeping: watch::Receiver<Keeping>,
    pub(super) quota: Arc<Quota>,
    pub(super) quota_changes: watch::Receiver<Option<Closed>>,
    pub(super) portal: Portal,
    /// Why the session ended, if it did: no lookup is asked then.
    pub(super) interrupted: Option<UserError>,
}

/// A session of either realm.
#[async_trait::async_trait]
pub(super) trait Kept: Send + Sync {
    /// Puts it into the token store.
    async fn keep(&self);

    /// Whether it is still good: gets an access token if there is none.
    async fn is_good(&self) -> Result<(), AuthError>;
}

#[async_trait::async_trait]
impl<E: Endpoints> Kept for Session<E> {
    async fn keep(&self) {
        Self::keep(self).await;
    }

    async fn is_good(&self) -> Result<(), AuthError> {
        self.access_token().await.map(drop)
    }
}

/// What both ways need.
#[derive(Clone)]
pub(super) struct Surroundings {
    pub(super) quotas: Arc<Quotas>,
    pub(super) desktop: Arc<dyn Desktop>,
    pub(super) store: TokenStore,
}

/// Signs in. Dropping the future cancels the attempt and closes its port.
pub(super) async fn sign_in(
    target: SignInTarget,
    hint: Hint,
    around: Surroundings,
    report: mpsc::UnboundedSender<SignInProgress>,
) {
    let ended = match target {
        SignInTarget::Practice(practice) => match practice.endpoints().await {
            Ok(endpoints) => attempt(endpoints, hint, around, &report).await,
            Err(error) => Err(no_practice(&error)),
        },
        SignInTarget::Organisation(endpoints) => attempt(*endpoints, hint, around, &report).await,
    };
    // Fails only if the attempt was given up at this moment.
    let _ = report.send(SignInProgress::Ended(ended));
}

/// Looks for the sign-in that was kept. Dropping the future gives that up.
pub(super) async fn restore(
    account: AccountId,
    target: SignInTarget,
    around: Surroundings,
    report: mpsc::UnboundedSender<RestoreProgress>,
) {
    let ended = match target {
        SignInTarget::Practice(practice) => match practice.endpoints().await {
            Ok(endpoints) => kept(account, endpoints, &around, &report).await,
            Err(error) => Err(no_practice(&error)),
        },
        SignInTarget::Organisation(endpoints) => kept(account, *endpoints, &around, &report).await,
    };
    // Fails only if the person has begun to sign in at this moment.
    let _ = report.send(RestoreProgress::Ended(ended));
}

async fn attempt<E: Endpoints>(
    endpoints: E,
    hint: Hint,
    around: Surroundings,
    report: &mpsc::UnboundedSender<SignInProgress>,
) -> Result<SignedIn, UserError> {
    let told = |progress| {
        let _ = report.send(progress);
    };
    let attempt = Attempt::begin(endpoints, hint).await.map_err(|error| {
        tracing::warn!(%error, "sign-in could not begin");
        UserError::from(&error)
    })?;
    told(SignInProgress::Opened { link: attempt.link().clone(), until: attempt.until() });
    open_browser(Arc::clone(&around.desktop), attempt.link().clone(), report.clone());

    let finished = attempt.finish(around.store.clone(), || told(SignInProgress::Exchanging)).await;
    let session = finished.map_err(|error| {
        tracing::warn!(%error, "sign-in ended without a session");
        UserError::from(&error)
    })?;
    signed_in(session, &around.quotas)
}

async fn kept<E: Endpoints>(
    account: AccountId,
    endpoints: E,
    around: &Surroundings,
    report: &mpsc::UnboundedSender<RestoreProgress>,
) -> Result<Option<Box<SignedIn>>, UserError> {
    let failed = |error| {
        tracing::warn!(%error, "the kept sign-in could not be read");
        UserError::from(&error)
    };
    let patience = match around.store.access(&account).await.map_err(failed)? {
        Access::Open => Patience::Brief,
        Access::Unknown => Patience::ForPrompt,
        Access::Locked => {
            let _ = report.send(RestoreProgress::Locked);
            Patience::ForPrompt
        }
    };
    let saved = around.store.load(&account, patience).await.map_err(failed)?;
    let Some(saved) = saved else { return Ok(None) };
    let clock = WallClock::of_system();
    let session = Session::restore(account, endpoints, saved, around.store.clone(), clock)
        .map_err(|invalid| UserError::from(&SignInError::from(invalid)))?;
    Ok(Some(Box::new(signed_in(session, &around.quotas)?)))
}

fn signed_in<E: Endpoints>(session: Session<E>, quotas: &Quotas) -> Result<SignedIn, UserError> {
    let endpoints = session.endpoints();
    let quota = quotas.of(QuotaKey {
        cloud: endpoints.cloud(),
        tenant: endpoints.tenant().to_owned(),
        client: endpoints.client_id().to_owned(),
        class: QuotaClass::FilesAndAlerts,
    });
    let portal = Portal::new(endpoints.portal().clone(), endpoints.tenant());
    let session = Arc::new(session);
    let source = DefenderFiles::new(Arc::clone(&session)).map_err(no_client)?;
    Ok(SignedIn {
        source: Arc::new(source),
        keeping: session.keeping(),
        session,
        quota_changes: quota.changes(),
        quota,
        portal,
        interrupted: None,
    })
}

fn no_client(error: reqwest::Error) -> UserError {
    tracing::error!(error = %error.without_url(), "no HTTP client");
    UserError::new(ErrorCode::SignInInvalid).with("detail", "client")
}

fn no_practice(error: &std::io::Error) -> UserError {
    tracing::error!(%error, "the practice tenant did not start");
    UserError::new(ErrorCode::PracticeUnavailable).with("detail", error.to_string().as_str())
}

/// Asks the system to open the link, and reports if it says that it could not.
pub(super) fn open_browser(
    desktop: Arc<dyn Desktop>,
    link: Url,
    report: mpsc::UnboundedSender<SignInProgress>,
) {
    tokio::task::spawn_blocking(move || {
        if let Err(error) = desktop.open_link(&link) {
            tracing::warn!(%error, "the browser was not opened");
            let _ = report.send(SignInProgress::NoBrowser);
        }
    });
}
