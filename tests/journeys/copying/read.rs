//! What a spreadsheet and a reader of Markdown make of a copy.

use anyhow::{Result, ensure};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::{Value, json};

/// The rows by their headers. No spreadsheet takes a cell for a formula.
pub(super) fn rows_of(csv: &str) -> Result<Vec<Value>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let names = reader.headers()?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        for cell in &record {
            ensure!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "a cell is {cell:?}");
        }
        let cells = names.iter().zip(&record);
        rows.push(cells.map(|(name, cell)| (name.to_owned(), json!(cell))).collect());
    }
    Ok(rows)
}

/// Markdown as a reader of it sees it.
#[derive(Debug, Default)]
pub(super) struct Markdown {
    pub(super) headings: Vec<String>,
    pub(super) text: String,
}

impl Markdown {
    /// Reads it. It opens no link, loads nothing, and brings no markup of its own.
    pub(super) fn of(markdown: &str) -> Result<Self> {
        let mut read = Self::default();
        let mut is_heading = false;
        for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::Heading { .. }) => {
                    is_heading = true;
                    read.headings.push(String::new());
                }
                Event::End(TagEnd::Heading(_)) => is_heading = false,
                Event::Text(text) | Event::Code(text) => {
                    read.text.push_str(&text);
                    if let Some(heading) = read.headings.last_mut().filter(|_| is_heading) {
                        heading.push_str(&text);
                    }
                }
                Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::HtmlBlock)
                | Event::Html(_)
                | Event::InlineHtml(_) => anyhow::bail!("it does something: {markdown}"),
                Event::Start(_)
                | Event::End(_)
                | Event::SoftBreak
                | Event::HardBreak
                | Event::Rule
                | Event::InlineMath(_)
                | Event::DisplayMath(_)
                | Event::FootnoteReference(_)
                | Event::TaskListMarker(_) => read.text.push('\n'),
            }
        }
        Ok(read)
    }

    pub(super) fn says(&self, text: &str) -> Result<()> {
        ensure!(self.text.contains(text), "{text:?} is not in {}", self.text);
        Ok(())
    }
}
