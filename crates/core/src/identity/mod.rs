//! Signing in as oneself: the authorization code flow for native apps (RFC 8252) with PKCE (RFC
//! 7636), in the system's browser, and the session that comes of it.

mod account;
mod attempt;
mod authorization;
mod claims;
mod cloud;
#[cfg(feature = "test-endpoints")]
mod detour;
mod endpoints;
mod error;
mod loopback;
mod session;
mod token;

pub use account::{Account, AccountId};
pub use attempt::Attempt;
pub use authorization::Hint;
#[cfg(feature = "test-endpoints")]
pub use detour::Detour;
pub use endpoints::{
    AccessToken, Endpoints, OrganisationEndpoints, OrganisationError, PracticeEndpoints,
    PracticeFacts, Purpose, TokenForm,
};
pub use error::{AuthError, AuthorityRefusal, SignInError};
pub use session::Session;
