//! The alert exactly as the API gave it, set in lines to be read.
//!
//! Only white space between tokens is changed: numbers, escapes and the order of keys are what came.

use super::Alert;
use crate::view::Shown;

/// One line: a part of the text, and how far it is indented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    start: u32,
    end: u32,
    depth: u16,
}

impl Alert {
    /// How many lines the alert has, set to be read.
    ///
    /// The lines are found once, in one pass over the text; this first call takes about a
    /// millisecond for each megabyte of it in a release build.
    pub fn raw_line_count(&self) -> usize {
        self.raw_lines().len()
    }

    /// One line in its display form; none beyond the last.
    pub fn raw_line(&self, index: usize) -> Option<Shown> {
        self.raw_lines().get(index).map(|line| Shown::of(&line.set(&self.raw)))
    }

    fn raw_lines(&self) -> &[Line] {
        self.lines.get_or_init(|| lines(&self.raw).into())
    }
}

impl Line {
    /// How much one level is indented, in spaces.
    const STEP: usize = 2;
    /// How deep a level is still indented: what lies deeper would stand beyond every window.
    const DEEPEST: u16 = 40;

    fn set(self, raw: &str) -> String {
        let bounds = usize::try_from(self.start).ok().zip(usize::try_from(self.end).ok());
        let part = bounds.and_then(|(start, end)| raw.get(start..end)).unwrap_or_default();
        let mut line = " ".repeat(Self::STEP * usize::from(self.depth));
        for token in Tokens::of(part) {
            line.push_str(&part[token.start..token.end]);
            if token.kind == b':' {
                line.push(' ');
            }
        }
        line
    }
}

/// A JSON text without the white space between its tokens.
pub(super) fn compact(raw: &str) -> String {
    Tokens::of(raw).map(|token| &raw[token.start..token.end]).collect()
}

/// Finds the lines of a JSON text; one that is not well-formed is set as far as it goes.
///
/// Offsets are of 32 bits: an answer, and so an alert, is at most 16 MiB.
fn lines(raw: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut depth: u16 = 0;
    // Where the line that is being made begins, and how deep it stands.
    let mut line: Option<(usize, u16)> = None;
    let mut end_line = |line: &mut Option<(usize, u16)>, end: usize| {
        if let Some((start, depth)) = line.take() {
            let offset = |at| u32::try_from(at).unwrap_or(u32::MAX);
            let depth = depth.min(Line::DEEPEST);
            lines.push(Line { start: offset(start), end: offset(end), depth });
        }
    };
    let mut tokens = Tokens::of(raw).peekable();
    while let Some(token) = tokens.next() {
        match token.kind {
            b'{' | b'[' => {
                line.get_or_insert((token.start, depth));
                // Nothing in it stays on one line.
                if tokens.peek().is_some_and(|next| matches!(next.kind, b'}' | b']')) {
                    tokens.next();
                } else {
                    end_line(&mut line, token.end);
                    depth = depth.saturating_add(1);
                }
            }
            b'}' | b']' => {
                end_line(&mut line, token.start);
                depth = depth.saturating_sub(1);
                line = Some((token.start, depth));
            }
            b',' => {
                line.get_or_insert((token.start, depth));
                end_line(&mut line, token.end);
            }
            _ => {
                line.get_or_insert((token.start, depth));
            }
        }
    }
    end_line(&mut line, raw.len());
    lines
}

/// A token of JSON, by its place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Token {
    /// Its first byte.
    kind: u8,
    start: usize,
    end: usize,
}

/// The tokens of a JSON text, which is not checked.
struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Tokens<'a> {
    fn of(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), at: 0 }
    }

    /// The end of the text in quotes that begins at `start`.
    fn end_of_text(&self, start: usize) -> usize {
        let mut at = start + 1;
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b'"' => return at + 1,
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        self.bytes.len()
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        let is_mark = |byte: &u8| matches!(byte, b'{' | b'}' | b'[' | b']' | b',' | b':');
        let skipped = self.bytes.get(self.at..)?.iter().take_while(|byte| is_space(byte)).count();
        let start = self.at + skipped;
        let kind = *self.bytes.get(start)?;
        let end = if kind == b'"' {
            self.end_of_text(start)
        } else if is_mark(&kind) {
            start + 1
        } else {
            let rest = &self.bytes[start..];
            let ends = |byte: &u8| is_space(byte) || is_mark(byte) || *byte == b'"';
            start + rest.iter().position(ends).unwrap_or(rest.len())
        };
        self.at = end;
        Some(Token { kind, start, end })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(raw: &str) -> Vec<String> {
        lines(raw).iter().map(|line| line.set(raw)).collect()
    }

    /// The text without the white space between its tokens.
    fn bare(raw: &str) -> String {
        Tokens::of(raw).map(|token| &raw[token.start..token.end]).collect()
    }

    #[test]
    fn every_value_has_a_line_and_what_is_empty_stays_on_one() {
        let raw = r#"{"b" :1.10 ,"a":[ ],"c":{"d":[true,{}],"e":"x: [\"y\", z]"}}"#;

        let expected = [
            "{",
            r#"  "b": 1.10,"#,
            r#"  "a": [],"#,
            r#"  "c": {"#,
            r#"    "d": ["#,
            "      true,",
            "      {}",
            "    ],",
            r#"    "e": "x: [\"y\", z]""#,
            "  }",
            "}",
        ];
        assert_eq!(set(raw), expected);
    }

    #[test]
    fn no_token_is_written_in_another_way() {
        let raw =
            r#"{"n":[1.0,1e5,1E+05,-0,12345678901234567890123],"t":"\u0041\/\\\\\"","t":null}"#;

        let joined = set(raw).join("\n");

        for token in ["1.0", "1e5", "1E+05", "-0", "12345678901234567890123", r#""\u0041\/\\\\\"""#]
        {
            assert!(joined.contains(token), "{token}");
        }
        assert_eq!(bare(&joined), raw);
    }

    #[test]
    fn what_is_deep_is_indented_no_further_than_can_be_seen() {
        let raw = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));

        let lines = set(&raw);

        assert_eq!(lines.len(), 9_999);
        assert!(lines.iter().all(|line| line.len() <= 2 * 40 + 2));
    }

    #[test]
    fn a_line_that_is_not_there_is_none() {
        let alert = Alert::read(r#"{"id":"x"}"#).unwrap();

        assert_eq!(alert.raw_line_count(), 3);
        assert_eq!(alert.raw_line(1), Some(Shown::of(r#"  "id": "x""#)));
        assert_eq!(alert.raw_line(3), None);
    }

    proptest! {
        #[test]
        fn only_white_space_between_tokens_is_changed(value in json(), spaces in "[ \\t\\r\\n]{0,3}") {
            let tight = value.to_string();
            // The same text with white space wherever it may stand.
            let loose: String = Tokens::of(&tight)
                .flat_map(|token| [spaces.as_str(), &tight[token.start..token.end]])
                .collect();

            for raw in [&tight, &loose] {
                let joined = set(raw).join("\n");

                prop_assert_eq!(bare(&joined), tight.as_str());
                let read: serde_json::Value = serde_json::from_str(&joined).unwrap();
                prop_assert_eq!(&read, &value);
            }
        }

        #[test]
        fn any_text_is_set_without_loss_and_without_a_panic(raw in ".{0,60}|[\\[\\]{},:\"\\\\ a1]{0,60}") {
            prop_assert_eq!(bare(&set(&raw).concat()), bare(&raw));
        }
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        use serde_json::Value;
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((".{0,6}", inner), 0..6)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }
}
