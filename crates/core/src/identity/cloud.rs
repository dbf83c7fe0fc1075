//! Microsoft's clouds as data: where to sign in, what to ask for, whom to ask, where to read on.
//!
//! Hosts and audiences from the "Supported Microsoft Defender for Endpoint APIs" and "Microsoft
//! Defender for US Government customers" pages. The audience is never built from the host: the
//! newer API hosts are no identifier of the Defender application.

use crate::view::Cloud;

/// The fixed facts of a cloud. Every value is an origin with a trailing slash, but the scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CloudFacts {
    pub(super) authority: &'static str,
    pub(super) scope: &'static str,
    pub(super) api: &'static str,
    pub(super) portal: &'static str,
}

/// The facts of `cloud`.
pub(super) fn facts(cloud: Cloud) -> CloudFacts {
    match cloud {
        Cloud::Commercial => CloudFacts {
            authority: "https://login.microsoftonline.com/",
            scope: "https://api.securitycenter.microsoft.com/Alert.Read",
            api: "https://api.securitycenter.microsoft.com/",
            portal: "https://security.microsoft.com/",
        },
        // Signs in at the commercial authority.
        Cloud::Gcc => CloudFacts {
            authority: "https://login.microsoftonline.com/",
            scope: "https://api-gcc.securitycenter.microsoft.us/Alert.Read",
            api: "https://api-gcc.securitycenter.microsoft.us/",
            portal: "https://security.microsoft.com/",
        },
        Cloud::GccHigh => CloudFacts {
            authority: "https://login.microsoftonline.us/",
            scope: "https://api-gov.securitycenter.microsoft.us/Alert.Read",
            api: "https://api-gov.securitycenter.microsoft.us/",
            portal: "https://security.microsoft.us/",
        },
        Cloud::Dod => CloudFacts {
            authority: "https://login.microsoftonline.us/",
            scope: "https://api-gov.securitycenter.microsoft.us/Alert.Read",
            api: "https://api-gov.securitycenter.microsoft.us/",
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
        for cloud in ALL {
            let facts = facts(cloud);
            for origin in [facts.authority, facts.api, facts.portal] {
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

    #[test]
    fn each_cloud_signs_in_and_asks_at_its_own_hosts() {
        let table = [
            (Cloud::Commercial, "login.microsoftonline.com", "api.securitycenter.microsoft.com"),
            (Cloud::Gcc, "login.microsoftonline.com", "api-gcc.securitycenter.microsoft.us"),
            (Cloud::GccHigh, "login.microsoftonline.us", "api-gov.securitycenter.microsoft.us"),
            (Cloud::Dod, "login.microsoftonline.us", "api-gov.securitycenter.microsoft.us"),
        ];
        for (cloud, authority, api) in table {
            let facts = facts(cloud);
            assert_eq!(facts.authority, format!("https://{authority}/"));
            assert_eq!(facts.api, format!("https://{api}/"));
            assert_eq!(facts.scope, format!("https://{api}/Alert.Read"));
        }
        assert_eq!(
            ALL.map(|cloud| facts(cloud).portal),
            [
                "https://security.microsoft.com/",
                "https://security.microsoft.com/",
                "https://security.microsoft.us/",
                "https://security.apps.mil/",
            ]
        );
    }
}
