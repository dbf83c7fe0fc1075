//! Who is signed in, who is about to be, and what happens to them.

use jiff::Timestamp;
use tokio::{sync::mpsc, task::JoinSet, time::Instant};
use url::Url;

use super::sign_in::{SignInProgress, SignedIn};
use crate::{
    quota::Closed,
    view::{ErrorCode, Hold, Realm, Session, Shown, SignInStep, UserError, UtcMillis},
};

/// Who is signed in.
pub(super) enum Person {
    Nobody(Option<UserError>),
    Coming(Coming),
    There(SignedIn),
}

/// An attempt under way. Dropping it cancels the attempt.
pub(super) struct Coming {
    pub(super) realm: Realm,
    pub(super) step: SignInStep,
    pub(super) opened: Option<(Url, Timestamp)>,
    pub(super) browser: Option<UserError>,
    pub(super) reports: mpsc::UnboundedReceiver<SignInProgress>,
    pub(super) report: mpsc::UnboundedSender<SignInProgress>,
    pub(super) task: JoinSet<()>,
    /// Who is signed in until the attempt succeeds.
    pub(super) before: Option<Box<SignedIn>>,
}

/// What happens to a person.
pub(super) enum News {
    /// The attempt went on.
    SignIn(SignInProgress),
    /// The quota closed or opened.
    Quota,
}

impl Person {
    /// Waits for the next thing that happens.
    pub(super) async fn news(&mut self) -> Option<News> {
        match self {
            Self::Nobody(_) => std::future::pending().await,
            Self::Coming(coming) => loop {
                tokio::select! {
                    biased;
                    report = coming.reports.recv() => return report.map(News::SignIn),
                    Some(ended) = coming.task.join_next() => if ended.is_err() {
                        let error = UserError::new(ErrorCode::SignInInvalid).with("detail", "app");
                        return Some(News::SignIn(SignInProgress::Ended(Err(error))));
                    },
                }
            },
            Self::There(signed_in) => {
                let opens = signed_in.quota.closed();
                let runs_out = async {
                    match opens {
                        Some(Closed::Refused(at) | Closed::WindowFull(at)) => {
                            tokio::time::sleep_until(at).await;
                        }
                        None => std::future::pending().await,
                    }
                };
                tokio::select! {
                    changed = signed_in.quota_changes.changed() => {
                        // The sender lives in the quota, which lives here.
                        changed.ok().map(|()| News::Quota)
                    }
                    () = runs_out => Some(News::Quota),
                }
            }
        }
    }

    /// The realm that the window shows, or is about to.
    pub(super) fn realm(&self) -> Option<Realm> {
        match self {
            Self::Nobody(_) => None,
            Self::Coming(coming) => Some(coming.realm),
            Self::There(signed_in) => Some(signed_in.source.account().id.realm),
        }
    }

    /// The person as the page shows them.
    pub(super) fn session(&self) -> Session {
        match self {
            Self::Nobody(error) => Session::SignedOut { error: error.clone() },
            Self::Coming(coming) => Session::SigningIn {
                realm: coming.realm,
                step: if coming.opened.is_none() { SignInStep::Starting } else { coming.step },
                until: coming.opened.as_ref().map_or(UtcMillis(0), |(_, until)| (*until).into()),
                browser: coming.browser.clone(),
            },
            Self::There(signed_in) => {
                let account = signed_in.source.account();
                Session::SignedIn {
                    realm: account.id.realm,
                    name: Shown::of(&account.name),
                    sign_in_name: Shown::of(&account.sign_in_name),
                    tenant: Shown::of(account.tenant_label()),
                    sees: account.sees.as_deref().map(Shown::of),
                }
            }
        }
    }

    /// Why no lookup is asked at the moment, if none is.
    pub(super) fn hold(&self) -> Option<Hold> {
        let Self::There(signed_in) = self else { return Some(Hold::SignedOut) };
        let in_time = |at: Instant| {
            let wait = at.saturating_duration_since(Instant::now());
            UtcMillis::from(Timestamp::now() + wait)
        };
        // To a tenth of a second, so that the same end is the same head.
        let rounded = |at| UtcMillis((in_time(at).0 + 50) / 100 * 100);
        signed_in.quota.closed().map(|closed| match closed {
            Closed::Refused(at) => Hold::Throttled { until: rounded(at) },
            Closed::WindowFull(at) => Hold::Quota { until: rounded(at) },
        })
    }
}
