//! An access token, fit to be sent and for nothing else.

use std::{fmt, marker::PhantomData};

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use super::Endpoints;

/// An access token of one realm: opaque, in memory, for that realm's API alone.
///
/// It does not become one of the other realm, in neither direction:
///
/// ```
/// # use droptrace_core::identity::{AccessToken, PracticeEndpoints};
/// fn within_practice(token: AccessToken<PracticeEndpoints>) -> AccessToken<PracticeEndpoints> {
///     token.into()
/// }
/// ```
///
/// ```compile_fail,E0277
/// # use droptrace_core::identity::{AccessToken, OrganisationEndpoints, PracticeEndpoints};
/// fn to_an_organisation(token: AccessToken<PracticeEndpoints>) -> AccessToken<OrganisationEndpoints> {
///     token.into()
/// }
/// ```
///
/// ```compile_fail,E0277
/// # use droptrace_core::identity::{AccessToken, OrganisationEndpoints, PracticeEndpoints};
/// fn to_practice(token: AccessToken<OrganisationEndpoints>) -> AccessToken<PracticeEndpoints> {
///     token.into()
/// }
/// ```
///
/// Nor does a session of one realm take it from the other, or give it to the other:
///
/// ```
/// # use droptrace_core::identity::{AccessToken, OrganisationEndpoints, Session};
/// async fn within(session: Session<OrganisationEndpoints>, refused: AccessToken<OrganisationEndpoints>) {
///     let _: Option<AccessToken<OrganisationEndpoints>> = session.replace(&refused).await.ok();
/// }
/// ```
///
/// ```compile_fail,E0308
/// # use droptrace_core::identity::{AccessToken, OrganisationEndpoints, PracticeEndpoints, Session};
/// async fn taken(session: Session<OrganisationEndpoints>, refused: AccessToken<PracticeEndpoints>) {
///     let _: Option<AccessToken<OrganisationEndpoints>> = session.replace(&refused).await.ok();
/// }
/// ```
///
/// ```compile_fail,E0308
/// # use droptrace_core::identity::{AccessToken, OrganisationEndpoints, PracticeEndpoints, Session};
/// async fn given(session: Session<OrganisationEndpoints>, refused: AccessToken<OrganisationEndpoints>) {
///     let _: Option<AccessToken<PracticeEndpoints>> = session.replace(&refused).await.ok();
/// }
/// ```
///
/// There is no other way to have one than to sign in, and no third realm:
///
/// ```compile_fail,E0624
/// # use droptrace_core::identity::{AccessToken, OrganisationEndpoints};
/// let token = AccessToken::<OrganisationEndpoints>::new(&"practice".into());
/// ```
///
/// ```compile_fail,E0603
/// struct Elsewhere;
/// impl droptrace_core::identity::endpoints::sealed::Sealed for Elsewhere {}
/// ```
pub struct AccessToken<E> {
    header: HeaderValue,
    realm: PhantomData<fn() -> E>,
}

/// The token cannot be sent in a header: it is empty, too long or not visible ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the access token has no form that a header takes")]
pub struct TokenForm;

impl<E: Endpoints> AccessToken<E> {
    /// The longest token that is believed, in bytes.
    const LONGEST: usize = 64 * 1024;

    pub(super) fn new(secret: &SecretString) -> Result<Self, TokenForm> {
        let text = secret.expose_secret();
        let fits = (1..=Self::LONGEST).contains(&text.len());
        if !fits || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TokenForm);
        }
        let mut header = HeaderValue::try_from(format!("Bearer {text}")).map_err(|_| TokenForm)?;
        header.set_sensitive(true);
        Ok(Self { header, realm: PhantomData })
    }

    /// The value of the `Authorization` header, marked as sensitive.
    pub fn header_value(&self) -> HeaderValue {
        self.header.clone()
    }

    /// Whether the two are one and the same token.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.header == other.header
    }
}

impl<E> Clone for AccessToken<E> {
    fn clone(&self) -> Self {
        Self { header: self.header.clone(), realm: PhantomData }
    }
}

impl<E> fmt::Debug for AccessToken<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::PracticeEndpoints;

    fn token(text: &str) -> Result<AccessToken<PracticeEndpoints>, TokenForm> {
        AccessToken::new(&text.into())
    }

    #[test]
    fn does_not_print_itself() {
        let token = token("secret-value").unwrap();

        assert!(!format!("{token:?} {:?}", token.header_value()).contains("secret-value"));
        assert_eq!(token.header_value(), "Bearer secret-value");
    }

    #[test]
    fn what_fits_no_header_is_no_token() {
        let longest = "x".repeat(AccessToken::<PracticeEndpoints>::LONGEST);

        assert!(token(&longest).is_ok());
        for wrong in ["", " ", "a b", "a\r\nX-Other: y", "\u{e9}", &format!("{longest}x")] {
            assert_eq!(token(wrong).err(), Some(TokenForm), "{wrong:.20}");
        }
    }
}
