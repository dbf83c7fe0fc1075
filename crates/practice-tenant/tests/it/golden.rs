//! The tenant answers in the shapes of the golden bodies.

use std::{collections::BTreeSet, fs, path::PathBuf};

use droptrace_practice_tenant::{ChallengeAnswer, Permission, Settings, practice_files};
use serde_json::{Map, Value, json};

use crate::client::{
    Client, EXAMPLE_SHA1, authorization, hidden_fields, json as body_of, mara, redemption, refresh,
    scopes, tomas, with,
};

struct Golden {
    body: Value,
    /// Keys that real answers carry beyond the documentation.
    beyond: Vec<String>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

fn read(file: &str) -> Value {
    serde_json::from_slice(&fs::read(folder().join(file)).unwrap()).unwrap()
}

fn golden(file: &str) -> Golden {
    let index = read("index.json");
    let entry = index
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["file"] == file)
        .unwrap_or_else(|| panic!("{file} is not in the index"));
    Golden {
        body: read(file),
        beyond: entry["seenBeyondThePage"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key.as_str().unwrap().to_owned())
            .collect(),
    }
}

impl Golden {
    fn check(&self, found: &Value) {
        let mut differences = Vec::new();
        self.compare(&self.body, found, "$", &mut differences);
        assert!(differences.is_empty(), "{differences:#?}");
    }

    fn compare(&self, golden: &Value, found: &Value, at: &str, differences: &mut Vec<String>) {
        match (golden, found) {
            (Value::Null, _)
            | (_, Value::Null)
            | (Value::String(_), Value::String(_))
            | (Value::Bool(_), Value::Bool(_)) => {}
            (Value::Object(golden), Value::Object(found)) => {
                for (key, value) in golden {
                    match found.get(key) {
                        Some(found) => {
                            self.compare(value, found, &format!("{at}.{key}"), differences);
                        }
                        None => differences.push(format!("{at}.{key} is missing")),
                    }
                }
                let more = found.keys().filter(|key| !golden.contains_key(*key));
                differences.extend(
                    more.filter(|key| !self.beyond.contains(key))
                        .map(|key| format!("{at}.{key} is not documented")),
                );
            }
            (Value::Array(golden), Value::Array(found)) => {
                let golden = merged(golden);
                for (number, found) in found.iter().enumerate() {
                    self.compare(&golden, found, &format!("{at}[{number}]"), differences);
                }
            }
            (Value::Number(_), Value::Number(found)) if found.is_i64() => {}
            _ => differences.push(format!("{at} is of another kind: {found}")),
        }
    }
}

/// One item that has a value wherever one of the items has.
fn merged(items: &[Value]) -> Value {
    let mut merged = Map::new();
    for item in items {
        let Value::Object(fields) = item else {
            return item.clone();
        };
        for (key, value) in fields {
            let known = merged.entry(key.clone()).or_insert(Value::Null);
            if known.is_null() {
                *known = value.clone();
            }
        }
    }
    if merged.is_empty() {
        return Value::Null;
    }
    Value::Object(merged)
}

#[test]
fn the_index_names_each_body_and_its_page() {
    let index = read("index.json");
    let listed: BTreeSet<String> = index
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            let page = entry["page"].as_str().unwrap();
            assert!(page.starts_with("https://learn.microsoft.com/"), "{page}");
            entry["file"].as_str().unwrap().to_owned()
        })
        .collect();

    let there: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "index.json" && name != "README.md")
        .collect();

    assert_eq!(listed, there);
}

#[test]
fn a_difference_is_found() {
    let golden = golden("alert.json");
    for (key, value) in [
        ("id", json!(1)),
        ("incidentId", json!("1")),
        ("unheardOf", json!(1)),
        ("mitreTechniques", json!("T1059")),
        ("evidence", json!([{}])),
    ] {
        let mut found = golden.body.clone();
        found[key] = value;
        let mut differences = Vec::new();
        golden.compare(&golden.body, &found, "$", &mut differences);
        assert!(!differences.is_empty(), "{key}");
    }
}

#[tokio::test]
async fn every_alert_of_the_story_has_the_golden_shape() {
    let client = Client::start().await;
    let list_shape = golden("file_alerts.json");
    let mut checked = 0;
    for analyst in [mara(), tomas()] {
        let token = client.access_token(analyst).await;
        let hashes = practice_files().unwrap().into_iter().map(|file| file.sha1);
        for sha1 in hashes.chain([EXAMPLE_SHA1.to_owned()]) {
            let (status, list) =
                client.get_json(&token, &format!("/api/files/{sha1}/alerts")).await;
            assert_eq!(status, 200);
            list_shape.check(&list);
            checked += list["value"].as_array().unwrap().len();
        }
    }
    assert!(checked > 20, "{checked}");
}

#[tokio::test]
async fn one_alert_has_the_golden_shape() {
    let client = Client::start().await;
    let token = client.access_token(mara()).await;
    let (_, list) = client.get_json(&token, &format!("/api/files/{EXAMPLE_SHA1}/alerts")).await;
    let id = list["value"][0]["id"].as_str().unwrap();

    let (_, mut alert) = client.get_json(&token, &format!("/api/alerts/{id}")).await;

    // A single alert carries this as well; the page does not show it.
    alert.as_object_mut().unwrap().remove("@odata.context");
    golden("alert.json").check(&alert);
}

#[tokio::test]
async fn empty_lists_and_pages_have_the_golden_shape() {
    let client = Client::start_with(Settings { page_size: 1, ..Settings::default() }).await;
    let token = client.access_token(mara()).await;

    let none = format!("/api/files/{}/alerts", "0".repeat(40));
    let (_, none) = client.get_json(&token, &none).await;
    golden("file_alerts_none.json").check(&none);
    assert_eq!(none["value"], json!([]));

    let (_, page) = client.get_json(&token, &format!("/api/files/{EXAMPLE_SHA1}/alerts")).await;
    golden("file_alerts_page.json").check(&page);
}

#[tokio::test]
async fn a_file_has_the_golden_shape() {
    let client = Client::start().await;
    let scope = "openid api://droptrace-practice/File.Read.All";
    let signed_in = client.sign_in_for(mara(), scope).await;
    let token = signed_in["access_token"].as_str().unwrap();

    let (_, file) = client.get_json(token, &format!("/api/files/{EXAMPLE_SHA1}")).await;

    golden("file_information.json").check(&file);
}

#[tokio::test]
async fn every_refusal_of_the_api_has_the_golden_shape() {
    let client = Client::start_with(Settings { calls_per_minute: 2, ..Settings::default() }).await;
    let token = client.access_token(mara()).await;
    let file = format!("/api/files/{EXAMPLE_SHA1}");

    for (token, path, name) in [
        ("", "/api/alerts/x", "error_unauthorized.json"),
        (token.as_str(), file.as_str(), "error_forbidden.json"),
        (token.as_str(), "/api/files/x/alerts", "error_invalid_hash_value.json"),
        (token.as_str(), "/api/alerts/x", "error_resource_not_found.json"),
        (token.as_str(), "/api/alerts/x", "error_too_many_requests.json"),
    ] {
        let (_, found) = client.get_json(token, path).await;
        let golden = golden(name);
        golden.check(&found);
        assert_eq!(found["error"]["code"], golden.body["error"]["code"]);
    }
}

#[tokio::test]
async fn the_authority_answers_in_golden_shapes() {
    let client = Client::start().await;
    let code = client.code(mara()).await;

    let wrong = with(&redemption(&code), "scope", "openid https://x.example/y");
    let (_, refused) = client.token(&wrong).await;
    golden("authority_error_invalid_scope.json").check(&refused);

    let token = client.sign_in_for(mara(), &scopes()).await;
    golden("authority_token.json").check(&token);

    client.tenant.revoke_sessions();
    let spent = refresh(token["refresh_token"].as_str().unwrap());
    let (_, refused) = client.token(&spent).await;
    golden("authority_error_invalid_grant.json").check(&refused);

    for (path, name) in [
        ("/v2.0/.well-known/openid-configuration", "authority_discovery.json"),
        ("/discovery/v2.0/keys", "authority_keys.json"),
    ] {
        let response = client.http.get(client.authority(path)).send().await.unwrap();
        golden(name).check(&body_of(response).await);
    }
}

#[tokio::test]
async fn refusals_of_permission_and_claims_have_the_golden_shape() {
    let client = Client::start().await;
    let capable = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;
    let code = client.code(mara()).await;
    let (_, tokens) = client.token(&with(&redemption(&code), "claims", capable)).await;
    let token = tokens["access_token"].as_str().unwrap();
    let path = format!("/api/files/{EXAMPLE_SHA1}/alerts");

    client.tenant.require_read_write(true);
    let (_, found) = client.get_json(token, &path).await;
    golden("error_forbidden_read_write.json").check(&found);

    client.tenant.require_read_write(false);
    client.tenant.deny_role(mara().object_id);
    let (_, found) = client.get_json(token, &path).await;
    golden("error_forbidden_role.json").check(&found);

    let claims = json!({"access_token": {"acrs": {"essential": true, "value": "c7"}}});
    client.tenant.challenge(&claims, ChallengeAnswer::SignIn);
    let response = client.get(token, &path).await;
    let text = fs::read_to_string(folder().join("www_authenticate_claims_challenge.txt")).unwrap();
    let parameters = |challenge: &str| -> BTreeSet<String> {
        let (scheme, parameters) = challenge.split_once(' ').unwrap();
        assert_eq!(scheme, "Bearer");
        parameters.split(", ").map(|one| one.split('=').next().unwrap().to_owned()).collect()
    };
    let challenges = response.headers().get_all("www-authenticate").iter();
    let bearer = challenges.map(|one| one.to_str().unwrap()).find(|one| one.starts_with("Bearer"));
    assert_eq!(parameters(bearer.unwrap()), parameters(text.trim_end()));
    golden("error_claims_challenge.json").check(&body_of(response).await);

    let answer =
        with(&refresh(tokens["refresh_token"].as_str().unwrap()), "claims", &claims.to_string());
    let (_, found) = client.token(&answer).await;
    golden("authority_error_interaction_required.json").check(&found);
}

#[tokio::test]
async fn refusals_of_consent_have_the_golden_shape() {
    let client = Client::start().await;
    let code = client.code(mara()).await;
    client.tenant.withhold_consent(&[Permission::AlertRead]);

    let (_, found) = client.token(&redemption(&code)).await;
    golden("authority_error_consent_required.json").check(&found);

    let page = client.authorize(&authorization()).await.text().await.unwrap();
    let page = client.press(&page, "analyst", mara().object_id).await.text().await.unwrap();
    let page = client.press(&page, "without_consent", "1").await.text().await.unwrap();
    let fields = hidden_fields(&page).into_iter().map(|(name, text)| (name, Value::from(text)));
    golden("authority_redirect_admin_consent_required.json")
        .check(&Value::Object(fields.collect()));
}

#[tokio::test]
async fn a_domain_that_nobody_has_is_refused_in_the_golden_shape() {
    let client = Client::start().await;
    let url = client.authority("/v2.0/.well-known/openid-configuration");
    let url = url.replace(droptrace_practice_tenant::TENANT_ID, "tide-tables.example");

    let response = client.http.get(url).send().await.unwrap();

    golden("authority_error_invalid_tenant.json").check(&body_of(response).await);
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn a_government_tenant_is_found_in_the_golden_shape() {
    use droptrace_practice_tenant::{Organisation, OrganisationTenant};

    let id = "5e0d9c8b-7a61-4f52-8e43-d2c1b0a9f8e7";
    for (organisation, name) in [
        (Organisation::gcc(id, id), "authority_discovery_gcc.json"),
        (Organisation::gcc_high(id, id), "authority_discovery_gcc_high.json"),
    ] {
        let authority = organisation.authority.clone();
        let started = OrganisationTenant::start(Settings::default(), organisation).await.unwrap();
        let root = reqwest::Certificate::from_pem(started.root_certificate.as_bytes()).unwrap();
        let http = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([root])
            .resolve(&authority, ([127, 0, 0, 1], started.port).into())
            .build()
            .unwrap();

        let url = format!("https://{authority}/{id}/v2.0/.well-known/openid-configuration");
        let found = body_of(http.get(url).send().await.unwrap()).await;

        let golden = golden(name);
        golden.check(&found);
        for key in ["tenant_region_sub_scope", "cloud_instance_name", "msgraph_host"] {
            assert_eq!(found[key], golden.body[key], "{key}");
        }
    }
}
