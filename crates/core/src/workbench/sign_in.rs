//! One attempt to sign in, from the listener to a source of alerts.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use url::Url;

use super::{Desktop, SignInTarget};
use crate::{
    alert::Portal,
    identity::{Attempt, Endpoints, Hint},
    quota::{Closed, Quota, QuotaClass, QuotaKey, Quotas},
    source::{AlertSource, defender::DefenderFiles},
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

/// Somebody is signed in: everything that belongs to the account.
pub(super) struct SignedIn {
    pub(super) source: Arc<dyn AlertSource>,
    pub(super) quota: Arc<Quota>,
    pub(super) quota_changes: watch::Receiver<Option<Closed>>,
    pub(super) portal: Portal,
}

/// Signs in. Dropping the future cancels the attempt and closes its port.
pub(super) async fn sign_in(
    target: SignInTarget,
    hint: Hint,
    quotas: Arc<Quotas>,
    desktop: Arc<dyn Desktop>,
    report: mpsc::UnboundedSender<SignInProgress>,
) {
    let ended = match target {
        SignInTarget::Practice(practice) => match practice.endpoints().await {
            Ok(endpoints) => attempt(endpoints, hint, quotas, desktop, &report).await,
            Err(error) => {
                tracing::error!(%error, "the practice tenant did not start");
                Err(UserError::new(ErrorCode::PracticeUnavailable)
                    .with("detail", error.to_string().as_str()))
            }
        },
        SignInTarget::Organisation(endpoints) => {
            attempt(*endpoints, hint, quotas, desktop, &report).await
        }
    };
    // Fails only if the attempt was given up at this moment.
    let _ = report.send(SignInProgress::Ended(ended));
}

async fn attempt<E: Endpoints>(
    endpoints: E,
    hint: Hint,
    quotas: Arc<Quotas>,
    desktop: Arc<dyn Desktop>,
    report: &mpsc::UnboundedSender<SignInProgress>,
) -> Result<SignedIn, UserError> {
    let told = |progress| {
        let _ = report.send(progress);
    };
    let quota = quotas.of(QuotaKey {
        cloud: endpoints.cloud(),
        tenant: endpoints.tenant().to_owned(),
        client: endpoints.client_id().to_owned(),
        class: QuotaClass::FilesAndAlerts,
    });
    let portal = Portal::new(endpoints.portal().clone(), endpoints.tenant());

    let attempt = Attempt::begin(endpoints, hint).await.map_err(|error| {
        tracing::warn!(%error, "sign-in could not begin");
        UserError::from(&error)
    })?;
    told(SignInProgress::Opened { link: attempt.link().clone(), until: attempt.until() });
    open_browser(desktop, attempt.link().clone(), report.clone());

    let session = attempt.finish(|| told(SignInProgress::Exchanging)).await.map_err(|error| {
        tracing::warn!(%error, "sign-in ended without a session");
        UserError::from(&error)
    })?;
    let source = DefenderFiles::new(Arc::new(session)).map_err(|error| {
        tracing::error!(error = %error.without_url(), "no HTTP client for the API");
        UserError::new(ErrorCode::SignInInvalid).with("detail", "client")
    })?;
    let quota_changes = quota.changes();
    Ok(SignedIn { source: Arc::new(source), quota, quota_changes, portal })
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
