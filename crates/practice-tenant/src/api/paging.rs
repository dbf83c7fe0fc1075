use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::error::Refused;
use crate::form::{Parameters, Repeated};

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) skip: usize,
    pub(super) top: Option<usize>,
}

impl Part {
    /// Parses a query. `$skip`, `$skiptoken` and `$top` are known; other options are refused.
    pub(super) fn parse(query: &str) -> Result<Self, Refused> {
        let parameters = Parameters::parse(query.as_bytes()).map_err(|Repeated(name)| {
            Refused::BadRequest(format!("Query option '{name}' was specified more than once."))
        })?;
        let mut part = Self { skip: 0, top: None };
        for name in parameters.names().filter(|name| name.starts_with('$')) {
            let text = parameters.value(name).unwrap_or_default();
            let invalid = || {
                Refused::BadRequest(format!("Invalid value '{text}' for query option '{name}'."))
            };
            match name {
                "$skiptoken" => part.skip = read_token(text).ok_or_else(invalid)?,
                "$skip" => part.skip = text.parse().map_err(|_| invalid())?,
                "$top" => part.top = Some(text.parse().map_err(|_| invalid())?),
                _ => {
                    return Err(Refused::BadRequest(format!(
                        "The query option '{name}' is not supported."
                    )));
                }
            }
        }
        Ok(part)
    }
}

/// Writes a `$skiptoken`: opaque, and with characters that a link must encode.
pub(super) fn skip_token(skip: usize) -> String {
    format!("{}==", URL_SAFE_NO_PAD.encode(format!("after:{skip}")))
}

fn read_token(token: &str) -> Option<usize> {
    let bytes = URL_SAFE_NO_PAD.decode(token.strip_suffix("==")?).ok()?;
    String::from_utf8(bytes).ok()?.strip_prefix("after:")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_as_what_was_written() {
        assert_eq!(read_token(&skip_token(17)), Some(17));
        assert_eq!(read_token("17"), None);
    }

    #[test]
    fn an_unknown_option_is_refused() {
        assert!(Part::parse("$expand=evidence").is_err());
        assert!(Part::parse("$skip=x").is_err());
        assert_eq!(Part::parse("api-version=1").map(|part| part.skip), Ok(0));
    }
}
