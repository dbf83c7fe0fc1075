//! Certificates of an organisation's own authority, from a file that the person picked.

use std::{
    ffi::OsStr,
    fmt,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use reqwest::Certificate;
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::view::{ErrorCode, Shown, UserError};

/// Certificates that are trusted beside the system's. Clones share them.
#[derive(Clone)]
pub struct ExtraRoots {
    path: Arc<Path>,
    certificates: Arc<[CertificateDer<'static>]>,
}

/// Why a file gave no certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CaError {
    /// It holds no certificate, or something beside certificates that is none.
    #[error("the file holds no certificate")]
    NotACertificate,
    /// It could not be read.
    #[error("the file could not be read: {kind}")]
    Unreadable {
        /// The system's reason.
        kind: io::ErrorKind,
    },
    /// It is larger than any file of certificates is.
    #[error("the file is larger than {} bytes", ExtraRoots::LARGEST)]
    TooLarge,
    /// It holds a private key, which belongs in no file that is handed around.
    #[error("the file holds a private key")]
    PrivateKey,
}

impl ExtraRoots {
    /// The most bytes of a file.
    pub const LARGEST: u64 = 1 << 20;

    /// Reads a file of certificates in PEM, or of one in DER. This blocks.
    ///
    /// # Errors
    ///
    /// [`CaError`]; a file of which only a part is certificates is refused as a whole.
    pub fn read(path: &Path) -> Result<Self, CaError> {
        let unreadable = |error: io::Error| CaError::Unreadable { kind: error.kind() };
        // A pipe would be waited for.
        if !path.metadata().map_err(unreadable)?.is_file() {
            return Err(CaError::NotACertificate);
        }
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(unreadable)?;
        file.take(Self::LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > Self::LARGEST {
            return Err(CaError::TooLarge);
        }
        Ok(Self { path: PathBuf::from(path).into(), certificates: certificates(&bytes)?.into() })
    }

    /// Where the file lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file's name, in its display form.
    pub fn name(&self) -> Shown {
        Shown::of_os(self.path.file_name().unwrap_or(OsStr::new("?")))
    }

    /// How many certificates it holds; at least one.
    pub fn count(&self) -> usize {
        self.certificates.len()
    }

    /// As an HTTP client takes them.
    pub(super) fn certificates(&self) -> Result<Vec<Certificate>, reqwest::Error> {
        self.certificates.iter().map(|certificate| Certificate::from_der(certificate)).collect()
    }
}

impl fmt::Debug for ExtraRoots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExtraRoots").field("count", &self.count()).finish_non_exhaustive()
    }
}

fn certificates(bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>, CaError> {
    let marked = |mark: &[u8]| memchr::memmem::find(bytes, mark).is_some();
    if marked(b"PRIVATE KEY-----") || is_key_in_der(bytes) {
        return Err(CaError::PrivateKey);
    }
    let certificates = if marked(b"-----BEGIN ") {
        CertificateDer::pem_slice_iter(bytes)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| CaError::NotACertificate)?
    } else {
        vec![CertificateDer::from(bytes.to_vec())]
    };
    // Were one of them not taken, no client could be built.
    let mut store = RootCertStore::empty();
    let taken = certificates.iter().all(|certificate| store.add(certificate.clone()).is_ok());
    if certificates.is_empty() || !taken {
        return Err(CaError::NotACertificate);
    }
    Ok(certificates)
}

/// Whether DER begins as private keys do: a sequence whose first member is the number 0 or 1
/// (PKCS #8, RFC 5958; PKCS #1, RFC 8017; SEC 1, RFC 5915). A certificate's first member is a
/// sequence.
fn is_key_in_der(bytes: &[u8]) -> bool {
    let inner = match bytes {
        [0x30, length, inner @ ..] if *length < 0x80 => inner,
        [0x30, 0x81, _, inner @ ..] | [0x30, 0x82, _, _, inner @ ..] => inner,
        _ => return false,
    };
    matches!(inner, [0x02, 0x01, 0x00 | 0x01, ..])
}

impl From<CaError> for UserError {
    fn from(error: CaError) -> Self {
        match error {
            CaError::NotACertificate => Self::new(ErrorCode::CaNotACertificate),
            CaError::Unreadable { kind } => {
                Self::new(ErrorCode::CaUnreadable).with("detail", kind.to_string().as_str())
            }
            CaError::TooLarge => Self::new(ErrorCode::CaTooLarge)
                .with("megabytes", u32::try_from(ExtraRoots::LARGEST >> 20).unwrap_or(u32::MAX)),
            CaError::PrivateKey => Self::new(ErrorCode::CaPrivateKey),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rcgen::{CertificateParams, KeyPair};

    use super::*;

    /// A certificate and its key.
    fn made() -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["authority.example".to_owned()]).unwrap();
        (params.self_signed(&key).unwrap(), key)
    }

    fn read(content: &[u8]) -> Result<ExtraRoots, CaError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("contoso-root.crt");
        std::fs::write(&path, content).unwrap();
        ExtraRoots::read(&path)
    }

    #[test]
    fn certificates_are_taken_in_pem_and_in_der() {
        let (first, _) = made();
        let (second, _) = made();

        let both = format!("# Contoso\r\n{}\n{}", first.pem(), second.pem());
        let roots = read(both.as_bytes()).unwrap();
        assert_eq!((roots.count(), &*roots.name().flat()), (2, "contoso-root.crt"));
        assert_eq!(roots.certificates().unwrap().len(), 2);

        assert_eq!(read(first.der()).unwrap().count(), 1);
    }

    #[test]
    fn a_private_key_is_named_as_one_in_whatever_company() {
        let (certificate, key) = made();

        for content in [
            key.serialize_pem().into_bytes(),
            format!("{}{}", certificate.pem(), key.serialize_pem()).into_bytes(),
            key.serialize_der(),
            b"-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n".to_vec(),
        ] {
            assert_eq!(read(&content).err(), Some(CaError::PrivateKey));
        }
    }

    #[test]
    fn what_is_not_wholly_certificates_is_refused() {
        let (certificate, _) = made();
        let broken = certificate.pem().replace("-----END CERTIFICATE-----", "");
        let false_one = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

        for content in [
            b"".as_slice(),
            b"hello",
            broken.as_bytes(),
            false_one.as_bytes(),
            format!("{}{false_one}", certificate.pem()).as_bytes(),
            &certificate.der()[..200],
            b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        ] {
            assert_eq!(read(content).err(), Some(CaError::NotACertificate));
        }
    }

    #[test]
    fn a_file_has_its_size_and_its_kind() {
        let folder = tempfile::tempdir().unwrap();
        let too_large = vec![b'#'; usize::try_from(ExtraRoots::LARGEST).unwrap() + 1];

        assert_eq!(read(&too_large).err(), Some(CaError::TooLarge));
        assert_eq!(ExtraRoots::read(folder.path()).err(), Some(CaError::NotACertificate));
        assert_eq!(
            ExtraRoots::read(&folder.path().join("none")).err(),
            Some(CaError::Unreadable { kind: io::ErrorKind::NotFound })
        );
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reading(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = certificates(&bytes);
            let pem = [b"-----BEGIN CERTIFICATE-----\n".as_slice(), &bytes].concat();
            let _ = certificates(&pem);
        }
    }
}
