/// The parameters of a query or a form, none of which stands there twice.
#[derive(Clone, Default)]
pub(crate) struct Parameters(Vec<(String, String)>);

/// A parameter stands there more than once (RFC 6749, section 3.1).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Repeated(pub(crate) String);

impl Parameters {
    pub(crate) fn parse(encoded: &[u8]) -> Result<Self, Repeated> {
        let mut parameters: Vec<(String, String)> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(encoded) {
            if parameters.iter().any(|(known, _)| *known == name) {
                return Err(Repeated(name.into_owned()));
            }
            parameters.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(parameters))
    }

    /// The parameter's value; an empty one counts as absent (RFC 6749, section 3.1).
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_parameter_is_refused() {
        let repeated = Parameters::parse(b"code=a&state=b&code=a").err();

        assert_eq!(repeated, Some(Repeated("code".to_owned())));
    }
}
