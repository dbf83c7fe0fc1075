//! How somebody comes to be signed in: by an attempt in the browser, or by what was kept.

use std::{convert::Infallible, sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::sync::{Notify, mpsc, watch};
use url::Url;

use super::{Desktop, SignInTarget, passport::SeenOfApi};
use crate::{
    alert::Portal,
    browser,
    identity::{
        self, AccountId, Attempt, AuthError, Claims, DiscoveryError, Endpoints, Granted, Heard,
        Keeping, Purpose, Request, Session, SignInError, WallClock,
    },
    network::{self, Network},
    quota::{Quota, QuotaClass, QuotaKey, Quotas, Standing},
    source::{AlertSource, defender::DefenderFiles},
    token_store::{Access, Patience, TokenStore},
    view::{ErrorCode, Permission, UserError},
};

/// How an attempt goes on.
pub(super) enum SignInProgress {
    /// The listener is ready.
    Opened { link: Url, until: Timestamp },
    /// The browser was not opened, or does not come back as it should.
    NoBrowser(UserError),
    /// The browser has come back, if only to look.
    Connected,
    /// The browser came back.
    Exchanging,
    /// The authority refused, and named what the next attempt is to be asked with.
    Wanted(Claims),
    /// It ended.
    Ended(Result<SignedIn, UserError>),
}

/// How long nothing may connect before the person is told of it.
const SILENCE: Duration = Duration::from_secs(30);

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
    pub(super) quota_changes: watch::Receiver<Standing>,
    pub(super) portal: Portal,
    /// What reading alerts was asked for with.
    pub(super) permission: Permission,
    /// What the API has let be seen of what the person may do.
    pub(super) seen: SeenOfApi,
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

    /// What the authority has granted.
    fn granted(&self) -> Granted;

    /// What the next sign-in is to be asked with, if a service has said so.
    fn claims(&self) -> Option<Claims>;
}

#[async_trait::async_trait]
impl<E: Endpoints> Kept for Session<E> {
    async fn keep(&self) {
        Self::keep(self).await;
    }

    async fn is_good(&self) -> Result<(), AuthError> {
        self.access_token().await.map(drop)
    }

    fn granted(&self) -> Granted {
        Self::granted(self)
    }

    fn claims(&self) -> Option<Claims> {
        Self::claims(self)
    }
}

/// What both ways need.
#[derive(Clone)]
pub(super) struct Surroundings {
    pub(super) quotas: Arc<Quotas>,
    pub(super) desktop: Arc<dyn Desktop>,
    pub(super) store: TokenStore,
    pub(super) network: Network,
}

/// Signs in. Dropping the future cancels the attempt and closes its port.
pub(super) async fn sign_in(
    target: SignInTarget,
    request: Request,
    around: Surroundings,
    report: mpsc::UnboundedSender<SignInProgress>,
) {
    let ended = match target {
        SignInTarget::Practice(practice) => match practice.endpoints().await {
            Ok(endpoints) => attempt(endpoints, request, around, &report).await,
            Err(error) => Err(no_practice(&error)),
        },
        SignInTarget::Organisation(endpoints) => {
            attempt(*endpoints, request, around, &report).await
        }
    };
    // Fails only if the attempt was given up at this moment.
    let _ = report.send(SignInProgress::Ended(ended));
}

/// Whether the authority knows the tenant and names itself as it should; gives the issuer.
pub(super) async fn discovered(target: SignInTarget) -> Result<String, UserError> {
    match target {
        SignInTarget::Practice(practice) => match practice.endpoints().await {
            Ok(endpoints) => confirmed(&endpoints).await,
            Err(error) => Err(no_practice(&error)),
        },
        SignInTarget::Organisation(endpoints) => confirmed(&*endpoints).await,
    }
}

async fn confirmed<E: Endpoints>(endpoints: &E) -> Result<String, UserError> {
    let http = endpoints.http(Purpose::SignIn).map_err(no_client)?;
    if let Err(error) = identity::confirm(&http.current(), endpoints).await {
        tracing::warn!(%error, "the tenant was not confirmed");
        return Err(undiscovered(&error, endpoints.network()).await);
    }
    Ok(endpoints.issuer())
}

/// Why the authority told nothing of a tenant. With a network, what is in the way is looked for.
pub(super) async fn undiscovered(error: &DiscoveryError, network: Option<&Network>) -> UserError {
    if let DiscoveryError::Unreachable { host, source: Some(source) } = error
        && let Some(network) = network
        && let Ok(url) = Url::parse(&format!("https://{host}"))
    {
        return UserError::from(&network::diagnose(network, &url, source).await);
    }
    UserError::from(error)
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
    request: Request,
    around: Surroundings,
    report: &mpsc::UnboundedSender<SignInProgress>,
) -> Result<SignedIn, UserError> {
    let told = |progress| {
        let _ = report.send(progress);
    };
    let (url, network) = (endpoints.token_url(), endpoints.network().cloned());
    let attempt = Attempt::begin(endpoints, request).await.map_err(|error| {
        tracing::warn!(%error, "sign-in could not begin");
        UserError::from(&error)
    })?;
    told(SignInProgress::Opened { link: attempt.link().clone(), until: attempt.until() });
    open_browser(Arc::clone(&around.desktop), attempt.link().clone(), report.clone());

    let connected = Notify::new();
    let heard = |heard| match heard {
        Heard::Connected => {
            connected.notify_one();
            told(SignInProgress::Connected);
        }
        Heard::InsistsOnHttps => {
            told(SignInProgress::NoBrowser(UserError::new(ErrorCode::BrowserInsistsOnHttps)));
        }
        Heard::Code => told(SignInProgress::Exchanging),
    };
    let silent = async {
        if tokio::time::timeout(SILENCE, connected.notified()).await.is_err() {
            told(SignInProgress::NoBrowser(UserError::new(ErrorCode::BrowserSilent)));
        }
        std::future::pending::<Infallible>().await
    };
    let finished = tokio::select! {
        finished = attempt.finish(around.store.clone(), heard) => finished,
        never = silent => match never {},
    };
    match finished {
        Ok(session) => signed_in(session, &around.quotas),
        Err(error) => {
            tracing::warn!(%error, "sign-in ended without a session");
            if let Some(claims) = error.claims() {
                told(SignInProgress::Wanted(claims.clone()));
            }
            Err(match (&error, network) {
                (SignInError::Unreachable { source: Some(source), .. }, Some(network)) => {
                    let trouble = network::diagnose(&network, &url, source).await;
                    UserError::from(&trouble)
                }
                (error, _) => UserError::from(error),
            })
        }
    }
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
    let permission = endpoints.permission();
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
        permission,
        seen: SeenOfApi::default(),
        interrupted: None,
    })
}

fn no_client(error: reqwest::Error) -> UserError {
    tracing::error!(error = %error.without_url(), "no HTTP client");
    UserError::new(ErrorCode::SignInInvalid).with("detail", "client")
}

pub(super) fn no_practice(error: &std::io::Error) -> UserError {
    tracing::error!(%error, "the practice tenant did not start");
    UserError::new(ErrorCode::PracticeUnavailable).with("detail", error.to_string().as_str())
}

/// Asks the system to open the link, and reports if it says that it could not.
pub(super) fn open_browser(
    desktop: Arc<dyn Desktop>,
    link: Url,
    report: mpsc::UnboundedSender<SignInProgress>,
) {
    tokio::spawn(async move {
        let opened = browser::open_within(move || desktop.open_link(&link), browser::PATIENCE);
        if let Err(error) = opened.await {
            tracing::warn!(%error, "the browser was not opened");
            let _ = report.send(SignInProgress::NoBrowser(UserError::from(&error)));
        }
    });
}
