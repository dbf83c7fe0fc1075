//! Licence expressions (SPDX 2.3, annex D), as far as manifests use them.

use anyhow::{Result, bail};

/// Whether an expression can be met with allowed licences only: one side of each `OR`, both of each
/// `AND`. A licence `WITH` an exception is one name.
///
/// # Errors
///
/// Fails when the expression cannot be read.
pub(super) fn is_met(expression: &str, allowed: impl Fn(&str) -> bool) -> Result<bool> {
    // Older manifests write a slash for `OR`.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let tokens: Vec<_> = spaced.split_whitespace().collect();
    let mut reader = Reader { tokens: &tokens, allowed: &allowed };
    let met = reader.alternatives()?;
    if let Some(token) = reader.tokens.first() {
        bail!("{token:?} is out of place in the licence {expression:?}");
    }
    Ok(met)
}

struct Reader<'a, F> {
    tokens: &'a [&'a str],
    allowed: &'a F,
}

impl<'a, F: Fn(&str) -> bool> Reader<'a, F> {
    fn alternatives(&mut self) -> Result<bool> {
        let mut met = self.all_of()?;
        while self.take("OR") {
            // Both sides are read, so no short circuit.
            met |= self.all_of()?;
        }
        Ok(met)
    }

    fn all_of(&mut self) -> Result<bool> {
        let mut met = self.one()?;
        while self.take("AND") {
            met &= self.one()?;
        }
        Ok(met)
    }

    fn one(&mut self) -> Result<bool> {
        if self.take("(") {
            let met = self.alternatives()?;
            if !self.take(")") {
                bail!("a bracket of the licence is not closed");
            }
            return Ok(met);
        }
        let licence = self.name()?;
        if self.take("WITH") {
            let exception = self.name()?;
            return Ok((self.allowed)(&format!("{licence} WITH {exception}")));
        }
        Ok((self.allowed)(licence))
    }

    fn name(&mut self) -> Result<&'a str> {
        match self.tokens.split_first() {
            Some((name, rest)) if !matches!(*name, "OR" | "AND" | "WITH" | "(" | ")") => {
                self.tokens = rest;
                Ok(name)
            }
            _ => bail!("a licence is missing"),
        }
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.tokens.first() == Some(&token);
        if found {
            self.tokens = &self.tokens[1..];
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(expression: &str) -> bool {
        let allowed = ["MIT", "Apache-2.0 WITH LLVM-exception", "Zlib"];
        is_met(expression, |licence| allowed.contains(&licence)).unwrap()
    }

    #[test]
    fn one_alternative_suffices_and_every_part_is_needed() {
        assert!(met("GPL-3.0 OR MIT"));
        assert!(met("MIT/GPL-3.0"));
        assert!(!met("GPL-3.0 AND MIT"));
        assert!(met("MIT AND (Zlib OR GPL-3.0)"));
        assert!(!met("(MIT OR Zlib) AND GPL-3.0"));
    }

    #[test]
    fn and_binds_closer_than_or() {
        assert!(met("MIT OR GPL-3.0 AND GPL-2.0"));
    }

    #[test]
    fn an_exception_belongs_to_its_licence() {
        assert!(met("Apache-2.0 WITH LLVM-exception"));
        assert!(!met("Apache-2.0"));
        assert!(!met("MIT WITH LLVM-exception"));
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        for expression in ["", "MIT OR", "(MIT", "MIT Zlib", "AND MIT"] {
            assert!(is_met(expression, |_| true).is_err(), "{expression:?}");
        }
    }
}
