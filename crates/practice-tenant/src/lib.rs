//! A stand-in for Entra ID, Defender for Endpoint and their portal on 127.0.0.1.
//!
//! For people it is a small invented company to practise with; for tests it is the other side of
//! every socket. It is strict: a client that would fail at the real services fails here.
//!
//! ```
//! # async fn example() -> std::io::Result<()> {
//! use droptrace_practice_tenant::{Fault, PracticeTenant, Route, Settings};
//!
//! let tenant = PracticeTenant::start(Settings::default()).await?;
//! tenant.faults().next(Route::FileAlerts, Fault::throttled(Some("7")));
//! let first = tenant.arrived(Route::FileAlerts, 1).await;
//! # drop(first);
//! # Ok(())
//! # }
//! ```
//!
//! Signing in: `GET /{tenant}/oauth2/v2.0/authorize` answers a page with one form. Its hidden field
//! `request` and either `analyst` (an object id; the buttons' ids are `workstations` and `servers`)
//! or `cancel` are posted to `/{tenant}/oauth2/v2.0/choose`, which leads back to the app.
//!
//! Consent: there is consent to all of [`Permission::ALL`] until a test withholds it. Then `choose`
//! answers a page with one button, `without-consent`, that leads back to the app without a code. An
//! administrator's link, `GET /{tenant}/v2.0/adminconsent?client_id&scope&redirect_uri&state`, answers
//! a page with one button, `approve`.
//!
//! ```
//! # async fn example() -> std::io::Result<()> {
//! use droptrace_practice_tenant::{ChallengeAnswer, Permission, PracticeTenant, Settings, analysts};
//!
//! let tenant = PracticeTenant::start(Settings::default()).await?;
//! tenant.withhold_consent(&[Permission::AlertReadWrite]);
//! tenant.require_read_write(true);
//! tenant.deny_role(analysts()[0].object_id);
//! let claims = serde_json::json!({"access_token": {"acrs": {"essential": true, "value": "c1"}}});
//! tenant.challenge(&claims, ChallengeAnswer::SignIn);
//! # Ok(())
//! # }
//! ```

mod api;
mod authority;
mod body;
mod chance;
mod clock;
mod faults;
mod form;
mod gate;
mod html;
mod join;
mod organisation;
mod permission;
mod policy;
mod portal;
mod practice_files;
mod private_files;
#[cfg(feature = "proxy")]
mod proxy;
mod record;
mod saved;
mod serve;
mod server;
mod settings;
mod state;
mod state_file;
mod tenant;
#[cfg(feature = "tls")]
mod tls;
mod world;

#[cfg(feature = "proxy")]
pub use self::proxy::{Proxied, Proxy, ProxyMode};
#[cfg(feature = "tls")]
pub use self::tls::{Organisation, OrganisationTenant, OrganisationTenants};
pub use self::{
    faults::{Fault, Faults, Release},
    join::{Joined, join_or_start},
    organisation::{
        Analyst, CLIENT_ID, CloudFacts, SCOPE, TENANT_DOMAIN, TENANT_ID, TENANT_NAME, analysts,
    },
    permission::Permission,
    policy::ChallengeAnswer,
    practice_files::{PracticeFile, practice_files, write_practice_files},
    record::Recorded,
    server::{Route, Server},
    settings::{Settings, World},
    tenant::{Addresses, PracticeTenant},
    world::{ConformanceCase, HOSTILE_SHA1, conformance_cases},
};
