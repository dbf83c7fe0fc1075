//! Texts from outside, as Markdown that shows them and does nothing else.
//!
//! Hidden characters are named, addresses are defanged, and every sign that Markdown or HTML would
//! act on is escaped.

use super::defang;
use crate::view::Shown;

/// A text on one line.
pub(super) fn line(text: &str) -> String {
    escape(&named(&defang::text(text), Shown::of))
}

/// A sentence of ours whose facts are fit to be told already.
pub(super) fn said(sentence: &str) -> String {
    escape(sentence)
}

/// A name that a person of the tenant signs in with: not defanged, for it is to be written to.
pub(super) fn person(name: &str) -> String {
    escape(&named(name, Shown::of))
}

/// A text with its line breaks, as a quotation.
pub(super) fn quotation(text: &str) -> String {
    let text = named(&defang::text(&text.replace("\r\n", "\n")), Shown::of_lines);
    let lines: Vec<String> = text.lines().map(|line| format!("> {}\n", escape(line))).collect();
    lines.concat()
}

/// A short text as code, on one line: a digest, an id.
pub(super) fn code(text: &str) -> String {
    let text = named(&defang::text(text), Shown::of);
    let ticks = "`".repeat(longest_run(&text) + 1);
    // A space at either end is taken away where both ends have one.
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    if text.trim().is_empty() { escape(&text) } else { format!("{ticks}{pad}{text}{pad}{ticks}") }
}

/// A command line as a block of code, `before` each of its lines: the indentation of a list.
pub(super) fn fence(text: &str, before: &str) -> String {
    let text = named(&defang::text(text), Shown::of);
    let ticks = "`".repeat(longest_run(&text).max(2) + 1);
    format!("{before}{ticks}text\n{before}{text}\n{before}{ticks}\n")
}

/// The whole text with hidden characters by name, however long it is.
pub(super) fn named(text: &str, display: fn(&str) -> Shown) -> String {
    let characters: Vec<char> = text.chars().collect();
    let parts = characters.chunks(Shown::LONGEST);
    parts.map(|part| display(&part.iter().collect::<String>()).flat()).collect()
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

/// Escapes what Markdown and HTML act on, within a line and at its beginning.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let text = text.trim_start();
    // `1.` and `1)` begin a list.
    let number = text.bytes().take_while(u8::is_ascii_digit).count();
    for (at, character) in text.char_indices() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '$' | '^' => {
                out.push('\\');
                out.push(character);
            }
            '-' | '+' | '=' | ':' if at == 0 => {
                out.push('\\');
                out.push(character);
            }
            '.' | ')' if at == number && number > 0 => {
                out.push('\\');
                out.push(character);
            }
            // It would be as wide as chance has it, and in front make a block of code.
            '\t' => out.push(' '),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;

    /// What a reader of Markdown makes of it: the tags, and the text.
    fn read(markdown: &str) -> (Vec<String>, String) {
        let mut tags = Vec::new();
        let mut text = String::new();
        // Typographic quotes are not acting on a text.
        let options = Options::all().difference(Options::ENABLE_SMART_PUNCTUATION);
        for event in Parser::new_ext(markdown, options) {
            match event {
                Event::Start(Tag::CodeBlock(_)) => tags.push("code block".to_owned()),
                Event::Start(tag) => tags.push(format!("{tag:?}")),
                Event::Text(part) => text.push_str(&part),
                Event::Code(part) => {
                    tags.push("code".to_owned());
                    text.push_str(&part);
                }
                Event::SoftBreak | Event::HardBreak => text.push('\n'),
                Event::End(_) => {}
                acting @ (Event::InlineMath(_)
                | Event::DisplayMath(_)
                | Event::Html(_)
                | Event::InlineHtml(_)
                | Event::FootnoteReference(_)
                | Event::Rule
                | Event::TaskListMarker(_)) => tags.push(format!("{acting:?}")),
            }
        }
        (tags, text)
    }

    const HOSTILE: &[&str] = &[
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1)) ![x](http://a.example/x.png)",
        "`code` ``",
        "a | b",
        "**bold** _it_ ~~no~~ $x$",
        "# heading",
        "- item",
        "1. item",
        "23) item",
        "--- ",
        "===",
        "    indented",
        "&lt;b&gt; &#x3c;",
        "<http://a.example>",
        "[a]: http://a.example",
        "\\[x\\](y)",
        ":: x",
        "[^1]",
    ];

    #[test]
    fn a_line_is_text_and_nothing_else() {
        for hostile in HOSTILE {
            let (tags, text) = read(&line(hostile));

            assert_eq!(tags, ["Paragraph"], "{hostile}");
            assert_eq!(text.trim(), defang::text(hostile).trim(), "{hostile}");
        }
    }

    #[test]
    fn a_quotation_keeps_its_lines_and_is_one_paragraph_of_text() {
        let (tags, text) = read(&quotation(&HOSTILE.join("\r\n")));

        assert_eq!(tags, ["BlockQuote(None)", "Paragraph"]);
        assert_eq!(text.lines().count(), HOSTILE.len());
    }

    #[test]
    fn a_command_line_cannot_leave_its_fence() {
        for hostile in ["```", "`````  ", "```\n# out", "a ````` b", "~~~", "x\u{202e}y", "</code>"]
        {
            let (tags, text) = read(&fence(hostile, ""));

            assert_eq!(tags, ["code block"], "{hostile}");
            assert_eq!(text.lines().count(), 1, "{hostile}");
        }
    }

    #[test]
    fn hidden_characters_are_named() {
        assert_eq!(line("a\u{202e}b"), "a\u{27e8}U+202E\u{27e9}b");
        assert_eq!(code("a\nb"), "`a\u{27e8}U+000A\u{27e9}b`");
        assert!(quotation("a\u{200b}\nb").contains("U+200B"));
    }

    #[test]
    fn a_long_text_is_whole() {
        let long = "x".repeat(3 * Shown::LONGEST + 1);

        assert_eq!(line(&long), long);
    }

    #[test]
    fn addresses_are_defanged_and_names_that_sign_in_are_not() {
        assert_eq!(read(&line("http://a.example")).1, "hxxp://a[.]example");
        assert_eq!(read(&code("http://a.example")).1, "hxxp://a[.]example");
        assert_eq!(read(&person("ann@example.org")).1, "ann@example.org");
    }

    proptest! {
        #[test]
        fn no_text_becomes_anything_but_text(
            text in ".{0,40}|[<>&\\[\\]()`*_~#|!\\\\$:^=.+0-9a \\n-]{0,40}",
        ) {
            for (markdown, allowed) in [
                (line(&text), &["Paragraph"][..]),
                (person(&text), &["Paragraph"]),
                (quotation(&text), &["BlockQuote(None)", "Paragraph"]),
                (code(&text), &["Paragraph", "code"]),
                (fence(&text, ""), &["code block"]),
            ] {
                let (tags, _) = read(&markdown);
                prop_assert!(!markdown.contains('<') || allowed != ["Paragraph"], "{markdown:?}");
                prop_assert!(
                    tags.iter().all(|tag| allowed.contains(&tag.as_str())),
                    "{markdown:?}: {tags:?}"
                );
            }
        }
    }
}
