use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
};

use super::*;
use crate::{
    identity::{OrganisationEndpoints, PracticeEndpoints, PracticeFacts},
    view::{Organisation, Permission},
};

const TENANT: &str = "1b2c3d4e-0000-4000-8000-1234567890ab";

fn domain(typed: &str) -> Domain {
    Domain::parse(typed).unwrap()
}

mod domains {
    use super::*;

    #[test]
    fn a_domain_is_taken_out_of_what_people_paste() {
        for (typed, taken) in [
            ("contoso.com", "contoso.com"),
            ("  Contoso.COM. ", "contoso.com"),
            ("person@contoso.com", "contoso.com"),
            ("\"a@b.example\"@contoso.com\r\n", "contoso.com"),
            ("Person Name <person@contoso.com>", "contoso.com"),
            ("https://contoso.com/", "contoso.com"),
            ("HTTP://www.contoso.com/a?b@evil.example#c", "www.contoso.com"),
            ("https://evil.example/@contoso.com", "evil.example"),
            ("contoso.onmicrosoft.com", "contoso.onmicrosoft.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
            ("contoso。com", "contoso.com"),
        ] {
            assert_eq!(Domain::parse(typed).as_ref().map(Domain::as_str), Ok(taken), "{typed}");
        }
    }

    #[test]
    fn what_is_no_domain_is_refused() {
        let long = format!("{}.example", "a".repeat(64));
        let longer = format!("{}example", "aaaaaaaaa.".repeat(25));
        for typed in [
            "",
            " ",
            "@",
            ".",
            "contoso",
            "contoso..com",
            ".contoso.com",
            "contoso.com:443",
            "https://contoso.com:8443/",
            "ftp://contoso.com/",
            "127.0.0.1",
            "person@127.1",
            "0x7f.1",
            "[::1]",
            "person@[::1]",
            "contoso.com/../x",
            "contoso.com?x",
            "con toso.com",
            "con%2etoso.com",
            "-contoso.com",
            "contoso-.com",
            "con_toso.com",
            "contoso.com\0",
            &long,
            &longer,
            &format!("{}@contoso.com", "a".repeat(3_000)),
        ] {
            assert_eq!(Domain::parse(typed), Err(DomainError), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_taken_stays_within_one_segment_of_a_path(typed in "\\PC{0,40}") {
            if let Ok(domain) = Domain::parse(&typed) {
                prop_assert!(Domain::is_domain(domain.as_str()));
                let mut url = Url::parse("https://login.example/").unwrap();
                url.set_path(&format!("/{}/x", domain.as_str()));
                prop_assert_eq!(url.path(), format!("/{}/x", domain.as_str()));
            }
        }

        #[test]
        fn what_stands_before_the_last_at_does_not_leave_this_computer(
            person in "[a-z.@ ]{0,20}", name in "[a-z]{1,10}\\.example",
        ) {
            let taken = Domain::parse(&format!("{person}@{name}")).unwrap();

            prop_assert_eq!(taken.as_str(), name);
        }
    }
}

/// Answers on loopback as the authorities do: one port each, by path.
struct Authority {
    origin: Url,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Authority {
    /// One that gives the same answer to everything.
    async fn answering(status: u16, body: impl Into<String>) -> Self {
        let body = body.into();
        Self::start(move |_| (status, body.clone())).await
    }

    /// One with the document that `document` makes of its origin.
    async fn with(document: impl Fn(&str) -> Value + Send + 'static) -> Self {
        Self::start(move |origin| (200, document(origin).to_string())).await
    }

    async fn start(answer: impl Fn(&str) -> (u16, String) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}/", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (record, own) = (Arc::clone(&asked), origin.clone());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut lines = BufReader::new(&mut stream).lines();
                let mut head = Vec::new();
                while let Some(line) = lines.next_line().await.unwrap_or_default() {
                    if line.is_empty() {
                        break;
                    }
                    head.push(line);
                }
                let request = head.first().cloned().unwrap_or_default();
                record.lock().unwrap().push(request);
                let (status, body) = answer(&own);
                let answer = format!(
                    "HTTP/1.1 {status} X\r\nLocation: {own}elsewhere\r\nContent-Length: {}\r\n\
                     Connection: close\r\n\r\n{body}",
                    body.len()
                );
                // Whoever refuses to read on breaks off.
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self { origin: Url::parse(&origin).unwrap(), asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn document(origin: &str, region: Option<&str>, sub: Option<&str>, instance: &str) -> Value {
    json!({
        "issuer": format!("{origin}{TENANT}/v2.0"),
        "authorization_endpoint": format!("{origin}{TENANT}/oauth2/v2.0/authorize"),
        "token_endpoint": format!("{origin}{TENANT}/oauth2/v2.0/token"),
        "tenant_region_scope": region,
        "tenant_region_sub_scope": sub,
        "cloud_instance_name": instance,
        "kerberos_endpoint": "somewhere",
    })
}

fn commercial(origin: &str) -> Value {
    document(origin, Some("EU"), None, "microsoftonline.com")
}

fn government(origin: &str) -> Value {
    document(origin, Some("USGov"), Some("DODCON"), "microsoftonline.us")
}

fn unknown() -> String {
    let golden = r#"{"error":"invalid_tenant","error_description":"AADSTS90002: Tenant 'contoso.example' not found.","error_codes":[90002],"correlation_id":"c"}"#;
    golden.to_owned()
}

fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

async fn find(
    commercial: &Authority,
    government: &Authority,
) -> Result<FoundTenant, DiscoveryError> {
    let authorities = Authorities {
        commercial: commercial.origin.clone(),
        government: government.origin.clone(),
    };
    find_at(&client(), &authorities, &domain("person@Contoso.example")).await
}

#[tokio::test]
async fn a_commercial_tenant_is_found_without_asking_elsewhere_and_only_the_domain_is_sent() {
    let (here, there) =
        (Authority::with(commercial).await, Authority::answering(400, unknown()).await);

    let found = find(&here, &there).await.unwrap();

    assert_eq!(
        found,
        FoundTenant {
            tenant: TENANT.into(),
            domain: "contoso.example".into(),
            cloud: Cloud::Commercial
        }
    );
    assert_eq!(
        here.asked(),
        ["GET /contoso.example/v2.0/.well-known/openid-configuration HTTP/1.1"]
    );
    assert!(there.asked().is_empty());
}

#[tokio::test]
async fn a_tenant_of_the_other_authority_is_found_there() {
    let named = |origin: &str| document(origin, Some("USGov"), Some("DOD"), "microsoftonline.us");
    for here in [Authority::answering(400, unknown()).await, Authority::with(named).await] {
        let there = Authority::with(government).await;

        let found = find(&here, &there).await.unwrap();

        assert_eq!((found.cloud, found.tenant.as_str()), (Cloud::GccHigh, TENANT));
    }
}

/// An authority that a network does not lead to.
fn nowhere() -> Authority {
    Authority { origin: Url::parse("http://127.0.0.1:9/").unwrap(), asked: Arc::default() }
}

#[tokio::test]
async fn where_only_the_other_authority_is_reached_its_tenants_are_found() {
    let found = find(&nowhere(), &Authority::with(government).await).await.unwrap();
    assert_eq!((found.cloud, found.tenant.as_str()), (Cloud::GccHigh, TENANT));

    for there in [Authority::answering(400, unknown()).await, nowhere()] {
        let error = find(&nowhere(), &there).await.unwrap_err();
        assert!(
            matches!(&error, DiscoveryError::Unreachable { .. }),
            "{error:?}: it may be theirs"
        );
    }
}

#[tokio::test]
async fn a_domain_that_nobody_has_is_unknown_whether_or_not_the_other_authority_is_reached() {
    let here = Authority::answering(400, unknown()).await;
    let gone = Authority::answering(400, "").await;

    for there in [&here, &gone, &nowhere()] {
        let error = find(&here, there).await.unwrap_err();

        let told = UserError::from(&error);
        assert_eq!(
            told,
            UserError::new(ErrorCode::DomainUnknown).with("domain", "contoso.example")
        );
    }
}

#[tokio::test]
async fn what_is_not_from_the_authority_is_no_answer() {
    let there = Authority::with(government).await;
    for (status, body) in [
        (200, "<html>log in to the guest network</html>"),
        (302, ""),
        (407, "<html>proxy</html>"),
        (429, "{}"),
        (503, r#"{"error":"invalid_tenant"}"#),
    ] {
        let here = Authority::answering(status, body).await;

        let error = find(&here, &there).await.unwrap_err();

        let told = UserError::from(&error);
        assert_eq!(told.code, ErrorCode::AuthorityUnreachable, "{status} {body}");
        assert_eq!(here.asked().len(), 1, "no redirect is followed");
    }
    assert!(there.asked().is_empty());
}

#[tokio::test]
async fn a_document_without_end_is_given_up() {
    let here = Authority::answering(200, " ".repeat(LARGEST_BODY + 1)).await;

    let error = find(&here, &here).await.unwrap_err();

    assert!(matches!(error, DiscoveryError::Invalid(InvalidDocument::Form)), "{error:?}");
}

#[tokio::test]
async fn a_document_that_contradicts_itself_is_refused() {
    type Change = fn(&mut Value, &str);
    let cases: [(Change, InvalidDocument); 9] = [
        (
            |to, origin| to["issuer"] = format!("{origin}common/v2.0").into(),
            InvalidDocument::Issuer,
        ),
        (
            |to, origin| {
                to["issuer"] = format!("{origin}{}/v2.0", TENANT.to_uppercase()).into();
            },
            InvalidDocument::Issuer,
        ),
        (
            |to, origin| to["issuer"] = format!("{origin}{TENANT}/v2.0/").into(),
            InvalidDocument::Issuer,
        ),
        (
            |to, _| to["issuer"] = format!("https://evil.example/{TENANT}/v2.0").into(),
            InvalidDocument::Issuer,
        ),
        (
            |to, _| to["token_endpoint"] = "https://evil.example/token".into(),
            InvalidDocument::Endpoint,
        ),
        (
            |to, origin| {
                let origin = origin.replace("//", "//evil@");
                to["authorization_endpoint"] = format!("{origin}authorize").into();
            },
            InvalidDocument::Endpoint,
        ),
        (|to, _| to["token_endpoint"] = 7.into(), InvalidDocument::Form),
        (
            |to, _| to["cloud_instance_name"] = "partner.microsoftonline.cn".into(),
            InvalidDocument::Cloud,
        ),
        (|to, _| to["tenant_region_sub_scope"] = "DODCON".into(), InvalidDocument::Cloud),
    ];
    let there = Authority::answering(400, unknown()).await;
    for (change, expected) in cases {
        let here = Authority::with(move |origin| {
            let mut document = commercial(origin);
            change(&mut document, origin);
            document
        })
        .await;

        let error = find(&here, &there).await.unwrap_err();

        let DiscoveryError::Invalid(invalid) = &error else { panic!("{error:?}") };
        assert_eq!(*invalid, expected);
        assert_eq!(UserError::from(&error).code, ErrorCode::DiscoveryInvalid);
    }
}

#[test]
fn region_and_sub_scope_name_the_cloud() {
    let read = |region, sub, instance| -> Document {
        serde_json::from_value(document("https://login.example/", region, sub, instance)).unwrap()
    };
    for (region, sub, cloud) in [
        (Some("NA"), None, Some(Cloud::Commercial)),
        (None, None, Some(Cloud::Commercial)),
        (Some("EU"), Some(""), Some(Cloud::Commercial)),
        (Some("NA"), Some("GCC"), Some(Cloud::Gcc)),
        (Some("NA"), Some("DOD"), None),
        (Some("USGov"), Some("GCC"), None),
    ] {
        let document = read(region, sub, "microsoftonline.com");
        assert_eq!(document.commercial_cloud(), cloud, "{region:?} {sub:?}");
    }
    for (region, sub, cloud) in [
        (Some("USGov"), Some("DODCON"), Some(Cloud::GccHigh)),
        (Some("USGov"), Some("DOD"), Some(Cloud::Dod)),
        (Some("USG"), Some("DODCON"), Some(Cloud::GccHigh)),
        (Some("USGov"), Some("GCC"), None),
        (Some("USGov"), None, None),
        (Some("NA"), Some("DODCON"), None),
        (None, Some("DOD"), None),
    ] {
        let document = read(region, sub, "microsoftonline.us");
        assert_eq!(document.government_cloud(), cloud, "{region:?} {sub:?}");
        assert_eq!(read(region, sub, "microsoftonline.com").government_cloud(), None);
    }
}

/// Endpoints whose authority is on loopback.
fn practice(authority: &Authority, tenant: &str) -> PracticeEndpoints {
    PracticeEndpoints::new(PracticeFacts {
        authority: authority.origin.port().unwrap(),
        api: 1,
        portal: 1,
        tenant: tenant.into(),
        tenant_name: String::new(),
        client: TENANT.into(),
        scope: String::new(),
        sees: Vec::new(),
    })
}

#[tokio::test]
async fn a_known_tenant_is_confirmed_by_its_issuer() {
    let authority = Authority::with(commercial).await;

    confirm(&client(), &practice(&authority, TENANT)).await.unwrap();

    let other = "00000000-0000-4000-8000-000000000000";
    let error = confirm(&client(), &practice(&authority, other)).await.unwrap_err();
    assert!(matches!(error, DiscoveryError::Invalid(InvalidDocument::Issuer)), "{error:?}");
}

#[tokio::test]
async fn a_tenant_of_another_cloud_and_one_that_is_not_there_are_told_apart() {
    let moved = Authority::with(|_| government("https://login.microsoftonline.us/")).await;
    let gone = Authority::answering(400, unknown()).await;

    let error = confirm(&client(), &practice(&moved, TENANT)).await.unwrap_err();
    assert!(matches!(error, DiscoveryError::Invalid(InvalidDocument::Cloud)), "{error:?}");

    let error = confirm(&client(), &practice(&gone, TENANT)).await.unwrap_err();
    assert_eq!(
        UserError::from(&error),
        UserError::new(ErrorCode::DomainUnknown).with("domain", TENANT)
    );
}

#[test]
fn the_authorities_are_those_of_the_clouds() {
    let authorities = Authorities::of_clouds();

    for cloud in Cloud::ALL {
        let organisation = Organisation {
            cloud,
            tenant: TENANT.into(),
            client: TENANT.into(),
            host: ApiHost::Global,
            domain: None,
            permission: Permission::AlertRead,
        };
        let endpoints = OrganisationEndpoints::new(&organisation).unwrap();
        assert!(authorities.all().any(|known| known == endpoints.authority()), "{cloud:?}");
    }
}

proptest! {
    #[test]
    fn whatever_is_answered_is_judged(
        status in 200_u16..600, body in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        prop_assert!(judge(StatusCode::from_u16(status).unwrap(), &body).is_err());
    }
}
