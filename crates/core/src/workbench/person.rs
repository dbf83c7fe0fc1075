//! Who is signed in, who is about to be, and what happens to them.

use jiff::Timestamp;
use tokio::{sync::mpsc, task::JoinSet, time::Instant};
use url::Url;

use super::sign_in::{RestoreProgress, SignInProgress, SignedIn};
use crate::{
    identity::{self, Account, AccountId},
    quota::Closed,
    view::{
        ErrorCode, Hold, Keeping, Permission, Realm, Session, Shown, ShownAccount, SignInStep,
        SignOut, UserError, UtcMillis,
    },
};

/// Who is signed in.
pub(super) enum Person {
    Nobody { error: Option<UserError>, signed_out: Option<SignOut> },
    Restoring(Restoring),
    Coming(Coming),
    There(SignedIn),
}

/// A search for the sign-in that was kept. Dropping it gives the search up.
pub(super) struct Restoring {
    pub(super) account: AccountId,
    pub(super) locked: bool,
    /// The person has asked for this very account.
    pub(super) wished: bool,
    pub(super) reports: mpsc::UnboundedReceiver<RestoreProgress>,
    pub(super) task: JoinSet<()>,
}

/// An attempt under way. Dropping it cancels the attempt.
pub(super) struct Coming {
    pub(super) realm: Realm,
    pub(super) step: SignInStep,
    pub(super) opened: Option<(Url, Timestamp)>,
    pub(super) browser: Option<UserError>,
    /// Why the person is asked.
    pub(super) why: Option<UserError>,
    /// Whether the answer comes back in the address.
    pub(super) in_address: bool,
    /// What is asked for beyond what is asked for anyway.
    pub(super) permission: Option<Permission>,
    pub(super) reports: mpsc::UnboundedReceiver<SignInProgress>,
    pub(super) report: mpsc::UnboundedSender<SignInProgress>,
    pub(super) task: JoinSet<()>,
    /// Who is signed in until the attempt succeeds.
    pub(super) before: Option<Box<SignedIn>>,
    /// What could not be removed before it.
    pub(super) signed_out: Option<SignOut>,
}

/// What happens to a person.
pub(super) enum News {
    /// The search for a kept sign-in went on.
    Restore(RestoreProgress),
    /// The attempt went on.
    SignIn(SignInProgress),
    /// The quota closed or opened.
    Changed,
    /// The session is kept, or is not.
    Keeping,
}

impl Person {
    /// Nobody, and nothing to be said of it.
    pub(super) const NOBODY: Self = Self::Nobody { error: None, signed_out: None };

    /// Waits for the next thing that happens.
    pub(super) async fn news(&mut self) -> Option<News> {
        match self {
            Self::Nobody { .. } => std::future::pending().await,
            Self::Restoring(restoring) => loop {
                tokio::select! {
                    biased;
                    report = restoring.reports.recv() => return report.map(News::Restore),
                    Some(ended) = restoring.task.join_next() => if ended.is_err() {
                        return Some(News::Restore(RestoreProgress::Ended(Err(failed_inside()))));
                    },
                }
            },
            Self::Coming(coming) => loop {
                tokio::select! {
                    biased;
                    report = coming.reports.recv() => return report.map(News::SignIn),
                    Some(ended) = coming.task.join_next() => if ended.is_err() {
                        return Some(News::SignIn(SignInProgress::Ended(Err(failed_inside()))));
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
                    // The senders live in the quota and the session, which live here.
                    changed = signed_in.quota_changes.changed() => changed.ok().map(|()| News::Changed),
                    changed = signed_in.keeping.changed() => changed.ok().map(|()| News::Keeping),
                    () = runs_out => Some(News::Changed),
                }
            }
        }
    }

    /// The realm that the window shows, or is about to.
    pub(super) fn realm(&self) -> Option<Realm> {
        match self {
            Self::Nobody { .. } => None,
            Self::Restoring(restoring) => Some(restoring.account.realm),
            Self::Coming(coming) => Some(coming.realm),
            Self::There(signed_in) => Some(signed_in.source.account().id.realm),
        }
    }

    /// Who is signed in, or still is during an attempt.
    pub(super) fn signed_in(&self) -> Option<&SignedIn> {
        match self {
            Self::Nobody { .. } | Self::Restoring(_) => None,
            Self::Coming(coming) => coming.before.as_deref(),
            Self::There(signed_in) => Some(signed_in),
        }
    }

    /// Who is signed in, and not about to be somebody else.
    pub(super) fn there(&self) -> Option<&SignedIn> {
        match self {
            Self::There(signed_in) => Some(signed_in),
            Self::Nobody { .. } | Self::Restoring(_) | Self::Coming(_) => None,
        }
    }

    /// Whether the sign-in is in the keyring.
    pub(super) fn is_kept(&self) -> bool {
        self.signed_in().is_some_and(|there| *there.keeping.borrow() == identity::Keeping::Kept)
    }

    /// The person as the page shows them.
    pub(super) fn session(&self) -> Session {
        match self {
            Self::Nobody { error, signed_out } => Session::SignedOut {
                error: error.clone(),
                signed_out: signed_out.clone(),
                tried: None,
            },
            Self::Restoring(restoring) => {
                Session::Restoring { realm: restoring.account.realm, locked: restoring.locked }
            }
            Self::Coming(coming) => Session::SigningIn {
                realm: coming.realm,
                step: if coming.opened.is_none() { SignInStep::Starting } else { coming.step },
                until: coming.opened.as_ref().map_or(UtcMillis(0), |(_, until)| (*until).into()),
                browser: coming.browser.clone(),
                why: coming.why.clone(),
                in_address: coming.in_address,
            },
            Self::There(signed_in) => {
                let account = shown(signed_in.source.account());
                match &signed_in.interrupted {
                    Some(error) => Session::Interrupted { account, error: error.clone() },
                    None => {
                        Session::SignedIn { account, keeping: keeping(&signed_in.keeping.borrow()) }
                    }
                }
            }
        }
    }

    /// Why no lookup is asked at the moment, if none is.
    pub(super) fn hold(&self) -> Option<Hold> {
        let Self::There(signed_in) = self else { return Some(Hold::SignedOut) };
        if signed_in.interrupted.is_some() {
            return Some(Hold::Interrupted);
        }
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

fn failed_inside() -> UserError {
    UserError::new(ErrorCode::SignInInvalid).with("detail", "app")
}

pub(super) fn shown(account: &Account) -> ShownAccount {
    ShownAccount {
        realm: account.id.realm,
        name: Shown::of(&account.name),
        sign_in_name: Shown::of(&account.sign_in_name),
        tenant: Shown::of(account.tenant_label()),
        sees: account.sees.as_deref().map(Shown::of),
    }
}

fn keeping(keeping: &identity::Keeping) -> Keeping {
    match keeping {
        identity::Keeping::Saving => Keeping::Saving,
        identity::Keeping::Kept => Keeping::Kept,
        identity::Keeping::NotGiven => {
            Keeping::NotKept { error: UserError::new(ErrorCode::NothingToKeep) }
        }
        identity::Keeping::NotKept(error) => Keeping::NotKept { error: error.into() },
    }
}
