//! The plain pages of the authority and the portal: one look of their own, escaped, no script.

use std::{fmt::Write as _, sync::LazyLock};

use aws_lc_rs::digest;
use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
            X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

const STYLE: &str = include_str!("page.css");

static STYLE_SOURCE: LazyLock<String> = LazyLock::new(|| hash_source(STYLE));

/// A page to be answered with.
#[derive(Debug)]
pub(crate) struct Page {
    status: StatusCode,
    title: String,
    body: String,
    form_action: String,
    script: Option<&'static str>,
}

impl Page {
    /// Starts a page. `body` is HTML: every text in it went through [`escape`].
    pub(crate) fn new(title: &str, body: String) -> Self {
        Self {
            status: StatusCode::OK,
            title: title.to_owned(),
            body,
            form_action: "'none'".to_owned(),
            script: None,
        }
    }

    pub(crate) fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// Lets the page's forms lead to these sources of a content policy.
    pub(crate) fn form_action(self, sources: String) -> Self {
        Self { form_action: sources, ..self }
    }

    /// Runs this script, and no other, at the end of the page.
    pub(crate) fn script(self, script: &'static str) -> Self {
        Self { script: Some(script), ..self }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut policy = format!(
            "default-src 'none'; style-src {}; form-action {}; base-uri 'none'; \
             frame-ancestors 'none'",
            *STYLE_SOURCE, self.form_action
        );
        let mut script_element = String::new();
        if let Some(script) = self.script {
            // Writing to a `String` cannot fail.
            let _ = write!(policy, "; script-src {}", hash_source(script));
            script_element = format!("<script>{script}</script>\n");
        }
        let html = format!(
            "<!DOCTYPE html>\n\
             <html lang=\"en\">\n\
             <head>\n\
             <meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <title>{title} – practice tenant</title>\n\
             <style>{STYLE}</style>\n\
             </head>\n\
             <body>\n\
             <header class=\"practice\">Practice tenant on this computer. Nothing here is \
             real.</header>\n\
             <main>\n{body}</main>\n\
             {script_element}\
             </body>\n\
             </html>\n",
            title = escape(&self.title),
            body = self.body,
        );
        let Ok(policy) = HeaderValue::from_str(&policy) else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (CONTENT_SECURITY_POLICY, policy),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            // A form that goes back to the app says where it comes from, as Entra's does.
            (REFERRER_POLICY, HeaderValue::from_static("strict-origin")),
            (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        ];
        (self.status, headers, html).into_response()
    }
}

/// Writes a text so that it stands for itself in HTML, in an element or a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn hash_source(text: &str) -> String {
    let hash = digest::digest(&digest::SHA256, text.as_bytes());
    format!("'sha256-{}'", STANDARD.encode(hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_stands_for_itself() {
        let escaped = escape("<img src=x onerror='a(\"&\")'>");

        assert_eq!(escaped, "&lt;img src=x onerror=&#39;a(&quot;&amp;&quot;)&#39;&gt;");
    }
}
