#[cfg(unix)]
mod files;
mod over;
mod samples;
mod text;
mod values;

use proptest::prelude::*;

use super::*;
use crate::{
    settings::{NetworkChoice, ProxyChoice, Settings},
    view::{ApiHost, Cloud, ManagedName, Organisation, Permission, Preferences, Retention},
};

const TENANT: &str = "1b2c3d4e-0000-4000-8000-1234567890ab";
const OTHER: &str = "2b2c3d4e-0000-4000-8000-1234567890ab";
const CLIENT: &str = "66666666-7777-4888-9999-000000000000";
/// A whole path, as a JSON text.
const CA: &str = if cfg!(windows) { r"C:\\ca.pem" } else { "/ca.pem" };

fn organisation(tenant: &str) -> Organisation {
    Organisation {
        cloud: Cloud::Commercial,
        tenant: tenant.into(),
        client: CLIENT.into(),
        host: ApiHost::Global,
        domain: None,
        permission: Permission::AlertRead,
    }
}

fn proxy(host: &str) -> ProxyChoice {
    ProxyChoice { host: host.into(), port: 8080, user: None }
}
