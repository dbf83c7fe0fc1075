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
