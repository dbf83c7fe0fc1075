//! The practice tenant from outside, over real sockets: what it gives to a client that does
//! everything right, and how each wrong client fails.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do; the lint only knows test functions"
)]

mod api;
mod authorize;
mod challenge;
mod client;
mod conformance;
mod consent;
mod discovery;
mod faults;
mod golden;
mod hostile;
mod join;
mod permissions;
mod portal;
#[cfg(feature = "proxy")]
mod proxy;
mod restart;
mod story;
#[cfg(feature = "tls")]
mod tls;
mod token;
mod waiting;
