//! JSON in which everything that the API gave stands exactly as it came.

use serde::Serialize;
use serde_json::value::RawValue;

use super::{Subject, is_practice, realm_name};
use crate::view::{ErrorCode, Realm};

/// The item with its provenance and its alerts.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    realm: Option<&'static str>,
    name: &'a str,
    sha1: Option<String>,
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unread: Option<ErrorCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<ErrorCode>,
    answer: Option<Answer<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    /// Only a complete answer without alerts says that there are none to be seen.
    complete: bool,
    incomplete: Option<ErrorCode>,
    host: &'a str,
    account: &'a str,
    tenant: &'a str,
    tenant_id: &'a str,
    at: String,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    requests: &'a [String],
    alerts: Vec<Box<RawValue>>,
    /// When each of them was read, in their order: one may have come with a later answer.
    alerts_read_at: Vec<String>,
}

pub(super) fn of_item(subject: &Subject<'_>) -> serde_json::Result<String> {
    let answer = match &subject.answer {
        None => None,
        Some(answer) => {
            let account = &answer.provenance.account;
            let alerts: Result<_, _> = answer
                .alerts
                .iter()
                .map(|told| RawValue::from_string(told.alert.raw.to_string()))
                .collect();
            Some(Answer {
                complete: answer.incomplete.is_none(),
                incomplete: answer.incomplete.map(|error| error.code),
                host: &answer.provenance.host,
                account: &account.sign_in_name,
                tenant: account.tenant_label(),
                tenant_id: &account.id.tenant,
                at: answer.provenance.at.to_string(),
                requests: &answer.provenance.requests,
                alerts: alerts?,
                alerts_read_at: answer.alerts.iter().map(|told| told.read_at.to_string()).collect(),
            })
        }
    };
    serde_json::to_string_pretty(&Item {
        realm: subject.realm.map(|realm| realm_name(Some(realm))),
        name: &subject.name,
        sha1: subject.sha1.map(|sha1| sha1.to_string()),
        size: subject.size,
        unread: subject.unread.map(|error| error.code),
        failure: subject.failure.map(|error| error.code),
        answer,
    })
}

/// What the API gave, exactly; of the practice tenant within an object that says so, because nothing
/// of practice may be taken for real.
///
/// # Errors
///
/// If it is no JSON, which reading it rules out.
pub fn exactly(raw: &str, realm: Option<Realm>) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Practice<'a> {
        realm: &'static str,
        given: &'a RawValue,
    }

    if !is_practice(realm) {
        return Ok(raw.to_owned());
    }
    let given = serde_json::from_str(raw)?;
    serde_json::to_string_pretty(&Practice { realm: realm_name(realm), given })
}
