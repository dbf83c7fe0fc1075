//! Looks at the way to a host without sending anything over it: a proxy's answer to `CONNECT`, and
//! the certificate that is shown in a handshake that is then broken off. No request, no token.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use reqwest::header::HeaderValue;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use super::certificate::Seen;

/// What a proxy answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ProxyAnswer {
    pub(super) status: u16,
    /// The schemes by which it would let somebody in, in lower case, each once.
    pub(super) schemes: Vec<String>,
}

impl ProxyAnswer {
    /// The most bytes of a head.
    const LARGEST_HEAD: usize = 16 * 1024;
    /// The most headers, and the most schemes.
    const MOST_HEADERS: usize = 100;
    const MOST_SCHEMES: usize = 10;

    /// Of a head that is whole; none if it is none of HTTP/1.
    fn read(head: &[u8]) -> Option<Self> {
        let mut headers = [httparse::EMPTY_HEADER; Self::MOST_HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        if !matches!(response.parse(head), Ok(httparse::Status::Complete(_))) {
            return None;
        }
        let mut schemes = Vec::new();
        for header in response.headers {
            if !header.name.eq_ignore_ascii_case("proxy-authenticate") {
                continue;
            }
            for scheme in challenges(&String::from_utf8_lossy(header.value)) {
                if schemes.len() < Self::MOST_SCHEMES && !schemes.contains(&scheme) {
                    schemes.push(scheme);
                }
            }
        }
        Some(Self { status: response.code?, schemes })
    }
}

/// The schemes that a `Proxy-Authenticate` header names (RFC 9110, section 11.6.1): several stand
/// apart by commas, as their parameters do.
fn challenges(value: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for letter in value.chars() {
        match letter {
            ',' if !quoted => {
                parts.push(String::new());
                continue;
            }
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = quoted && letter == '\\' && !escaped;
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    let is_token =
        |letter: char| letter.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(letter);
    let scheme = |part: &str| {
        let part = part.trim();
        let end = part.find(|letter| !is_token(letter)).unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        // `realm="…"` alone is a parameter of the scheme before.
        let is_parameter = rest.trim_start().starts_with('=');
        (!name.is_empty() && name.len() <= 40 && !is_parameter).then(|| name.to_ascii_lowercase())
    };
    parts.iter().filter_map(|part| scheme(part)).collect()
}

/// Asks a proxy for a tunnel to `place`, a host and a port, and reads the head of its answer alone.
pub(super) async fn connect(
    stream: &mut TcpStream,
    place: &str,
    authorization: Option<&HeaderValue>,
) -> io::Result<ProxyAnswer> {
    let mut request = format!("CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n").into_bytes();
    if let Some(authorization) = authorization {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(authorization.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    stream.write_all(&request).await?;

    let no_answer = || io::Error::from(io::ErrorKind::InvalidData);
    let mut head = Vec::new();
    // By the byte, so that nothing behind the head is taken away from a handshake.
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= ProxyAnswer::LARGEST_HEAD {
            return Err(no_answer());
        }
        head.push(stream.read_u8().await?);
    }
    ProxyAnswer::read(&head).ok_or_else(no_answer)
}

/// How a handshake went that cannot succeed.
#[derive(Debug)]
pub(super) enum Handshake {
    /// A certificate was shown.
    Shown(Option<Seen>),
    /// The connection broke, or spoke something else, before any was.
    Broken(String),
}

/// Begins a TLS handshake, and breaks it off at the certificate.
pub(super) async fn handshake(stream: TcpStream, host: &str) -> Handshake {
    let recorder = Arc::new(Recorder::default());
    let provider = Arc::clone(&recorder.provider);
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map(|builder| {
            // The verifier accepts nothing; it is there to look.
            let verifier = Arc::clone(&recorder);
            builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
        });
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned());
    let (Ok(config), Ok(name)) = (config, name) else {
        return Handshake::Broken("name".to_owned());
    };
    let failed = TlsConnector::from(Arc::new(config)).connect(name, stream).await.err();
    if let Some(der) = recorder.shown.lock().unwrap_or_else(PoisonError::into_inner).take() {
        return Handshake::Shown(Seen::read(&der));
    }
    Handshake::Broken(failed.map_or_else(String::new, |error| error.to_string()))
}

/// Keeps the certificate that a server shows, and accepts none.
#[derive(Debug)]
struct Recorder {
    provider: Arc<rustls::crypto::CryptoProvider>,
    shown: Mutex<Option<Vec<u8>>>,
}

impl Default for Recorder {
    fn default() -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        Self { provider, shown: Mutex::default() }
    }
}

impl Recorder {
    const REFUSAL: rustls::Error =
        rustls::Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure);
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if end_entity.len() <= Seen::LARGEST {
            let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
            *shown = Some(end_entity.to_vec());
        }
        Err(Self::REFUSAL)
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(Self::REFUSAL)
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(Self::REFUSAL)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn schemes_are_told_apart_from_their_parameters() {
        for (value, schemes) in [
            ("Negotiate", vec!["negotiate"]),
            ("Negotiate, NTLM", vec!["negotiate", "ntlm"]),
            (
                r#"Basic realm="Contoso, NTLM only", charset="UTF-8", Kerberos"#,
                vec!["basic", "kerberos"],
            ),
            (r#"Digest realm = "a\", NTLM, \"b" , nonce=x"#, vec!["digest"]),
            ("NTLM TlRMTVNTUAAC==", vec!["ntlm"]),
            ("realm=x", vec![]),
            (",, ,", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(challenges(value), schemes, "{value}");
        }
    }

    #[test]
    fn an_answer_gives_its_status_and_schemes() {
        let head =
            b"HTTP/1.1 407 Proxy Authentication Required\r\nPROXY-authenticate: Negotiate\r\n\
            Proxy-Authenticate: NTLM\r\nProxy-Authenticate: ntlm\r\n\r\n";
        let schemes = vec!["negotiate".to_owned(), "ntlm".to_owned()];
        assert_eq!(ProxyAnswer::read(head), Some(ProxyAnswer { status: 407, schemes }));

        for none in [&b"SSH-2.0-x\r\n\r\n"[..], b"\x05\x00", b"HTTP/1.1 407 x\r\n"] {
            assert_eq!(ProxyAnswer::read(none), None);
        }
    }

    proptest! {
        #[test]
        fn no_head_breaks_the_reading(
            value in "(Basic|NTLM|realm=|\"|\\\\|,| |=|[ -~]|\u{e4}){0,40}",
            noise in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            for scheme in challenges(&value) {
                prop_assert!(!scheme.is_empty() && !scheme.contains([',', '"', '=', ' ']));
            }
            let _ = ProxyAnswer::read(&noise);
            let _ = ProxyAnswer::read(&[b"HTTP/1.1 407 x\r\n".as_slice(), &noise].concat());
        }
    }
}
