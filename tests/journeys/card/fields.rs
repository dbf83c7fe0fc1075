//! The rule that nothing of an answer is missing on its card: each value stands in its place, in
//! the form that a person reads.

use std::sync::LazyLock;

use anyhow::{Context as _, Result, ensure};
use droptrace_core::view::{Part, Shown};
use serde::Deserialize;
use serde_json::Value;

/// The sentences of the page.
static WORDS: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../words/en.json")).unwrap_or_default()
});

/// The texts of an open card.
#[derive(Debug, Deserialize)]
pub(super) struct Texts {
    /// Of the whole card without its table of evidence.
    pub(super) others: Vec<String>,
    /// Of each row of evidence, from above.
    pub(super) rows: Vec<Vec<String>>,
}

impl Texts {
    /// Checks that all that the API gave is there: of each row of evidence in its row, where the rows
    /// that carry this SHA-1 come first.
    pub(super) fn tell_all_of(&self, alert: &Value, sha1: &str) -> Result<()> {
        let mut missing = Vec::new();
        let evidence = alert["evidence"].as_array().context("no evidence")?;
        let is_ours = |row: &&Value| row["sha1"] == sha1;
        let (ours, theirs): (Vec<&Value>, Vec<&Value>) = evidence.iter().partition(is_ours);
        for (row, texts) in ours.into_iter().chain(theirs).zip(&self.rows) {
            look_for(row, texts, &mut missing);
        }
        let mut others = alert.clone();
        others["evidence"] = Value::Null;
        look_for(&others, &self.others, &mut missing);
        ensure!(self.rows.len() == evidence.len(), "{} rows are shown", self.rows.len());
        ensure!(missing.is_empty(), "of {} nothing tells {missing:#?}", alert["id"]);
        Ok(())
    }
}

/// Adds each value of which the texts do not tell.
fn look_for(value: &Value, texts: &[String], missing: &mut Vec<String>) {
    let texts: Vec<String> = texts.iter().map(|text| on_one_line(text)).collect();
    for_each("", value, &mut |name, text| {
        let form = on_one_line(&form_of(name, text));
        if !texts.iter().any(|text| names(text, &form)) {
            missing.push(format!("{name}: {form}"));
        }
    });
}

/// Calls `look` with every value that says something, and the name of the field that it is in.
fn for_each(name: &str, value: &Value, look: &mut impl FnMut(&str, &str)) {
    match value {
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) => look(name, &value.to_string()),
        // The API has this word for a category that is not there.
        Value::String(text) if text.is_empty() || (name == "category" && text == "null") => {}
        Value::String(text) => look(name, text),
        Value::Array(members) => members.iter().for_each(|member| for_each(name, member, look)),
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| for_each(name, value, look));
        }
    }
}

/// What the card says for this text in a field of this name.
fn form_of(name: &str, text: &str) -> String {
    match name {
        "firstEventTime"
        | "lastEventTime"
        | "alertCreationTime"
        | "lastUpdateTime"
        | "resolvedTime"
        | "createdTime"
        | "evidenceCreationTime" => in_utc(text),
        "classification" | "determination" => in_words(name, text),
        "detectionSource" => in_words("source", text),
        "investigationState" => in_words("investigation", text),
        "severity" | "status" | "category" | "entityType" | "detectionStatus" => apart(text),
        "url" | "ipAddress" => defanged(text),
        _ => seen(text),
    }
}

/// A time of the API, which is in UTC.
pub(super) fn in_utc(time: &str) -> String {
    let (date, clock) = time.split_once('T').unwrap_or_default();
    format!("{date} {}Z", clock.get(..8).unwrap_or_default())
}

fn in_words(family: &str, term: &str) -> String {
    WORDS[format!("{family}.{term}")].as_str().map_or_else(|| apart(term), str::to_owned)
}

/// `CredentialAccess` as `Credential access`.
fn apart(term: &str) -> String {
    let mut out = String::new();
    for character in term.chars() {
        if character.is_ascii_uppercase() && !out.is_empty() {
            out.push(' ');
            out.extend(character.to_lowercase());
        } else {
            out.push(character);
        }
    }
    out
}

/// An address that nothing turns into a link.
pub(super) fn defanged(address: &str) -> String {
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (format!("{}://", scheme.replace('t', "x")), rest),
        None => (String::new(), address),
    };
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let is_v6 = host.matches(':').count() > 1;
    let host = host.replace('.', "[.]");
    format!("{scheme}{}{path}", if is_v6 { host.replace(':', "[:]") } else { host })
}

/// A text with its hidden characters by their names.
fn seen(text: &str) -> String {
    let parts = Shown::of_lines(text).parts;
    parts.iter().map(|(Part::Plain(text) | Part::Control(text))| text.as_str()).collect()
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text has this in it as words of its own, and not as a part of others.
fn names(text: &str, form: &str) -> bool {
    text.match_indices(form).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + form.len()..]);
        !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
    })
}
