use std::{fmt, io};

use aws_lc_rs::{
    digest,
    encoding::{AsDer as _, Pkcs8V1Der},
    error::{KeyRejected, Unspecified},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// The key that signs all tokens of a tenant: RSA 2048, RS256.
pub(crate) struct SigningKey {
    pair: KeyPair,
    id: String,
}

/// A token is not one of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum VerifyError {
    /// It is not a signed JSON Web Token, or holds other claims.
    #[error("the token is malformed")]
    Malformed,
    /// Another key signed it, or it was changed.
    #[error("the signature of the token is not valid")]
    Signature,
}

impl SigningKey {
    pub(crate) fn generate() -> io::Result<Self> {
        let pair = KeyPair::generate(KeySize::Rsa2048)
            .map_err(|_| io::Error::other("no signing key could be made"))?;
        Ok(Self::new(pair))
    }

    /// The key that [`SigningKey::to_pkcs8`] gave.
    pub(crate) fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyRejected> {
        KeyPair::from_pkcs8(pkcs8).map(Self::new)
    }

    /// The whole key, secret part included.
    pub(crate) fn to_pkcs8(&self) -> Result<Pkcs8V1Der<'static>, Unspecified> {
        self.pair.as_der()
    }

    fn new(pair: KeyPair) -> Self {
        let print = digest::digest(&digest::SHA256, pair.public_key().as_ref());
        Self { id: URL_SAFE_NO_PAD.encode(&print.as_ref()[..20]), pair }
    }

    /// Signs claims, and returns the compact form.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> Result<String, Unspecified> {
        let header = json!({"typ": "JWT", "alg": "RS256", "kid": self.id});
        let claims = serde_json::to_vec(claims).map_err(|_| Unspecified)?;
        let mut token = URL_SAFE_NO_PAD.encode(header.to_string());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);

        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            token.as_bytes(),
            &mut signature,
        )?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    /// Checks a token's signature, and returns its claims. Their values are not checked.
    pub(crate) fn verify<C: DeserializeOwned>(&self, token: &str) -> Result<C, VerifyError> {
        let (signed, signature) = token.rsplit_once('.').ok_or(VerifyError::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(VerifyError::Malformed)?;
        let header: Value = decode(header)?;
        if header["alg"] != "RS256" {
            return Err(VerifyError::Signature);
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| VerifyError::Malformed)?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.pair.public_key())
            .verify(signed.as_bytes(), &signature)
            .map_err(|_| VerifyError::Signature)?;
        decode(claims)
    }

    /// The public key as a JSON Web Key.
    pub(super) fn public_jwk(&self, issuer: &str) -> Value {
        let public = self.pair.public_key();
        json!({
            "kty": "RSA",
            "use": "sig",
            "kid": self.id,
            "x5t": self.id,
            "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
            "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
            "issuer": issuer,
        })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SigningKey").field("id", &self.id).finish_non_exhaustive()
    }
}

fn decode<C: DeserializeOwned>(part: &str) -> Result<C, VerifyError> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| VerifyError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| VerifyError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_claim_breaks_the_signature() {
        let key = SigningKey::generate().unwrap();
        let token = key.sign(&json!({"oid": "a"})).unwrap();
        let changed = token.replacen(
            &URL_SAFE_NO_PAD.encode(r#"{"oid":"a"}"#),
            &URL_SAFE_NO_PAD.encode(r#"{"oid":"b"}"#),
            1,
        );

        assert_eq!(key.verify::<Value>(&token).unwrap()["oid"], "a");
        assert_eq!(key.verify::<Value>(&changed), Err(VerifyError::Signature));
        assert_eq!(key.verify::<Value>("a.b"), Err(VerifyError::Malformed));
    }

    #[test]
    fn an_unsigned_token_is_refused() {
        let key = SigningKey::generate().unwrap();
        let token = format!(
            "{}.{}.",
            URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#),
            URL_SAFE_NO_PAD.encode("{}")
        );

        assert_eq!(key.verify::<Value>(&token), Err(VerifyError::Signature));
    }

    #[test]
    fn a_key_that_was_kept_is_the_same_key() {
        let key = SigningKey::generate().unwrap();
        let kept = SigningKey::from_pkcs8(key.to_pkcs8().unwrap().as_ref()).unwrap();

        assert_eq!(kept.id, key.id);
        let token = key.sign(&json!({"oid": "a"})).unwrap();
        assert_eq!(kept.verify::<Value>(&token).unwrap()["oid"], "a");
    }

    #[test]
    fn the_key_does_not_print_itself() {
        let key = SigningKey::generate().unwrap();

        assert!(format!("{key:?}").len() < 80);
    }
}
