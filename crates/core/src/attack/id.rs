//! The id of a technique.

use std::{fmt, str::FromStr};

/// The id of a technique of MITRE ATT&CK (`T1059`) or of a sub-technique (`T1059.001`).
///
/// It says only that the id is of the right form, not that MITRE has such a technique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TechniqueId {
    /// Below 10,000.
    number: u16,
    /// Below 1,000.
    sub: Option<u16>,
}

/// The text is not `T` and four digits, alone or followed by a point and three digits.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not the id of an ATT&CK technique: expected T1234 or T1234.567")]
pub struct ParseTechniqueIdError;

impl TechniqueId {
    /// The technique that this sub-technique belongs to; none for a technique.
    pub fn parent(self) -> Option<Self> {
        self.sub.map(|_| Self { number: self.number, sub: None })
    }

    /// The path of its page, as [`page_id`](super::page_id) describes it.
    pub fn page_id(self) -> String {
        let Self { number, sub } = self;
        match sub {
            None => format!("T{number:04}"),
            Some(sub) => format!("T{number:04}/{sub:03}"),
        }
    }
}

impl FromStr for TechniqueId {
    type Err = ParseTechniqueIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix('T').ok_or(ParseTechniqueIdError)?;
        let (number, sub) = match digits.split_once('.') {
            None => (digits, None),
            Some((number, sub)) => (number, Some(parse_digits(sub, 3)?)),
        };
        Ok(Self { number: parse_digits(number, 4)?, sub })
    }
}

impl fmt::Display for TechniqueId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, sub } = self;
        write!(formatter, "T{number:04}")?;
        sub.map_or(Ok(()), |sub| write!(formatter, ".{sub:03}"))
    }
}

/// Reads exactly `count` ASCII digits; `u16::from_str` alone would accept a sign.
fn parse_digits(text: &str, count: usize) -> Result<u16, ParseTechniqueIdError> {
    if text.len() != count || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ParseTechniqueIdError);
    }
    text.parse().map_err(|_| ParseTechniqueIdError)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn zeros_in_front_are_kept() {
        for text in ["T1059", "T1059.001", "T0007", "T0000.000", "T9999.999"] {
            assert_eq!(text.parse::<TechniqueId>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_page_stands_below_that_of_its_parent() {
        let sub: TechniqueId = "T1059.001".parse().unwrap();

        assert_eq!(sub.page_id(), "T1059/001");
        assert_eq!(sub.parent().map(TechniqueId::page_id).as_deref(), Some("T1059"));
        assert_eq!(sub.parent().and_then(TechniqueId::parent), None);
    }

    #[test]
    fn what_is_not_exactly_an_id_is_refused() {
        let odd = [
            "",
            "T",
            "1059",
            "t1059",
            "T105",
            "T10590",
            "T+059",
            "T1059.",
            "T1059.01",
            "T1059.0010",
            "T1059.+01",
            "T1059.001.001",
            "T1059/001",
            "T1059.001/..",
            " T1059",
            "T1059\n",
            "TA0002",
            "T١٠٥٩",
            "Т1059", // the last begins with a Cyrillic letter
        ];
        for text in odd {
            assert_eq!(text.parse::<TechniqueId>(), Err(ParseTechniqueIdError), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_parsed_prints_as_it_was_given(text in "T?[0-9]{3,5}[./]?[0-9]{0,4}|.{0,12}") {
            if let Ok(id) = text.parse::<TechniqueId>() {
                prop_assert_eq!(id.to_string(), text);
                prop_assert!(
                    id.page_id().bytes().all(|b| matches!(b, b'T' | b'/' | b'0'..=b'9'))
                );
            }
        }
    }
}
