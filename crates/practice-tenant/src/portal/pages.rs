use std::fmt::Write as _;

use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use crate::{
    html::{Page, escape},
    organisation::TENANT_NAME,
    state::Tenant,
    world::Alert,
};

pub(super) fn alert(tenant: &Tenant, id: &str) -> Option<Page> {
    let alert = tenant.world.alert(id)?;
    let title = text(&alert.body["title"]);
    let mut body = heading("Alert", &title);
    body.push_str("<dl>\n");
    for (label, key) in [
        ("Severity", "severity"),
        ("Status", "status"),
        ("Classification", "classification"),
        ("Determination", "determination"),
        ("Category", "category"),
        ("Detected by", "detectionSource"),
        ("First event", "firstEventTime"),
        ("Last event", "lastEventTime"),
        ("Resolved", "resolvedTime"),
        ("Assigned to", "assignedTo"),
        ("Description", "description"),
    ] {
        entry(&mut body, label, &escape(&text(&alert.body[key])));
    }
    if let Some(incident) = alert.body["incidentId"].as_i64() {
        let link = link(tenant, &format!("incidents/{incident}"), &incident.to_string());
        entry(&mut body, "Incident", &link);
    }
    if let Some(machine) = alert.body["machineId"].as_str() {
        let name = text(&alert.body["computerDnsName"]);
        let link = link(tenant, &format!("machines/v2/{}", encode(machine)), &name);
        entry(&mut body, "Device", &link);
        let group = escape(&text(&alert.body["rbacGroupName"]));
        entry(&mut body, "Device group", &group);
    }
    body.push_str("</dl>\n");
    comments(&mut body, &alert.body);
    body.push_str("<h2>Evidence</h2>\n<ul>\n");
    for row in alert.body["evidence"].as_array().into_iter().flatten() {
        // Writing to a `String` cannot fail.
        let _ = writeln!(body, "<li>{}</li>", evidence(tenant, row));
    }
    body.push_str("</ul>\n");
    Some(Page::new(&title, body))
}

pub(super) fn incident(tenant: &Tenant, id: &str) -> Option<Page> {
    let id: i64 = id.parse().ok()?;
    let incident = tenant.world.incidents.iter().find(|incident| incident.id == id)?;
    let mut body = heading("Incident", &incident.title);
    let of_incident = |alert: &&Alert| alert.body["incidentId"].as_i64() == Some(id);
    list(&mut body, tenant, tenant.world.alerts().filter(of_incident));
    Some(Page::new(&incident.title, body))
}

pub(super) fn device(tenant: &Tenant, id: &str) -> Option<Page> {
    let device = tenant.world.devices.iter().find(|device| device.id == id)?;
    let mut body = heading("Device", &device.name);
    body.push_str("<dl>\n");
    entry(&mut body, "System", &escape(&device.system));
    entry(&mut body, "Version", &escape(&device.version));
    entry(&mut body, "Device group", &escape(&device.group));
    body.push_str("</dl>\n");
    let of_device = |alert: &&Alert| alert.body["machineId"] == device.id;
    list(&mut body, tenant, tenant.world.alerts().filter(of_device));
    Some(Page::new(&device.name, body))
}

pub(super) fn file(tenant: &Tenant, hash: &str) -> Option<Page> {
    let file = tenant.world.file(hash)?;
    let mut body = heading("File", &file.name);
    body.push_str("<dl>\n");
    for (label, key) in [
        ("SHA-1", "sha1"),
        ("SHA-256", "sha256"),
        ("Size in bytes", "size"),
        ("Kind", "fileType"),
        ("Publisher", "filePublisher"),
        ("Signed by", "signer"),
        ("First seen anywhere", "globalFirstObserved"),
        ("Last seen anywhere", "globalLastObserved"),
        ("Determination", "determinationType"),
        ("Named as", "determinationValue"),
    ] {
        entry(&mut body, label, &escape(&text(&file.body[key])));
    }
    body.push_str("</dl>\n");
    let sha1 = file.body["sha1"].as_str().unwrap_or_default();
    list(&mut body, tenant, tenant.world.alerts_of_file(sha1));
    Some(Page::new(&file.name, body))
}

fn heading(kind: &str, title: &str) -> String {
    format!(
        "<p class=\"quiet\">{kind} at {organisation}. These pages show everything; each analyst \
         sees in the app what their own device group has.</p>\n\
         <h1>{title}</h1>\n",
        organisation = escape(TENANT_NAME),
        title = escape(title),
    )
}

fn list<'world>(body: &mut String, tenant: &Tenant, alerts: impl Iterator<Item = &'world Alert>) {
    body.push_str("<h2>Alerts</h2>\n<ul>\n");
    let mut any = false;
    for alert in alerts {
        any = true;
        let label = format!(
            "{} ({}, {})",
            text(&alert.body["title"]),
            text(&alert.body["severity"]),
            text(&alert.body["computerDnsName"])
        );
        let link = link(tenant, &format!("alerts/{}", encode(alert.id())), &label);
        // Writing to a `String` cannot fail.
        let _ = writeln!(body, "<li>{link}</li>");
    }
    if !any {
        body.push_str("<li>None.</li>\n");
    }
    body.push_str("</ul>\n");
}

fn comments(body: &mut String, alert: &Value) {
    let Some(comments) = alert["comments"].as_array().filter(|comments| !comments.is_empty())
    else {
        return;
    };
    body.push_str("<h2>Comments</h2>\n<dl>\n");
    for comment in comments {
        let by = format!("{}, {}", text(&comment["createdBy"]), text(&comment["createdTime"]));
        entry(body, &escape(&by), &escape(&text(&comment["comment"])));
    }
    body.push_str("</dl>\n");
}

fn evidence(tenant: &Tenant, row: &Value) -> String {
    let kind = escape(&text(&row["entityType"]));
    let what = ["fileName", "userPrincipalName", "accountName", "url", "ipAddress", "registryKey"]
        .iter()
        .find_map(|key| row[*key].as_str())
        .unwrap_or("–");
    match row["sha1"].as_str() {
        Some(sha1) if tenant.world.file(sha1).is_some() => {
            format!("{kind}: {}", link(tenant, &format!("file/{sha1}/"), what))
        }
        Some(_) | None => format!("{kind}: {}", escape(what)),
    }
}

/// A link to another page of the portal. `path` is encoded already.
fn link(tenant: &Tenant, path: &str, label: &str) -> String {
    format!("<a href=\"/{path}?tid={}\">{}</a>", tenant.registration.tenant_id, escape(label))
}

fn entry(body: &mut String, label: &str, html: &str) {
    // Writing to a `String` cannot fail.
    let _ = writeln!(body, "<dt>{label}</dt><dd>{html}</dd>");
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            other.to_string()
        }
    }
}

fn encode(id: &str) -> String {
    byte_serialize(id.as_bytes()).map(|part| if part == "+" { "%20" } else { part }).collect()
}
