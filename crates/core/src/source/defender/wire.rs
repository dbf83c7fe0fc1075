//! What comes over the wire: a page of alerts, and a refusal.

use std::sync::Arc;

use serde_json::{Value, value::RawValue};

use crate::{
    alert::{Alert, Members},
    identity::without_tokens,
    source::Refusal,
};

/// One page of an answer.
#[derive(Debug)]
pub(super) struct Page {
    /// The entries that are alerts.
    pub(super) alerts: Vec<Arc<Alert>>,
    /// How many entries are none.
    pub(super) unreadable: u32,
    /// The link to the next page, whatever it is: it was there.
    pub(super) next_link: Option<String>,
    /// Whether the body itself tells of an error that cut the list short.
    pub(super) is_partial: bool,
    /// Whether it has something in it that no page has.
    pub(super) is_damaged: bool,
}

/// The body is not a page of alerts.
#[derive(Debug, thiserror::Error)]
#[error("not a page of alerts")]
pub(super) struct PageError;

impl Page {
    /// Reads a page: an object whose `value` is a list. Without that list it is no answer at all,
    /// however successful its status.
    ///
    /// Names may have another case. What is whole beside something odd is read and the page is said
    /// to be damaged: bytes that are no text, anything after the object, `value` twice.
    pub(super) fn read(body: &[u8]) -> Result<Self, PageError> {
        // A byte order mark says in which encoding the text is; bytes that are no text are replaced.
        let (text, _, has_odd_bytes) = encoding_rs::UTF_8.decode(body);
        let mut values = serde_json::Deserializer::from_str(&text).into_iter::<Members<'_>>();
        let Some(Ok(Members(members))) = values.next() else { return Err(PageError) };
        let rest = text.get(values.byte_offset()..).unwrap_or_default();

        let mut lists = Vec::new();
        let mut links = Vec::new();
        let mut is_partial = false;
        for (name, raw) in members {
            if name.eq_ignore_ascii_case("value") {
                lists.push(serde_json::from_str::<Vec<&RawValue>>(raw).ok());
            } else if raw != "null" {
                links.extend(is_link(&name).then_some(raw));
                is_partial |= is_error(&name);
            }
        }
        let is_damaged = has_odd_bytes || !rest.trim().is_empty() || lists.len() > 1;
        if lists.iter().all(Option::is_none) {
            return Err(PageError);
        }

        let mut page = Self {
            alerts: Vec::new(),
            unreadable: 0,
            next_link: link(&links),
            is_partial,
            is_damaged,
        };
        for entry in lists.into_iter().flatten().flatten() {
            match Alert::read(entry.get()) {
                Ok(alert) => page.alerts.push(Arc::new(alert)),
                Err(_) => page.unreadable += 1,
            }
        }
        Ok(page)
    }
}

/// Whether a member is the link to the next page: `@odata.nextLink`, which version 4.01 of the
/// protocol calls `@nextLink` as well.
fn is_link(name: &str) -> bool {
    annotation(name) == "nextlink"
}

/// Whether a member tells of an error: the list before it ends too early.
fn is_error(name: &str) -> bool {
    annotation(name) == "error"
}

fn annotation(name: &str) -> String {
    let name = name.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    name.strip_prefix("odata.").map(str::to_owned).unwrap_or(name)
}

/// The link that all of these are. One that is no text, or that differs from another, is a link all
/// the same: it will be refused, not overlooked.
fn link(links: &[&str]) -> Option<String> {
    let (first, others) = links.split_first()?;
    let text: String = serde_json::from_str(first).unwrap_or_default();
    let are_one = others
        .iter()
        .all(|other| serde_json::from_str::<String>(other).is_ok_and(|other| other == text));
    Some(if are_one { text } else { String::new() })
}

/// What a refusal says, with Defender's own word for it if it came from there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// `Forbidden`.
    pub(super) code: Option<String>,
    pub(super) refusal: Refusal,
}

/// What a refusal says: `{"error": {"code", "message", "target"}}`, or what gateways put in its
/// place. `request` is the request's id by the headers, for want of one in the body.
pub(super) fn refusal(body: &[u8], request: Option<&str>) -> Told {
    let (text, ..) = encoding_rs::UTF_8.decode(body);
    let body: Value = match serde_json::from_str(&text) {
        Ok(body) => body,
        // A page to be looked at in a browser says nothing in its first lines.
        Err(_) if text.trim_start().starts_with(['<', '{', '[']) => Value::Null,
        Err(_) => Value::from(text.trim().chars().take(200).collect::<String>()),
    };
    let error = member(&body, "error").unwrap_or(&body);
    let message = member(error, "message").unwrap_or(error);
    let target = member(error, "target").and_then(Value::as_str).map(str::trim);
    let target = target.filter(|target| !target.is_empty()).or(request);
    let refusal = Refusal {
        message: cut(message.as_str().unwrap_or_default()),
        request: cut(target.unwrap_or_default()),
    };
    Told { code: member(error, "code").and_then(Value::as_str).map(cut), refusal }
}

/// A member of an object, whatever the case of its name.
fn member<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    object.as_object()?.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, it)| it)
}

/// What is kept of a refusal's text: no token that it repeats, and 500 bytes at most.
fn cut(text: &str) -> String {
    let mut text = without_tokens(text);
    text.truncate(text.floor_char_boundary(500));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! golden {
        ($file:literal) => {
            include_bytes!(concat!("../../../../practice-tenant/golden/", $file)).as_slice()
        };
    }

    #[test]
    fn an_empty_list_is_a_page_and_no_list_is_none() {
        assert!(Page::read(br#"{"@odata.context":"x","value":[]}"#).unwrap().alerts.is_empty());
        for body in
            ["", "{}", r#"{"value":null}"#, r#"{"value":{}}"#, "[]", "<html>", r#"{"value":["#]
        {
            assert!(Page::read(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn entries_that_are_no_alerts_are_counted() {
        let page = Page::read(br#"{"value":[{"id":"a"},null,3,{}]}"#).unwrap();

        assert_eq!(page.alerts.len(), 2);
        assert_eq!(page.unreadable, 2);
    }

    #[test]
    fn a_link_of_another_type_is_not_overlooked() {
        assert_eq!(Page::read(br#"{"value":[],"@odata.nextLink":null}"#).unwrap().next_link, None);
        for link in ["7", "{}", "\"\""] {
            let body = format!(r#"{{"value":[],"@odata.nextLink":{link}}}"#);
            assert_eq!(Page::read(body.as_bytes()).unwrap().next_link.as_deref(), Some(""));
        }
    }

    #[test]
    fn reads_the_documented_bodies() {
        use crate::view::{FilePart, Role, Severity, Status};

        let page = Page::read(golden!("file_alerts_page.json")).unwrap();
        assert!(page.next_link.is_some());
        assert_eq!(page.unreadable, 0);
        assert!(Page::read(golden!("file_alerts_none.json")).unwrap().alerts.is_empty());

        let page = Page::read(golden!("file_alerts.json")).unwrap();
        assert_eq!(page.next_link, None);
        let alert = &page.alerts[0];
        assert!(alert.id.is_some() && alert.incident.is_some() && alert.title.is_some());
        assert!((Severity::Informational..=Severity::High).contains(&alert.severity.known));
        assert_ne!(alert.status.known, Status::Other);
        assert!(alert.last_event.is_some() && alert.created.is_some());
        assert!(alert.device.is_some() && alert.device_group.is_some());
        let sha1 = "2c1f9b7e5d3a80641f0e9c8b7a6d5e4f3a2b1c0d".parse().unwrap();
        let Role::Named { parts } = alert.evidence.role_of(sha1) else { panic!() };
        assert_eq!(parts[0].part, FilePart::File);

        for body in [
            golden!("error_forbidden.json"),
            golden!("error_unauthorized.json"),
            golden!("error_too_many_requests.json"),
            golden!("error_invalid_hash_value.json"),
        ] {
            let Told { code, refusal } = refusal(body, None);
            assert!(code.is_some());
            assert!(!refusal.message.is_empty() && !refusal.request.is_empty());
        }
    }

    #[test]
    fn reads_a_refusal_or_nothing() {
        let body = br#"{"error":{"code":"Forbidden","message":"Missing roles","target":"|1d2."}}"#;

        assert_eq!(
            refusal(body, Some("of the header")),
            Told {
                code: Some("Forbidden".into()),
                refusal: Refusal { message: "Missing roles".into(), request: "|1d2.".into() },
            }
        );
        for body in [b"".as_slice(), b"<html>no</html>", b"{\"error\":", b"[]", b"{}", b"7"] {
            let Told { code, refusal: told } = refusal(body, Some("of the header"));
            assert_eq!(code, None);
            assert_eq!(told.message, "", "{}", body.escape_ascii());
            assert_eq!(told.request, "of the header");
        }
        for (body, message) in [
            ("upstream connect error", "upstream connect error"),
            ("\u{feff}{\"error\":{\"message\":\"x\",\"target\":7}}", "x"),
            (
                r#"{"Message":"Authorization has been denied for this request."}"#,
                "Authorization has been denied for this request.",
            ),
            (r#"{"statusCode":401,"message":"Access denied"}"#, "Access denied"),
            (r#"{"error":"invalid_token"}"#, "invalid_token"),
            (r#"{"error":{"message":["no","text"],"target":null}}"#, ""),
        ] {
            assert_eq!(refusal(body.as_bytes(), None).refusal.message, message);
        }
        let message = |body: String| refusal(body.as_bytes(), None).refusal.message;
        assert_eq!(message("x".repeat(900)).len(), "\u{2026}".len());
        assert_eq!(message("ab ".repeat(900)).len(), 200);
    }

    #[test]
    fn a_link_counts_under_each_of_its_names_and_two_that_differ_are_none_to_follow() {
        let link = |members: &str| {
            let body = format!(r#"{{"value":[],{members}}}"#);
            Page::read(body.as_bytes()).unwrap().next_link
        };
        for name in [
            "@odata.nextLink",
            "@odata.nextlink",
            "@Odata.NextLink",
            "@nextLink",
            "odata.nextLink",
            "nextLink",
            "value@odata.nextLink",
        ] {
            assert_eq!(link(&format!(r#""{name}":"?$skip=1""#)).as_deref(), Some("?$skip=1"));
        }
        for (links, is) in [
            (r#""@odata.nextLink":"a","@odata.nextLink":"a""#, Some("a")),
            (r#""@odata.nextLink":null,"nextLink":"a""#, Some("a")),
            (r#""@odata.nextLink":"a","@odata.nextLink":null"#, Some("a")),
            (r#""@odata.nextLink":"a","@odata.nextLink":"b""#, Some("")),
            (r#""@odata.nextLink":"a","@odata.nextlink":"b""#, Some("")),
            (r#""@odata.nextLink":7,"@odata.nextLink":8"#, Some("")),
            (r#""@odata.nextLink":null,"nextLink":null"#, None),
        ] {
            assert_eq!(link(links).as_deref(), is, "{links}");
        }
    }

    #[test]
    fn what_is_whole_beside_something_odd_is_read_and_said_to_be_damaged() {
        for (body, alerts) in [
            (r#"{"value":[{"id":"a"}]}trailing"#, 1),
            (r#"{"value":[{"id":"a"}]}{"value":[]}"#, 1),
            (r#"{"value":[]}]"#, 0),
            (r#"{"value":[],"value":[{"id":"a"}]}"#, 1),
            (r#"{"value":[{"id":"a"}],"value":[]}"#, 1),
            (r#"{"value":[],"Value":[{"id":"a"},{"id":"b"}]}"#, 2),
            (r#"{"value":null,"value":[]}"#, 0),
            (r#"{"value":[],"value":7}"#, 0),
        ] {
            let page = Page::read(body.as_bytes()).unwrap();
            assert_eq!((page.alerts.len(), page.is_damaged), (alerts, true), "{body}");
        }
        let page = Page::read(b"{\"value\":[{\"id\":\"a\",\"title\":\"caf\xe9\"}]}").unwrap();
        assert!(page.is_damaged);
        assert_eq!(page.alerts[0].title.as_deref(), Some("caf\u{fffd}"));
    }

    #[test]
    fn an_error_that_the_server_came_upon_later_makes_the_page_partial() {
        for error in [r#""error":{"code":"InternalServerError"}"#, r#""@odata.error":{}"#] {
            let page = Page::read(format!(r#"{{"value":[],{error}}}"#).as_bytes()).unwrap();
            assert!(page.is_partial, "{error}");
        }
    }

    #[test]
    fn what_says_nothing_makes_no_page_partial_or_damaged() {
        let text = r#"{"value":[{"id":"a","title":"\u00e9"}],"error":null,"@odata.count":1}"#;
        let utf_16: Vec<u8> = "\u{feff}"
            .chars()
            .chain(text.chars())
            .collect::<String>()
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        let spaced = format!(" \r\n{text}\r\n ");
        let odd_name = text.replacen('{', r#"{"\ud800":1,"#, 1);
        for body in [text.as_bytes(), &marked, &utf_16, spaced.as_bytes(), odd_name.as_bytes()] {
            let page = Page::read(body).unwrap();
            assert_eq!((page.alerts.len(), page.unreadable), (1, 0));
            assert!(!page.is_partial && !page.is_damaged);
            assert_eq!(page.alerts[0].title.as_deref(), Some("\u{e9}"));
        }
        let page = Page::read(br#"{"value":[{"\ud800":1,"id":"a"}]}"#).unwrap();
        assert_eq!((page.alerts.len(), page.unreadable), (1, 0));
    }
}
