//! Signing in as oneself: the authorization code flow for native apps (RFC 8252) with PKCE (RFC
//! 7636), in the system's browser, and the session that comes of it.

mod access_token;
mod account;
mod attempt;
mod authorization;
mod claims;
mod clock;
mod cloud;
#[cfg(feature = "test-endpoints")]
mod detour;
mod endpoints;
mod error;
mod loopback;
mod organisation;
mod practice;
mod repeated;
mod session;
mod token;

pub use access_token::{AccessToken, TokenForm};
pub use account::{Account, AccountId};
pub use attempt::Attempt;
pub use authorization::Hint;
pub use clock::WallClock;
#[cfg(feature = "test-endpoints")]
pub use detour::Detour;
pub use endpoints::{Endpoints, Purpose};
pub use error::{AuthError, AuthorityRefusal, InvalidAnswer, SignInError};
pub use loopback::ListenError;
pub use organisation::{OrganisationEndpoints, OrganisationError};
pub use practice::{PracticeEndpoints, PracticeFacts};
pub(crate) use repeated::without_tokens;
pub use session::{Keeping, Session};
