//! The client: one digest, all pages, one account.

use std::{collections::HashSet, sync::Arc};

use jiff::Timestamp;
use reqwest::{
    StatusCode,
    header::{AUTHORIZATION, LOCATION},
};
use url::Url;

use super::{
    challenge,
    deflate::{InflateError, inflate},
    headers::Said,
    next_link::next_page,
    refusal,
    wire::{self, Page},
};
use crate::{
    digest::Sha1Digest,
    identity::{AccessToken, Account, AuthError, Claims, Endpoints, Purpose, Session},
    network::{self, Client, Trouble},
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
    http: Client,
}

/// A page as it arrived.
struct Arrived {
    page: Page,
    /// Whether the server marked its answer as partial.
    is_marked: bool,
    /// The request's id, if the response carried one.
    request: Option<String>,
}

/// Why no page arrived.
struct Refused {
    error: ApiError,
    /// What another token has to have.
    claims: Option<Claims>,
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self { error, claims: None }
    }
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

    /// One page. A refused token is replaced once, with the claims that are asked for if any are,
    /// and the second call takes a turn of its own.
    async fn page(&self, url: &Url, mut turn: Turn) -> (Result<Arrived, ApiError>, Turn) {
        let token = match self.session.access_token().await {
            Ok(token) => token,
            Err(error) => return (Err(error.into()), turn),
        };
        turn.sent();
        let (refused, claims) = match self.accepted(url, &token).await {
            Err(Refused {
                error: error @ (ApiError::Unauthorized(_) | ApiError::NotLicensed(_)),
                claims,
            }) => (error, claims),
            outcome => return (outcome.map_err(|refused| refused.error), turn),
        };
        let another = match claims {
            Some(claims) => self.session.challenged(&token, claims).await,
            None => self.session.replace(&token).await,
        };
        match another {
            Ok(token) => {
                let mut turn = turn.another().await;
                turn.sent();
                // One round: a second challenge is a refusal as any other.
                (self.accepted(url, &token).await.map_err(|refused| refused.error), turn)
            }
            Err(AuthError::Rejected) => (Err(refused), turn),
            Err(error) => (Err(error.into()), turn),
        }
    }

    /// One request, and the session is told if its token was accepted.
    async fn accepted(&self, url: &Url, token: &AccessToken<E>) -> Result<Arrived, Refused> {
        let outcome = self.request(url, token).await;
        if outcome.is_ok() {
            self.session.accepted(token).await;
        }
        outcome
    }

    /// One request.
    async fn request(&self, url: &Url, token: &AccessToken<E>) -> Result<Arrived, Refused> {
        let response = self
            .http
            .current()
            .get(url.clone())
            .header(AUTHORIZATION, token.header_value())
            .send()
            .await
            .map_err(|error| self.unreachable(error))?;
        let status = response.status();
        let said = Said::by(response.headers(), Timestamp::now());
        let location = response
            .headers()
            .get(LOCATION)
            .and_then(|location| url.join(location.to_str().ok()?).ok())
            .and_then(|location| location.host_str().map(str::to_owned));

        if status == StatusCode::OK || status == StatusCode::PARTIAL_CONTENT {
            let body = self.body(response, &said).await?;
            let page =
                Page::read(&body).map_err(|_| ApiError::Unexpected { status: status.as_u16() })?;
            let is_marked = status == StatusCode::PARTIAL_CONTENT || said.warned;
            return Ok(Arrived { page, is_marked, request: said.request });
        }
        let code = status.as_u16();
        let claims = (code == 401).then(|| challenge::claims(response.headers())).flatten();
        let error = match code {
            408 => ApiError::TimedOut { host: self.host() },
            400..=403 | 405..=409 | 411..=428 => {
                // A body that does not arrive says nothing more than the status does.
                let body = self.body(response, &said).await.unwrap_or_default();
                let told = wire::refusal(&body, said.request.as_deref());
                match code {
                    401 => refusal::unauthorized(told),
                    403 => refusal::forbidden(told, &self.session.granted()),
                    _ => ApiError::Rejected(told.refusal),
                }
            }
            404 | 410 => ApiError::NotFound { host: self.host() },
            429 => ApiError::Throttled { retry_after: said.retry_after },
            300..400 => ApiError::Redirected { status: code, host: location },
            500.. => ApiError::Server { status: code },
            _ => ApiError::Unexpected { status: code },
        };
        Err(Refused { error, claims })
    }

    /// A body, whole, or an error: what breaks off in the middle is not a body.
    async fn body(
        &self,
        mut response: reqwest::Response,
        said: &Said,
    ) -> Result<Vec<u8>, ApiError> {
        let status = response.status().as_u16();
        let too_large = || ApiError::TooLarge { limit: Self::LARGEST_BODY };
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.broken_off(error))? {
            if body.len() + chunk.len() > Self::LARGEST_BODY {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        if !said.deflated {
            return Ok(body);
        }
        inflate(&body, Self::LARGEST_BODY).map_err(|error| match error {
            InflateError::TooLarge => too_large(),
            InflateError::Damaged => ApiError::Unexpected { status },
        })
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
        self.http.failed(&error);
        judged(self.host(), error, otherwise)
    }
}

fn judged(
    host: String,
    error: reqwest::Error,
    otherwise: fn(String, reqwest::Error) -> ApiError,
) -> ApiError {
    // Who could not even be reached in time is not one who answers slowly.
    if error.is_timeout() && !error.is_connect() {
        ApiError::TimedOut { host }
    } else {
        // The URL holds the digest, which must not reach the log.
        otherwise(host, error.without_url())
    }
}

#[async_trait::async_trait]
impl<E: Endpoints> AlertSource for DefenderFiles<E> {
    fn account(&self) -> &Account {
        &self.account
    }

    async fn explained(&self, error: ApiError) -> ApiError {
        let endpoints = self.session.endpoints();
        let Some(network) = endpoints.network() else { return error };
        let trouble = if let ApiError::Unreachable { source, .. } = &error {
            network::diagnose(network, endpoints.api(), source).await
        } else if let ApiError::Auth(AuthError::Unreachable { source: Some(source), .. }) = &error {
            network::diagnose(network, endpoints.authority(), source).await
        } else {
            return error;
        };
        if matches!(trouble, Trouble::Unknown { .. }) { error } else { ApiError::InTheWay(trouble) }
    }

    async fn ask(&self, sha1: Sha1Digest, mut turn: Turn) -> Result<Answer, ApiError> {
        let first = self.endpoint(sha1);
        let mut url = first.clone();
        let mut asked = HashSet::from([first.clone()]);
        let mut alerts = Vec::new();
        let mut requests = Vec::new();
        let mut unreadable = 0;
        let mut incomplete = None;

        for number in 1.. {
            let (outcome, used) = self.page(&url, turn).await;
            turn = used;
            let Arrived { page, is_marked, request } = match outcome {
                Ok(arrived) => arrived,
                // Asked again from the start when the wait is over, so nothing is lost.
                Err(error @ ApiError::Throttled { .. }) => return Err(error),
                Err(error) if number == 1 => return Err(error),
                Err(error) => {
                    tracing::warn!(page = number, %error, "a page of an answer did not arrive");
                    incomplete = Some(Incomplete::without(number, &error));
                    break;
                }
            };
            alerts.extend(page.alerts);
            requests.extend(request);
            unreadable += page.unreadable;
            if page.is_damaged {
                incomplete = Some(Incomplete::Damaged);
            }
            if is_marked || page.is_partial {
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
            requests,
        };
        Ok(Answer { alerts, incomplete, provenance })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn who_is_not_reached_in_time_is_told_from_who_answers_slowly() {
        const SOON: Duration = Duration::from_millis(50);
        // It takes connections and says nothing.
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let place = silent.local_addr().unwrap();
        let client = reqwest::Client::builder().no_proxy().connect_timeout(SOON).build().unwrap();
        let judge = |error| {
            judged("here".into(), error, |host, source| ApiError::Unreachable { host, source })
        };

        let tls = client.get(format!("https://{place}/")).send().await.unwrap_err();
        let answer = client.get(format!("http://{place}/")).timeout(SOON).send().await.unwrap_err();

        assert!(matches!(judge(tls), ApiError::Unreachable { .. }));
        assert!(matches!(judge(answer), ApiError::TimedOut { .. }));
    }
}
