//! Signing in as oneself: the authorization code flow for native apps (RFC 8252) with PKCE (RFC
//! 7636), in the system's browser, and the session that comes of it.

mod aadsts;
mod access_token;
mod account;
mod attempt;
mod authorization;
mod challenge;
mod claims;
mod clock;
mod cloud;
#[cfg(feature = "test-endpoints")]
mod detour;
mod discovery;
mod endpoints;
mod error;
mod granted;
mod loopback;
mod organisation;
mod practice;
mod refusal;
mod repeated;
mod request_text;
mod session;
mod token;

pub use access_token::{AccessToken, TokenForm};
pub use account::{Account, AccountId};
pub use attempt::Attempt;
pub use authorization::{Hint, Request, admin_consent_url};
pub(crate) use authorization::{name as permission_name, requested_scope};
pub use challenge::{Claims, ClaimsForm};
pub(crate) use clock::Moment;
pub use clock::WallClock;
pub(crate) use cloud::graph;
pub use cloud::hosts;
#[cfg(feature = "test-endpoints")]
pub use detour::{Detour, ThreadLed};
pub use discovery::{DiscoveryError, Domain, DomainError, InvalidDocument, confirm, find_tenant};
pub use endpoints::{Endpoints, Purpose, ResponseMode, authority_client};
pub use error::{AuthError, Drift, InvalidAnswer, SignInError};
pub use granted::Granted;
pub use loopback::{Heard, ListenError};
pub(crate) use organisation::is_guid;
pub use organisation::{OrganisationEndpoints, OrganisationError};
pub use practice::{PracticeEndpoints, PracticeFacts};
pub use refusal::{AuthorityRefusal, explain};
pub(crate) use repeated::without_tokens;
pub use request_text::request_text;
pub use session::{Keeping, Session};
