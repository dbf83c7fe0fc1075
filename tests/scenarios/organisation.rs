//! An organisation's endpoints under their real host names: a resolver that only tests have leads
//! them to a TLS listener on loopback, refuses every other name, and records all.

use std::{
    collections::BTreeSet,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use droptrace_core::{
    identity::{
        AccountId, Attempt, Detour, Endpoints, Hint, OrganisationEndpoints, Purpose, Session,
        SignInError, WallClock,
    },
    network::{Network, ProxyAddress},
    source::{AlertSource, defender::DefenderFiles},
    token_store::SavedSignIn,
    view::{ApiHost, Cloud, ErrorCode, Organisation, Permission, Realm, UserError},
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

pub(crate) const TENANT: &str = "5a1e0c77-93d4-4f6b-8f21-0b7d2c9e6a18";
pub(crate) const CLIENT: &str = "e4b8d3f0-1c26-4a95-b7d8-6f03a9c5e271";
pub(crate) const AUTHORITY: &str = "login.microsoftonline.com";
const API: &str = "api.securitycenter.microsoft.com";
/// The hosts of the commercial cloud's API, by name.
pub(crate) const HOSTS: [(ApiHost, &str); 12] = [
    (ApiHost::Global, API),
    (ApiHost::Us, "api-us.securitycenter.microsoft.com"),
    (ApiHost::Eu, "api-eu.securitycenter.microsoft.com"),
    (ApiHost::Uk, "api-uk.securitycenter.microsoft.com"),
    (ApiHost::Au, "api-au.securitycenter.microsoft.com"),
    (ApiHost::NewGlobal, "api.security.microsoft.com"),
    (ApiHost::NewUs, "us.api.security.microsoft.com"),
    (ApiHost::NewEu, "eu.api.security.microsoft.com"),
    (ApiHost::NewUk, "uk.api.security.microsoft.com"),
    (ApiHost::NewAu, "au.api.security.microsoft.com"),
    (ApiHost::NewSwa, "swa.api.security.microsoft.com"),
    (ApiHost::NewIna, "ina.api.security.microsoft.com"),
];
const SHA1: &str = "6532ec91d513acc05f43ee0aa3002599729fd3e1";

/// A browser that finds these hosts at this port, behind certificates of this authority, in PEM.
pub(crate) fn browser_to<'a>(
    hosts: impl IntoIterator<Item = &'a str>,
    port: u16,
    root: &str,
) -> Browser {
    let root = Certificate::from_pem(root.as_bytes()).unwrap();
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut builder = reqwest::Client::builder().tls_certs_only([root]);
    for host in hosts {
        builder = builder.resolve(host, here);
    }
    Browser::built_by(builder).unwrap()
}

fn at_host(host: ApiHost) -> Organisation {
    Organisation {
        cloud: Cloud::Commercial,
        tenant: TENANT.into(),
        client: CLIENT.into(),
        host,
        domain: None,
        permission: Permission::default(),
    }
}

/// A tenant that stands in for an organisation, and the way to it.
pub(crate) struct StandIn {
    /// The name of the API's host.
    pub(crate) api: &'static str,
    pub(crate) tenant: OrganisationTenant,
    pub(crate) detour: Detour,
    endpoints: OrganisationEndpoints,
}

impl StandIn {
    pub(crate) async fn start() -> Self {
        Self::at(HOSTS[0], Settings::default()).await
    }

    /// A tenant whose API is at this host; the audience stays the cloud's.
    pub(crate) async fn at((host, api): (ApiHost, &'static str), settings: Settings) -> Self {
        let organisation = practice_tenant::Organisation {
            api: api.to_owned(),
            ..practice_tenant::Organisation::commercial(TENANT, CLIENT)
        };
        let tenant = OrganisationTenant::start(settings, organisation).await.unwrap();
        let detour = Detour::new([AUTHORITY, api], tenant.port, &tenant.root_certificate).unwrap();
        let endpoints = OrganisationEndpoints::new(&at_host(host)).unwrap();
        let endpoints = endpoints.with_detour(detour.clone());
        Self { api, tenant, detour, endpoints }
    }

    /// Nobody was looked up but the authority and the API's host.
    pub(crate) fn assert_only_its_hosts_were_looked_up(&self) {
        let asked: BTreeSet<_> = self.detour.asked().into_iter().collect();
        assert_eq!(asked, BTreeSet::from([self.api.to_owned(), AUTHORITY.to_owned()]));
    }

    /// The person's browser finds the authority by a way of its own.
    pub(crate) fn browser(&self) -> Browser {
        browser_to([AUTHORITY], self.tenant.port, &self.tenant.root_certificate)
    }

    /// A session of the first analyst.
    pub(crate) async fn session(&self) -> Session<OrganisationEndpoints> {
        let attempt = Attempt::begin(self.endpoints.clone(), Hint::None).await.unwrap();
        let (browser, link) = (self.browser(), attempt.link().clone());
        let choice = Choice::Analyst(analysts()[0].object_id);
        let (session, answered) =
            tokio::join!(attempt.finish(no_store(), |_| {}), browser.sign_in(&link, choice));
        assert!(answered.unwrap().is_success());
        session.unwrap()
    }
}

#[tokio::test]
async fn what_is_in_the_way_of_a_renewal_is_named() {
    let network = Network::of_system();
    // Nobody listens on the port of the discard service.
    network.set_proxy(Some(ProxyAddress::new("127.0.0.1", "9").unwrap()), None);
    let endpoints = OrganisationEndpoints::new(&at_host(ApiHost::Global)).unwrap();
    let id = AccountId {
        realm: Realm::Organisation,
        cloud: Some(Cloud::Commercial),
        tenant: TENANT.into(),
        object: analysts()[0].object_id.into(),
    };
    let saved = SavedSignIn {
        generation: 1,
        refresh_token: "1.kept".into(),
        name: "Mara".into(),
        sign_in_name: "mara@contoso.example".into(),
    };
    let endpoints = endpoints.with_network(network);
    let session =
        Session::restore(id, endpoints, saved, no_store(), WallClock::of_system()).unwrap();
    let source = DefenderFiles::new(Arc::new(session)).unwrap();

    let error = source.ask(SHA1.parse().unwrap(), turn().await).await.unwrap_err();
    assert_eq!(UserError::from(&error).code, ErrorCode::AuthorityUnreachable);
    let error = source.explained(error).await;

    assert!(error.is_transient(), "{error:?}");
    assert_eq!(UserError::from(&error).code, ErrorCode::ProxyUnreachable);
}

#[tokio::test]
async fn signing_in_and_asking_goes_to_the_two_hosts_that_were_chosen_alone() {
    assert_eq!(HOSTS.map(|(host, _)| host), ApiHost::ALL);
    for host in HOSTS {
        assert_two_hosts_alone(StandIn::at(host, Settings::default()).await).await;
    }
}

async fn assert_two_hosts_alone(stand_in: StandIn) {
    let attempt = Attempt::begin(stand_in.endpoints.clone(), Hint::None).await.unwrap();
    let link = attempt.link().clone();
    let finished = tokio::spawn(attempt.finish(no_store(), |_| {}));

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
    assert_eq!(answer.provenance.host, stand_in.api);
    let asked = stand_in.tenant.tenant.arrived(Route::FileAlerts, 1).await;
    assert_eq!(asked.path_and_query, format!("/api/files/{SHA1}/alerts"));
    let account = session.account();
    assert_eq!(account.name, analysts()[1].name);
    assert_eq!(account.sees, None, "only the roles in a real tenant know");
    assert_eq!(account.id.realm, Realm::Organisation);
    assert_eq!(account.id.cloud, Some(Cloud::Commercial));
    assert_eq!(account.id.tenant, TENANT);
    stand_in.assert_only_its_hosts_were_looked_up();
}

#[tokio::test]
async fn another_host_is_refused_and_recorded() {
    let stand_in = StandIn::start().await;
    let http = stand_in.endpoints.http(Purpose::Api).unwrap().current();

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
    let finished = tokio::spawn(attempt.finish(no_store(), |_| {}));

    stranger.browser().deliver(&back).await.unwrap();

    let error = finished.await.unwrap().unwrap_err();
    assert!(matches!(error, SignInError::Unreachable { .. }), "{error:?}");
    assert_eq!(stranger.tenant.tenant.calls(practice_tenant::Route::Token), 0);
}
