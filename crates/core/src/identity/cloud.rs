//! Microsoft's clouds as data: where to sign in, what to ask for, whom to ask, where to read on.
//!
//! The commercial cloud has several API hosts. Hosts and audiences from the "Supported Microsoft
//! Defender for Endpoint APIs" and "Microsoft Defender for US Government customers" pages, the hosts
//! of Microsoft Graph from its "National cloud deployments" page. The audience is never built from
//! the host: the newer API hosts are no identifier of the Defender application.

use crate::view::{ApiHost, Cloud};

/// The fixed facts of a cloud, as asked at one of its hosts. Every value is an origin with a trailing
/// slash, but the audience, which has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CloudFacts {
    pub(super) authority: &'static str,
    pub(super) audience: &'static str,
    pub(super) api: &'static str,
    pub(super) graph: &'static str,
    pub(super) portal: &'static str,
}

/// The facts of `cloud`, asked at `host`; none if the cloud does not have that host.
pub(super) fn facts(cloud: Cloud, host: ApiHost) -> Option<CloudFacts> {
    let facts = usual(cloud);
    match (cloud, host) {
        (_, ApiHost::Global) => Some(facts),
        (Cloud::Commercial, host) => Some(CloudFacts { api: commercial(host), ..facts }),
        (Cloud::Gcc | Cloud::GccHigh | Cloud::Dod, _) => None,
    }
}

/// Every host that this program may ask in `cloud`: to sign in, for alerts, and Microsoft Graph. Each
/// stands once. The portal is not among them: only the browser goes there.
pub fn hosts(cloud: Cloud) -> Vec<&'static str> {
    let mut hosts: Vec<&str> = ApiHost::ALL
        .into_iter()
        .filter_map(|host| facts(cloud, host))
        .flat_map(|facts| [facts.authority, facts.api, facts.graph])
        .filter_map(|origin| origin.strip_prefix("https://")?.strip_suffix('/'))
        .collect();
    hosts.sort_unstable();
    hosts.dedup();
    hosts
}

/// Where Microsoft Graph of `cloud` is.
pub(crate) fn graph(cloud: Cloud) -> &'static str {
    usual(cloud).graph
}

/// The API hosts of the commercial cloud.
fn commercial(host: ApiHost) -> &'static str {
    match host {
        ApiHost::Global => "https://api.securitycenter.microsoft.com/",
        ApiHost::Us => "https://api-us.securitycenter.microsoft.com/",
        ApiHost::Eu => "https://api-eu.securitycenter.microsoft.com/",
        ApiHost::Uk => "https://api-uk.securitycenter.microsoft.com/",
        ApiHost::Au => "https://api-au.securitycenter.microsoft.com/",
        ApiHost::NewGlobal => "https://api.security.microsoft.com/",
        ApiHost::NewUs => "https://us.api.security.microsoft.com/",
        ApiHost::NewEu => "https://eu.api.security.microsoft.com/",
        ApiHost::NewUk => "https://uk.api.security.microsoft.com/",
        ApiHost::NewAu => "https://au.api.security.microsoft.com/",
        ApiHost::NewSwa => "https://swa.api.security.microsoft.com/",
        ApiHost::NewIna => "https://ina.api.security.microsoft.com/",
    }
}

/// The facts of a cloud at its usual host.
fn usual(cloud: Cloud) -> CloudFacts {
    match cloud {
        Cloud::Commercial => CloudFacts {
            authority: "https://login.microsoftonline.com/",
            audience: "https://api.securitycenter.microsoft.com",
            api: commercial(ApiHost::Global),
            graph: "https://graph.microsoft.com/",
            portal: "https://security.microsoft.com/",
        },
        // Signs in at the commercial authority.
        Cloud::Gcc => CloudFacts {
            authority: "https://login.microsoftonline.com/",
            audience: "https://api-gcc.securitycenter.microsoft.us",
            api: "https://api-gcc.securitycenter.microsoft.us/",
            graph: "https://graph.microsoft.com/",
            portal: "https://security.microsoft.com/",
        },
        Cloud::GccHigh => CloudFacts {
            authority: "https://login.microsoftonline.us/",
            audience: "https://api-gov.securitycenter.microsoft.us",
            api: "https://api-gov.securitycenter.microsoft.us/",
            graph: "https://graph.microsoft.us/",
            portal: "https://security.microsoft.us/",
        },
        Cloud::Dod => CloudFacts {
            authority: "https://login.microsoftonline.us/",
            audience: "https://api-gov.securitycenter.microsoft.us",
            api: "https://api-gov.securitycenter.microsoft.us/",
            graph: "https://dod-graph.microsoft.us/",
            portal: "https://security.apps.mil/",
        },
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    const ALL: [Cloud; 4] = [Cloud::Commercial, Cloud::Gcc, Cloud::GccHigh, Cloud::Dod];

    #[test]
    fn every_origin_is_https_without_a_path() {
        for (cloud, host) in combinations() {
            let Some(facts) = facts(cloud, host) else { continue };
            for origin in [facts.authority, facts.api, facts.graph, facts.portal] {
                let url = Url::parse(origin).unwrap();
                assert_eq!(
                    (url.scheme(), url.path(), url.port()),
                    ("https", "/", None),
                    "{origin}"
                );
                assert_eq!(url.as_str(), origin);
            }
        }
    }

    /// API host, authority, audience, Graph host and portal of every combination that there is;
    /// nothing here is derived from anything else.
    const TABLE: &[(Cloud, ApiHost, [&str; 5])] = &[
        (Cloud::Commercial, ApiHost::Global, of_commercial("api.securitycenter.microsoft.com")),
        (Cloud::Commercial, ApiHost::Us, of_commercial("api-us.securitycenter.microsoft.com")),
        (Cloud::Commercial, ApiHost::Eu, of_commercial("api-eu.securitycenter.microsoft.com")),
        (Cloud::Commercial, ApiHost::Uk, of_commercial("api-uk.securitycenter.microsoft.com")),
        (Cloud::Commercial, ApiHost::Au, of_commercial("api-au.securitycenter.microsoft.com")),
        (Cloud::Commercial, ApiHost::NewGlobal, of_commercial("api.security.microsoft.com")),
        (Cloud::Commercial, ApiHost::NewUs, of_commercial("us.api.security.microsoft.com")),
        (Cloud::Commercial, ApiHost::NewEu, of_commercial("eu.api.security.microsoft.com")),
        (Cloud::Commercial, ApiHost::NewUk, of_commercial("uk.api.security.microsoft.com")),
        (Cloud::Commercial, ApiHost::NewAu, of_commercial("au.api.security.microsoft.com")),
        (Cloud::Commercial, ApiHost::NewSwa, of_commercial("swa.api.security.microsoft.com")),
        (Cloud::Commercial, ApiHost::NewIna, of_commercial("ina.api.security.microsoft.com")),
        (
            Cloud::Gcc,
            ApiHost::Global,
            [
                "api-gcc.securitycenter.microsoft.us",
                "login.microsoftonline.com",
                "https://api-gcc.securitycenter.microsoft.us",
                "graph.microsoft.com",
                "security.microsoft.com",
            ],
        ),
        (
            Cloud::GccHigh,
            ApiHost::Global,
            [
                "api-gov.securitycenter.microsoft.us",
                "login.microsoftonline.us",
                "https://api-gov.securitycenter.microsoft.us",
                "graph.microsoft.us",
                "security.microsoft.us",
            ],
        ),
        (
            Cloud::Dod,
            ApiHost::Global,
            [
                "api-gov.securitycenter.microsoft.us",
                "login.microsoftonline.us",
                "https://api-gov.securitycenter.microsoft.us",
                "dod-graph.microsoft.us",
                "security.apps.mil",
            ],
        ),
    ];

    const fn of_commercial(api: &str) -> [&str; 5] {
        [
            api,
            "login.microsoftonline.com",
            "https://api.securitycenter.microsoft.com",
            "graph.microsoft.com",
            "security.microsoft.com",
        ]
    }

    fn combinations() -> impl Iterator<Item = (Cloud, ApiHost)> {
        ALL.into_iter().flat_map(|cloud| ApiHost::ALL.map(|host| (cloud, host)))
    }

    #[test]
    fn every_cloud_is_asked_at_its_own_hosts_for_its_one_audience() {
        for (cloud, host) in combinations() {
            let given = facts(cloud, host).map(|facts| {
                [
                    facts.api.to_owned(),
                    facts.authority.to_owned(),
                    facts.audience.to_owned(),
                    facts.graph.to_owned(),
                    facts.portal.to_owned(),
                ]
            });

            let row = TABLE.iter().find(|(of, at, _)| (*of, *at) == (cloud, host));
            let expected = row.map(|(.., [api, authority, audience, graph, portal])| {
                let origin = |host: &str| format!("https://{host}/");
                let audience = (*audience).to_owned();
                [origin(api), origin(authority), audience, origin(graph), origin(portal)]
            });
            assert_eq!(given, expected, "{cloud:?} {host:?}");
        }
    }

    #[test]
    fn a_cloud_asks_its_own_hosts_alone() {
        assert_eq!(
            hosts(Cloud::Gcc),
            [
                "api-gcc.securitycenter.microsoft.us",
                "graph.microsoft.com",
                "login.microsoftonline.com",
            ]
        );
        assert_eq!(
            hosts(Cloud::GccHigh),
            [
                "api-gov.securitycenter.microsoft.us",
                "graph.microsoft.us",
                "login.microsoftonline.us",
            ]
        );
        assert_eq!(
            hosts(Cloud::Dod),
            [
                "api-gov.securitycenter.microsoft.us",
                "dod-graph.microsoft.us",
                "login.microsoftonline.us",
            ]
        );
        let commercial = hosts(Cloud::Commercial);
        assert_eq!(commercial.len(), 14);
        for (cloud, _, [api, ..]) in TABLE {
            assert_eq!(commercial.contains(api), *cloud == Cloud::Commercial, "{api}");
        }
    }
}
