//! What holds, of what the administrator has set and what the person has chosen.

use super::{ManagedError, Policy, ResponseMode, Section};
use crate::{
    identity::{Endpoints, OrganisationEndpoints},
    settings::{ProxyChoice, Settings},
    view::{
        Cloud, Managed, ManagedName, ManagedSetting, Organisation, Preferences, Retention, Shown,
    },
    words,
};

/// What holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for a setting of its own")]
pub struct Effective {
    /// The settings that hold. They are not to be saved in the place of the person's own, which come
    /// back when the administrator sets nothing any more.
    pub settings: Settings,
    /// What the window shows of it.
    pub managed: Managed,
    /// Whether the practice tenant is offered.
    pub practice: bool,
    /// Whether the browser brings the sign-in's answer in the address.
    pub query_mode: bool,
    /// The one organisation that can be used.
    pub locked_organisation: Option<Organisation>,
    /// Whether the proxy is fixed.
    pub proxy_locked: bool,
    /// Whether the certificate authorities are fixed.
    pub ca_locked: bool,
    /// Whether it is fixed how long answers are kept.
    pub history_locked: bool,
}

/// What holds, of what [`read`](super::read) gave and the person's own settings. Of what cannot be
/// followed nothing holds.
pub fn effective(read: &Result<Option<Policy>, ManagedError>, own: &Settings) -> Effective {
    match read {
        Ok(Some(policy)) => policy.over(own),
        Ok(None) => Effective::of(own, Managed::None),
        Err(error) => Effective::of(own, error.view()),
    }
}

impl Effective {
    fn of(own: &Settings, managed: Managed) -> Self {
        Self {
            settings: own.clone(),
            managed,
            practice: true,
            query_mode: false,
            locked_organisation: None,
            proxy_locked: false,
            ca_locked: false,
            history_locked: false,
        }
    }
}

impl Policy {
    /// What holds, of this and the person's own settings.
    ///
    /// A locked value holds whatever the person has chosen; a locked organisation is the only one,
    /// but the person's others are not forgotten. A preset holds until the person has chosen
    /// something in its place, which [`Settings::chosen`] tells where the choice looks like none; a
    /// preset organisation stands beside the person's others until they have disconnected it. For
    /// the practice tenant and the response mode the person has no choice of their own, so a preset
    /// of them is locked.
    pub fn over(&self, own: &Settings) -> Effective {
        let mut effective = Effective::of(own, Managed::None);
        let mut shown = Vec::new();
        for (section, locked) in [(&self.preset, false), (&self.locked, true)] {
            let mut over = Over { own, locked, effective: &mut effective, shown: &mut shown };
            over.section(section);
        }
        shown.sort_by_key(|setting: &ManagedSetting| setting.name as u8);
        effective.managed = Managed::Applied { place: Shown::of(&self.place), settings: shown };
        effective
    }

    /// Disconnects an organisation in the person's own settings. If it is the preset one, that is
    /// remembered: it would otherwise stand there again.
    pub fn disconnect(&self, own: &mut Settings, organisation: &Organisation) {
        own.organisations.retain(|known| !known.is_same_tenant(organisation));
        let preset = self.preset.organisation.as_ref();
        if preset.is_some_and(|preset| preset.is_same_tenant(organisation)) {
            own.chosen.disconnected = Some(organisation.tenant.clone());
        }
    }
}

/// One section on its way into what holds.
struct Over<'a> {
    own: &'a Settings,
    locked: bool,
    effective: &'a mut Effective,
    shown: &'a mut Vec<ManagedSetting>,
}

impl Over<'_> {
    fn section(&mut self, section: &Section) {
        if let Some(organisation) = &section.organisation {
            self.organisation(organisation);
        }
        let (own, chosen) = (self.own, &self.own.chosen);
        if let Some(proxy) = &section.proxy {
            let has_own = chosen.proxy || own.network.proxy.is_some();
            let differs = own.network.proxy.as_ref() != Some(proxy);
            if self.holds(ManagedName::Proxy, proxy_shown(proxy), has_own, differs) {
                self.effective.settings.network.proxy = Some(proxy.clone());
                self.effective.proxy_locked = self.locked;
            }
        }
        if let Some(file) = &section.extra_ca {
            let has_own = chosen.extra_ca || own.network.extra_ca.is_some();
            let differs = own.network.extra_ca.as_ref() != Some(file);
            let value = Shown::of_os(file.as_os_str());
            if self.holds(ManagedName::ExtraCa, value, has_own, differs) {
                self.effective.settings.network.extra_ca = Some(file.clone());
                self.effective.ca_locked = self.locked;
            }
        }
        if let Some(history) = section.history {
            let kept = own.preferences.retention;
            let has_own = chosen.history || kept != Preferences::default().retention;
            let value = Shown::of(retention_shown(history));
            if self.holds(ManagedName::History, value, has_own, kept != history) {
                self.effective.settings.preferences.retention = history;
                self.effective.history_locked = self.locked;
            }
        }
        self.locked = true;
        if let Some(practice) = section.practice {
            let value = words::sentence(if practice {
                "managed.value.practice.offered"
            } else {
                "managed.value.practice.notOffered"
            });
            self.show(ManagedName::Practice, Shown::of(value), false);
            self.effective.practice = practice;
        }
        if let Some(mode) = section.response_mode {
            let value = words::sentence(match mode {
                ResponseMode::FormPost => "managed.value.responseMode.formPost",
                ResponseMode::Query => "managed.value.responseMode.query",
            });
            self.show(ManagedName::ResponseMode, Shown::of(value), false);
            self.effective.query_mode = mode == ResponseMode::Query;
        }
    }

    /// Shows a setting, and tells whether it holds.
    fn holds(&mut self, name: ManagedName, value: Shown, has_own: bool, differs: bool) -> bool {
        let gives_way = has_own && !self.locked;
        self.show(name, value, gives_way && differs);
        !gives_way
    }

    fn show(&mut self, name: ManagedName, value: Shown, overridden: bool) {
        self.shown.push(ManagedSetting { name, value, locked: self.locked, overridden });
    }

    fn organisation(&mut self, managed: &Organisation) {
        let value = organisation_shown(managed);
        let known = self.own.organisations.iter().find(|own| own.is_same_tenant(managed));
        if self.locked {
            let locked = known.filter(|own| own.client == managed.client).map_or_else(
                || managed.clone(),
                // What was found out about it meanwhile holds on.
                |own| Organisation {
                    domain: own.domain.clone(),
                    permission: own.permission,
                    ..managed.clone()
                },
            );
            self.effective.settings.organisations = vec![locked.clone()];
            self.effective.locked_organisation = Some(locked);
            return self.show(ManagedName::Organisation, value, false);
        }
        let overridden = match known {
            Some(own) => (&own.client, own.host) != (&managed.client, managed.host),
            None if self.own.chosen.disconnected.as_ref() == Some(&managed.tenant) => true,
            None => {
                // The latest is the last.
                self.effective.settings.organisations.insert(0, managed.clone());
                false
            }
        };
        self.show(ManagedName::Organisation, value, overridden);
    }
}

fn organisation_shown(organisation: &Organisation) -> Shown {
    let cloud = words::sentence(cloud_key(organisation.cloud));
    let endpoints = OrganisationEndpoints::new(organisation);
    let host = endpoints.as_ref().ok().and_then(|endpoints| endpoints.api().host_str());
    Shown::of(&words::filled(
        "managed.value.organisation",
        &[
            ("tenant", &organisation.tenant),
            ("cloud", cloud),
            ("client", &organisation.client),
            ("host", host.unwrap_or_default()),
        ],
    ))
}

fn cloud_key(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Commercial => "cloud.commercial",
        Cloud::Gcc => "cloud.gcc",
        Cloud::GccHigh => "cloud.gccHigh",
        Cloud::Dod => "cloud.dod",
    }
}

fn proxy_shown(proxy: &ProxyChoice) -> Shown {
    let address = format!("{}:{}", proxy.host, proxy.port);
    match &proxy.user {
        None => Shown::of(&address),
        Some(user) => Shown::of(&words::filled(
            "managed.value.proxy",
            &[("address", &address), ("user", user)],
        )),
    }
}

fn retention_shown(retention: Retention) -> &'static str {
    words::sentence(match retention {
        Retention::Off => "preferences.retention.off",
        Retention::Day => "preferences.retention.day",
        Retention::Week => "preferences.retention.week",
        Retention::Month => "preferences.retention.month",
        Retention::Quarter => "preferences.retention.quarter",
    })
}
