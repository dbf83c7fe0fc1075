//! The client: one digest, all pages, one account.

use std::{collections::HashSet, sync::Arc};

use jiff::Timestamp;
use reqwest::{
    StatusCode,
    header::{AUTHORIZATION, LOCATION, RETRY_AFTER, WARNING},
};
use url::Url;

use super::{
    next_link::next_page,
    wire::{self, Page},
};
use crate::{
    digest::Sha1Digest,
    identity::{AccessToken, Account, AuthError, Endpoints, Purpose, Session},
    quota::Turn,
    source::{AlertSource, Answer, ApiError, Incomplete, Provenance},
};

/// The Defender files API, asked as one account.
///
/// The session fixes the realm by its type, so a practice token cannot be sent to an
/// organisation's host, nor the reverse.
///
/// ```
/// # use std::sync::Arc;
/// # use droptrace_core::{identity::{OrganisationEndpoints, Session}, source::defender::DefenderFiles};
/// fn within_an_organisation(session: Arc<Session<OrganisationEndpoints>>) {
///     let _ = DefenderFiles::<OrganisationEndpoints>::new(session);
/// }
/// ```
///
/// ```compile_fail,E0308
/// # use std::sync::Arc;
/// # use droptrace_core::{identity::{OrganisationEndpoints, PracticeEndpoints, Session}, source::defender::DefenderFiles};
/// fn practice_at_an_organisation(session: Arc<Session<PracticeEndpoints>>) {
///     let _ = DefenderFiles::<OrganisationEndpoints>::new(session);
/// }
/// ```
///
/// ```compile_fail,E0308
/// # use std::sync::Arc;
/// # use droptrace_core::{identity::{OrganisationEndpoints, PracticeEndpoints, Session}, source::defender::DefenderFiles};
/// fn an_organisation_at_practice(session: Arc<Session<OrganisationEndpoints>>) {
///     let _ = DefenderFiles::<PracticeEndpoints>::new(session);
/// }
/// ```
pub struct DefenderFiles<E: Endpoints> {
    session: Arc<Session<E>>,
    account: Arc<Account>,
    http: reqwest::Client,
}

impl<E: Endpoints> DefenderFiles<E> {
    /// The most bytes of one page, decompressed.
    const LARGEST_BODY: usize = 16 << 20;
    /// The most pages of one answer.
    const MOST_PAGES: u32 = 100;

    /// A client for a session.
    ///
    /// # Errors
    ///
    /// If the system's certificates cannot be had.
    pub fn new(session: Arc<Session<E>>) -> Result<Self, reqwest::Error> {
        let http = session.endpoints().http(Purpose::Api)?;
        let account = Arc::new(session.account().clone());
        Ok(Self { session, account, http })
    }

    fn endpoint(&self, sha1: Sha1Digest) -> Url {
        let mut url = self.session.endpoints().api().clone();
        url.set_path(&format!("/api/files/{sha1}/alerts"));
        url
    }

    fn host(&self) -> String {
        self.session.endpoints().api().host_str().unwrap_or_default().to_owned()
    }

    /// One page. A refused token is replaced once, and the second call takes a turn of its own.
    async fn page(&self, url: &Url, turn: Turn) -> (Result<(Page, bool), ApiError>, Turn) {
        let token = match self.session.access_token().await {
            Ok(token) => token,
            Err(error) => return (Err(error.into()), turn),
        };
        let refusal = match self.accepted(url, &token).await {
            Err(ApiError::Unauthorized(refusal)) => refusal,
            outcome => return (outcome, turn),
        };
        match self.session.replace(&token).await {
            Ok(token) => {
                let turn = turn.another().await;
                (self.accepted(url, &token).await, turn)
            }
            Err(AuthError::Rejected) => (Err(ApiError::Unauthorized(refusal)), turn),
            Err(error) => (Err(error.into()), turn),
        }
    }

    /// One request, and the session is told if its token was accepted.
    async fn accepted(&self, url: &Url, token: &AccessToken<E>) -> Result<(Page, bool), ApiError> {
        let outcome = self.request(url, token).await;
        if outcome.is_ok() {
            self.session.accepted(token).await;
        }
        outcome
    }

    /// One request. The flag says whether the server marked its answer as partial.
    async fn request(&self, url: &Url, token: &AccessToken<E>) -> Result<(Page, bool), ApiError> {
        let response = self
            .http
            .get(url.clone())
            .header(AUTHORIZATION, token.header_value())
            .send()
            .await
            .map_err(|error| self.unreachable(error))?;
        let status = response.status();
        let headers = response.headers().clone();
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let partial = status == StatusCode::PARTIAL_CONTENT || headers.contains_key(WARNING);
        let retry_after =
            header(RETRY_AFTER).and_then(|header| wire::retry_after(header, Timestamp::now()));
        let location = header(LOCATION)
            .and_then(|location| url.join(location).ok())
            .and_then(|location| location.host_str().map(str::to_owned));

        if status == StatusCode::OK || status == StatusCode::PARTIAL_CONTENT {
            let body = self.body(response).await?;
            let page =
                Page::read(&body).map_err(|_| ApiError::Unexpected { status: status.as_u16() })?;
            return Ok((page, partial));
        }
        let code = status.as_u16();
        Err(match code {
            400 | 401 | 403 | 402 | 405..=409 | 411..=428 => {
                // A body that does not arrive says nothing more than the status does.
                let refusal = wire::refusal(&self.body(response).await.unwrap_or_default());
                match code {
                    401 => ApiError::Unauthorized(refusal),
                    403 => ApiError::Forbidden(refusal),
                    _ => ApiError::Rejected(refusal),
                }
            }
            404 | 410 => ApiError::NotFound { host: self.host() },
            429 => ApiError::Throttled { retry_after },
            300..400 => ApiError::Redirected { status: code, host: location },
            500.. => ApiError::Server { status: code },
            _ => ApiError::Unexpected { status: code },
        })
    }

    /// A body, whole, or an error: what breaks off in the middle is not a body.
    async fn body(&self, mut response: reqwest::Response) -> Result<Vec<u8>, ApiError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.broken_off(error))? {
            if body.len() + chunk.len() > Self::LARGEST_BODY {
                return Err(ApiError::TooLarge { limit: Self::LARGEST_BODY });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn unreachable(&self, error: reqwest::Error) -> ApiError {
        self.failed(error, |host, source| ApiError::Unreachable { host, source })
    }

    fn broken_off(&self, error: reqwest::Error) -> ApiError {
        self.failed(error, |host, source| ApiError::BrokenOff { host, source })
    }

    fn failed(
        &self,
        error: reqwest::Error,
        otherwise: fn(String, reqwest::Error) -> ApiError,
    ) -> ApiError {
        let host = self.host();
        if error.is_timeout() {
            ApiError::TimedOut { host }
        } else {
            // The URL holds the digest, which must not reach the log.
            otherwise(host, error.without_url())
        }
    }
}

#[async_trait::async_trait]
impl<E: Endpoints> AlertSource for DefenderFiles<E> {
    fn account(&self) -> &Account {
        &self.account
    }

    async fn ask(&self, sha1: Sha1Digest, mut turn: Turn) -> Result<Answer, ApiError> {
        let first = self.endpoint(sha1);
        let mut url = first.clone();
        let mut asked = HashSet::from([first.clone()]);
        let mut alerts = Vec::new();
        let mut unreadable = 0;
        let mut incomplete = None;

        for number in 1.. {
            let (outcome, used) = self.page(&url, turn).await;
            turn = used;
            let (page, partial) = match outcome {
                Ok(page) => page,
                // Asked again from the start when the wait is over or the person has signed in
                // again; so nothing is lost.
                Err(error @ ApiError::Throttled { .. }) => return Err(error),
                Err(error) if number == 1 || error.needs_person() => return Err(error),
                Err(error) => {
                    tracing::warn!(page = number, %error, "a page of an answer did not arrive");
                    incomplete = Some(Incomplete::PageMissing { page: number });
                    break;
                }
            };
            alerts.extend(page.alerts);
            unreadable += page.unreadable;
            if partial {
                incomplete = Some(Incomplete::Partial);
            }
            let Some(link) = page.next_link else { break };
            match next_page(&first, &link) {
                Ok(next) if asked.insert(next.clone()) => url = next,
                Ok(_) | Err(_) => {
                    incomplete = Some(Incomplete::LinkRefused { page: number });
                    break;
                }
            }
            if number == Self::MOST_PAGES {
                incomplete = Some(Incomplete::TooManyPages { pages: Self::MOST_PAGES });
                break;
            }
            turn = turn.another().await;
        }
        drop(turn);

        if incomplete.is_none() && unreadable > 0 {
            incomplete = Some(Incomplete::EntriesUnreadable { count: unreadable });
        }
        let provenance = Provenance {
            account: Arc::clone(&self.account),
            host: self.host(),
            at: Timestamp::now(),
        };
        Ok(Answer { alerts, incomplete, provenance })
    }
}
