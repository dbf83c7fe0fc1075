//! The practice tenant from outside, over real sockets: what it gives to a client that does
//! everything right, and how each wrong client fails.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do; the lint only knows test functions"
)]

mod api;
mod authorize;
mod client;
mod conformance;
mod faults;
mod golden;
mod hostile;
mod join;
mod portal;
mod restart;
mod story;
#[cfg(feature = "tls")]
mod tls;
mod token;
mod waiting;
