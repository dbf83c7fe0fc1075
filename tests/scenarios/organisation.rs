//! An organisation's endpoints under their real host names: a resolver that only tests have leads
//! them to a TLS listener on loopback, refuses every other name, and records all.

use std::{
    collections::BTreeSet,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use droptrace_core::{
    identity::{
        Attempt, Detour, Endpoints, Hint, OrganisationEndpoints, Purpose, Session, SignInError,
    },
    source::{AlertSource, defender::DefenderFiles},
    view::{Cloud, Organisation, Realm},
};
use droptrace_practice_tenant::{
    self as practice_tenant, OrganisationTenant, Route, Settings, analysts,
};
use reqwest::{Certificate, StatusCode};

use crate::{
    analyst::no_store,
    analyst::turn,
    browser::{Browser, Choice},
};

const TENANT: &str = "5a1e0c77-93d4-4f6b-8f21-0b7d2c9e6a18";
const CLIENT: &str = "e4b8d3f0-1c26-4a95-b7d8-6f03a9c5e271";
pub(crate) const AUTHORITY: &str = "login.microsoftonline.com";
pub(crate) const API: &str = "api.securitycenter.microsoft.com";
const SHA1: &str = "6532ec91d513acc05f43ee0aa3002599729fd3e1";

/// A tenant that stands in for an organisation, and the way to it.
pub(crate) struct StandIn {
    pub(crate) tenant: OrganisationTenant,
    pub(crate) detour: Detour,
    endpoints: OrganisationEndpoints,
}

impl StandIn {
    pub(crate) async fn start() -> Self {
        let organisation = practice_tenant::Organisation::commercial(TENANT, CLIENT);
        let tenant = OrganisationTenant::start(Settings::default(), organisation).await.unwrap();
        let detour = Detour::new([AUTHORITY, API], tenant.port, &tenant.root_certificate).unwrap();
        let endpoints = OrganisationEndpoints::new(&Organisation {
            cloud: Cloud::Commercial,
            tenant: TENANT.into(),
            client: CLIENT.into(),
        })
        .unwrap()
        .with_detour(detour.clone());
        Self { tenant, detour, endpoints }
    }

    /// The person's browser finds the authority by a way of its own.
    fn browser(&self) -> Browser {
        let root = Certificate::from_pem(self.tenant.root_certificate.as_bytes()).unwrap();
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, self.tenant.port));
        let builder = reqwest::Client::builder().tls_certs_only([root]).resolve(AUTHORITY, here);
        Browser::built_by(builder).unwrap()
    }

    /// A session of the first analyst.
    pub(crate) async fn session(&self) -> Session<OrganisationEndpoints> {
        let attempt = Attempt::begin(self.endpoints.clone(), Hint::None).await.unwrap();
        let (browser, link) = (self.browser(), attempt.link().clone());
        let choice = Choice::Analyst(analysts()[0].object_id);
        let (session, answered) =
            tokio::join!(attempt.finish(no_store(), || {}), browser.sign_in(&link, choice));
        assert!(answered.unwrap().is_success());
        session.unwrap()
    }
}

#[tokio::test]
async fn signing_in_and_asking_goes_to_the_clouds_two_hosts_alone() {
    let stand_in = StandIn::start().await;
    let attempt = Attempt::begin(stand_in.endpoints.clone(), Hint::None).await.unwrap();
    let link = attempt.link().clone();
    let finished = tokio::spawn(attempt.finish(no_store(), || {}));

    let choice = Choice::Analyst(analysts()[1].object_id);
    assert_eq!(stand_in.browser().sign_in(&link, choice).await.unwrap(), StatusCode::OK);
    let session = finished.await.unwrap().unwrap();
    let first = session.access_token().await.unwrap();
    session.replace(&first).await.unwrap();
    let session = Arc::new(session);
    let source = DefenderFiles::new(Arc::clone(&session)).unwrap();

    let answer = source.ask(SHA1.parse().unwrap(), turn().await).await.unwrap();

    assert_eq!(answer.incomplete, None);
    assert!(!answer.alerts.is_empty());
    assert_eq!(answer.provenance.host, API);
    let asked = stand_in.tenant.tenant.arrived(Route::FileAlerts, 1).await;
    assert_eq!(asked.path_and_query, format!("/api/files/{SHA1}/alerts"));
    let account = session.account();
    assert_eq!(account.name, analysts()[1].name);
    assert_eq!(account.sees, None, "only the roles in a real tenant know");
    assert_eq!(account.id.realm, Realm::Organisation);
    assert_eq!(account.id.cloud, Some(Cloud::Commercial));
    assert_eq!(account.id.tenant, TENANT);
    let asked: BTreeSet<_> = stand_in.detour.asked().into_iter().collect();
    assert_eq!(asked, BTreeSet::from([API.to_owned(), AUTHORITY.to_owned()]));
}

#[tokio::test]
async fn another_host_is_refused_and_recorded() {
    let stand_in = StandIn::start().await;
    let http = stand_in.endpoints.http(Purpose::Api).unwrap();

    let error = http.get("https://elsewhere.example/").send().await.unwrap_err();

    assert!(error.is_connect(), "{error:?}");
    assert_eq!(stand_in.detour.asked(), ["elsewhere.example"]);
}

#[tokio::test]
async fn a_certificate_of_another_authority_is_not_trusted() {
    let stand_in = StandIn::start().await;
    let stranger = StandIn::start().await;
    // The way leads to the stranger's listener, the trust is still in the first one's root.
    let root = &stand_in.tenant.root_certificate;
    let detour = Detour::new([AUTHORITY, API], stranger.tenant.port, root).unwrap();
    let endpoints = stand_in.endpoints.clone().with_detour(detour);
    let attempt = Attempt::begin(endpoints, Hint::None).await.unwrap();
    let back = stranger
        .browser()
        .choose(attempt.link(), Choice::Analyst(analysts()[0].object_id))
        .await
        .unwrap();
    let finished = tokio::spawn(attempt.finish(no_store(), || {}));

    stranger.browser().deliver(&back).await.unwrap();

    let error = finished.await.unwrap().unwrap_err();
    assert!(matches!(error, SignInError::Unreachable { .. }), "{error:?}");
    assert_eq!(stranger.tenant.tenant.calls(practice_tenant::Route::Token), 0);
}
