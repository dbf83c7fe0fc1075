//! Every cloud from the window, under its real host names: nobody else is looked up, and what belongs
//! to one tenant never goes to another.

use std::collections::BTreeSet;

use droptrace_core::{
    identity::{Detour, ThreadLed, hosts},
    view::{
        ApiHost, Cloud, ErrorCode, Head, OrganisationForm, OrganisationId, Permission, Session,
        SignInTo,
    },
};
use droptrace_practice_tenant::{
    Organisation, OrganisationTenants, PracticeTenant, Route, Settings,
};

use crate::{
    analyst::{servers, workstations},
    browser::{Browser, Choice},
    organisation::{CLIENT, TENANT, browser_to},
    scene::{Scene, interrupted, is_kept},
};

const OTHER_TENANT: &str = "9b0e6f52-2d1c-4c3a-9a77-41d05c8be3f0";
const OTHER_CLIENT: &str = "1f6a2c94-7e55-4b0d-8c1b-d2e90a7735c6";
/// The example of the "Get file related alerts API" page: it has alerts.
const ALERTED: &str = "6532ec91d513acc05f43ee0aa3002599729fd3e1";

fn stand_in(cloud: Cloud, tenant: &str, client: &str) -> Organisation {
    match cloud {
        Cloud::Commercial => Organisation::commercial(tenant, client),
        Cloud::Gcc => Organisation::gcc(tenant, client),
        Cloud::GccHigh => Organisation::gcc_high(tenant, client),
        Cloud::Dod => Organisation::dod(tenant, client),
    }
}

fn form(cloud: Cloud, tenant: &str, client: &str) -> OrganisationForm {
    let (tenant, client) = (tenant.to_owned(), client.to_owned());
    OrganisationForm { cloud, tenant, client, host: ApiHost::Global, domain: None }
}

/// A window, and so many tenants behind their clouds' host names.
struct Clouds<const N: usize> {
    tenants: OrganisationTenants<N>,
    detour: Detour,
    browser: Browser,
    scene: Scene,
    ids: [OrganisationId; N],
    _led: ThreadLed,
}

impl<const N: usize> Clouds<N> {
    async fn of(organisations: [(Cloud, &str, &str); N]) -> Self {
        let settings = || Settings { keep_requests: true, ..Settings::default() };
        let stand_ins =
            organisations.map(|(cloud, tenant, client)| stand_in(cloud, tenant, client));
        let known: BTreeSet<String> = stand_ins
            .iter()
            .flat_map(|organisation| [organisation.authority.clone(), organisation.api.clone()])
            .collect();
        let tenants = stand_ins.map(|organisation| (settings(), organisation));
        let tenants = OrganisationTenants::start(tenants).await.unwrap();
        let detour = Detour::new(known.clone(), tenants.port, &tenants.root_certificate).unwrap();
        let led = detour.lead_this_thread();
        let names = known.iter().map(String::as_str);
        let browser = browser_to(names, tenants.port, &tenants.root_certificate);
        let mut scene = Scene::set().await;
        for (cloud, tenant, client) in organisations {
            scene.workbench.connect(form(cloud, tenant, client)).await.unwrap();
        }
        let head = scene.head_where(|head| head.organisations.len() == N).await;
        let ids = organisations.map(|(cloud, tenant, _)| {
            let is_it = |known: &&droptrace_core::view::Connected| {
                (known.organisation.cloud, &*known.organisation.tenant) == (cloud, tenant)
            };
            head.organisations.iter().find(is_it).unwrap().id
        });
        Self { tenants, detour, browser, scene, ids, _led: led }
    }

    async fn sign_in(&mut self, which: usize, analyst: &'static str) -> Head {
        let to = SignInTo::Organisation { id: self.ids[which] };
        self.scene.workbench.sign_in(to, false).await.unwrap();
        let link = self.scene.links.recv().await.unwrap();
        self.browser.sign_in(&link, Choice::Analyst(analyst)).await.unwrap();
        self.there(which).await
    }

    /// Somebody of this organisation is signed in, for good.
    async fn there(&mut self, which: usize) -> Head {
        let id = self.ids[which];
        let is_there = |head: &Head| {
            let active = head.accounts.iter().find(|known| known.active);
            is_kept(head) && active.is_some_and(|known| known.organisation == Some(id))
        };
        self.scene.head_where(is_there).await
    }

    fn tenant(&self, which: usize) -> &PracticeTenant {
        &self.tenants.tenants[which]
    }
}

#[tokio::test]
async fn in_each_cloud_nobody_but_its_own_hosts_is_looked_up() {
    for cloud in Cloud::ALL {
        let mut clouds = Clouds::of([(cloud, TENANT, CLIENT)]).await;
        clouds.scene.workbench.start_check(clouds.ids[0]).await.unwrap();
        let link = clouds.scene.links.recv().await.unwrap();
        let choice = Choice::Analyst(workstations().object_id);
        clouds.browser.sign_in(&link, choice).await.unwrap();
        let is_over = |head: &Head| head.check.as_ref().is_some_and(|check| !check.running);
        clouds.scene.head_where(is_over).await;
        clouds.there(0).await;

        clouds.scene.workbench.take_in_text(ALERTED.into()).await.unwrap();
        let head = clouds.scene.all_answered().await;
        assert_eq!(head.counts.alerted, 1, "{cloud:?}");
        clouds.tenant(0).refuse_access_tokens();
        clouds.scene.drop_files(0..2);
        clouds.scene.head_where(|head| head.counts.none_visible == 2).await;
        assert!(clouds.tenant(0).grants("refresh_token") > 0, "{cloud:?}");
        clouds.scene.workbench.sign_out();
        clouds.scene.head_where(|head| matches!(head.session, Session::SignedOut { .. })).await;

        let asked: BTreeSet<String> = clouds.detour.asked().into_iter().collect();
        let stand_in = stand_in(cloud, TENANT, CLIENT);
        let own = BTreeSet::from([stand_in.authority, stand_in.api]);
        assert_eq!(asked, own, "{cloud:?}");
        let allowed = hosts(cloud);
        assert!(asked.iter().all(|host| allowed.contains(&host.as_str())), "{cloud:?}");
    }
}

/// Everything of token responses that whoever has it may use.
fn secrets(tenant: &PracticeTenant) -> Vec<String> {
    let granted = tenant.granted();
    let of = |name: &'static str| {
        let tokens = granted.iter().filter_map(move |granted| granted[name].as_str());
        tokens.map(str::to_owned).collect::<Vec<_>>()
    };
    [of("access_token"), of("refresh_token"), of("id_token")].concat()
}

#[tokio::test]
async fn tokens_of_two_tenants_never_cross() {
    for (one, other) in [
        (Cloud::Commercial, Cloud::GccHigh),
        // One authority for both.
        (Cloud::Commercial, Cloud::Gcc),
        // One authority, and one host of the API.
        (Cloud::GccHigh, Cloud::Dod),
        (Cloud::Commercial, Cloud::Commercial),
    ] {
        let both = [(one, TENANT, CLIENT), (other, OTHER_TENANT, OTHER_CLIENT)];
        let mut clouds = Clouds::of(both).await;
        // The same person by the object id, in two tenants.
        let mara = workstations().object_id;
        let first = clouds.sign_in(0, mara).await;
        clouds.scene.workbench.take_in_text(ALERTED.into()).await.unwrap();
        clouds.scene.all_answered().await;
        let second = clouds.sign_in(1, mara).await;
        assert!(second.epoch > first.epoch);
        assert_eq!(second.accounts.len(), 2);
        clouds.scene.all_answered().await;
        for which in [0, 1] {
            clouds.tenant(which).refuse_access_tokens();
        }
        clouds.scene.drop_files(0..2);
        clouds.scene.head_where(|head| head.counts.none_visible == 2).await;
        let head = clouds.scene.head_where(|_| true).await;
        let back = head.accounts.iter().find(|known| !known.active).unwrap().handle;
        clouds.scene.workbench.switch_account(back).await.unwrap();
        clouds.there(0).await;
        clouds.scene.drop_files(2..4);
        let done = |head: &Head| head.counts.none_visible == 4 && head.counts.alerted == 1;
        clouds.scene.head_where(done).await;

        for (own, foreign) in [(0, 1), (1, 0)] {
            let secrets = secrets(clouds.tenant(foreign));
            assert!(secrets.len() > 3, "it gave some out, and renewed them");
            for request in clouds.tenant(own).requests() {
                let carries = secrets.iter().any(|secret| request.carries(secret.as_bytes()));
                assert!(!carries, "{one:?} {other:?} {request:?}");
            }
            assert!(clouds.tenant(own).calls(Route::FileAlerts) > 0);
        }
    }
}

#[tokio::test]
async fn who_leaves_one_tenant_stays_in_the_other() {
    let both = [(Cloud::Commercial, TENANT, CLIENT), (Cloud::GccHigh, OTHER_TENANT, OTHER_CLIENT)];
    let mut clouds = Clouds::of(both).await;
    clouds.sign_in(0, workstations().object_id).await;
    clouds.sign_in(1, servers().object_id).await;
    clouds.scene.keyring.until(|secrets| secrets.len() == 2).await;

    clouds.scene.workbench.disconnect(clouds.ids[0]).await.unwrap();

    let head = clouds.scene.head_where(|head| head.organisations.len() == 1).await;
    assert_eq!(head.accounts.len(), 1);
    assert_eq!(head.accounts[0].organisation, Some(clouds.ids[1]));
    clouds.scene.keyring.until(|secrets| secrets.len() == 1).await;
    clouds.scene.drop_files(0..2);
    clouds.scene.head_where(|head| head.counts.none_visible == 2).await;
    assert_eq!(clouds.tenant(0).calls(Route::FileAlerts), 0);
    assert_eq!(clouds.tenant(1).calls(Route::FileAlerts), 2);
}

#[tokio::test]
async fn the_greater_permission_is_remembered_for_the_organisation_that_wanted_it() {
    let mut clouds = Clouds::of([(Cloud::Commercial, TENANT, CLIENT)]).await;
    let mara = workstations().object_id;
    clouds.sign_in(0, mara).await;
    clouds.tenant(0).require_read_write(true);
    clouds.scene.drop_files(0..2);
    let needed = Some(ErrorCode::ReadWriteNeeded);
    clouds.scene.head_where(|head| interrupted(head) == needed).await;
    clouds.scene.workbench.step_up().await.unwrap();
    let link = clouds.scene.links.recv().await.unwrap();
    clouds.browser.sign_in(&link, Choice::Analyst(mara)).await.unwrap();
    let head = clouds.scene.head_where(|head| head.counts.none_visible == 2).await;
    assert_eq!(head.organisations[0].organisation.permission, Permission::AlertReadWrite);
    clouds.there(0).await;
    let pages = clouds.tenant(0).calls(Route::Authorize);

    clouds.scene = clouds.scene.restarted().await;
    clouds.scene.head_where(is_kept).await;
    clouds.scene.drop_files(2..5);
    let head = clouds.scene.head_where(|head| head.counts.none_visible == 3).await;

    assert_eq!(interrupted(&head), None);
    assert_eq!(clouds.tenant(0).calls(Route::Authorize), pages);
    // Nor does the next sign-in begin with less.
    clouds.scene.workbench.sign_out();
    clouds.scene.head_where(|head| matches!(head.session, Session::SignedOut { .. })).await;
    let to = SignInTo::Organisation { id: head.organisations[0].id };
    clouds.scene.workbench.sign_in(to, false).await.unwrap();
    let link = clouds.scene.links.recv().await.unwrap();
    assert!(link.query().unwrap().contains("Alert.ReadWrite"), "{link}");
}
