//! A client that is made again when the way out of this computer may have changed.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::Network;
use crate::identity::{Moment, WallClock};

/// Makes one client.
type Recipe = Box<dyn Fn() -> Result<reqwest::Client, reqwest::Error> + Send + Sync>;

/// An HTTP client. Where it belongs to a [`Network`], it is made again
///
/// - when the network's configuration has changed,
/// - after a failure to connect, so that the system's settings are read anew: at most every three
///   seconds,
/// - after this computer slept, by two clocks of which one stood still. On Windows neither does;
///   there the first failure after the sleep tells.
pub struct Client {
    recipe: Recipe,
    /// None for practice, which never changes.
    network: Option<Network>,
    clock: WallClock,
    made: Mutex<Made>,
}

struct Made {
    client: reqwest::Client,
    at: Moment,
    revision: u64,
    /// Whether a connection has failed since.
    failed: bool,
}

impl Client {
    /// How long a client is kept at least, whatever fails.
    const AT_LEAST: Duration = Duration::from_secs(3);

    /// A client by a recipe that reads `network`, if there is one.
    ///
    /// # Errors
    ///
    /// If it cannot be made the first time.
    pub(crate) fn new(
        network: Option<Network>,
        clock: WallClock,
        recipe: impl Fn() -> Result<reqwest::Client, reqwest::Error> + Send + Sync + 'static,
    ) -> Result<Self, reqwest::Error> {
        // Before the making: a change meanwhile is seen later.
        let revision = network.as_ref().map_or(0, Network::revision);
        let made = Made { client: recipe()?, at: Moment::now(&clock), revision, failed: false };
        Ok(Self { recipe: Box::new(recipe), network, clock, made: Mutex::new(made) })
    }

    /// The client to send the next request with; made again if need be, which reads certificates
    /// and settings of the system and waits for no connection. Should that fail, the one before
    /// goes on.
    pub fn current(&self) -> reqwest::Client {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(network) = &self.network else { return made.client.clone() };
        let revision = network.revision();
        let is_due = match made.at.elapsed(&self.clock) {
            Some(age) => made.revision != revision || (made.failed && age >= Self::AT_LEAST),
            None => true, // a clock has jumped: this computer slept
        };
        if is_due {
            match (self.recipe)() {
                Ok(client) => made.client = client,
                Err(error) => {
                    tracing::error!(error = %error.without_url(), "the HTTP client was not made again");
                }
            }
            (made.at, made.revision, made.failed) = (Moment::now(&self.clock), revision, false);
        }
        made.client.clone()
    }

    /// Tells that a request has failed. A failure to connect, which a proxy's refusal is too, or to
    /// hear anything in time has the next [`current`](Self::current) made again.
    pub fn failed(&self, error: &reqwest::Error) {
        if error.is_connect() || error.is_timeout() {
            self.made.lock().unwrap_or_else(PoisonError::into_inner).failed = true;
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    };

    use jiff::Timestamp;

    use super::*;
    use crate::network::{ProxyAddress, Surroundings};

    struct Scene {
        network: Network,
        client: Client,
        makings: Arc<AtomicUsize>,
        seconds: Arc<AtomicI64>,
    }

    impl Scene {
        fn new() -> Self {
            let network = Network::with_surroundings(Surroundings::default);
            let (makings, seconds) = (Arc::<AtomicUsize>::default(), Arc::<AtomicI64>::default());
            let told = Arc::clone(&seconds);
            let clock = WallClock::new(move || {
                Timestamp::from_second(told.load(Ordering::Relaxed)).unwrap_or_default()
            });
            let counted = Arc::clone(&makings);
            let client = Client::new(Some(network.clone()), clock, move || {
                counted.fetch_add(1, Ordering::Relaxed);
                reqwest::Client::builder().no_proxy().tls_certs_only([]).build()
            });
            Self { network, client: client.unwrap(), makings, seconds }
        }

        /// How often the client has been made, once it was asked for.
        fn makings(&self) -> usize {
            self.client.current();
            self.makings.load(Ordering::Relaxed)
        }

        /// Both clocks go on.
        async fn pass(&self, seconds: u64) {
            tokio::time::advance(Duration::from_secs(seconds)).await;
            self.seconds.fetch_add(i64::try_from(seconds).unwrap(), Ordering::Relaxed);
        }
    }

    /// What a connection to a port without a listener gives.
    async fn refused() -> reqwest::Error {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        drop(taken);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        client.get(format!("http://{address}/")).send().await.unwrap_err()
    }

    #[tokio::test]
    async fn it_is_made_again_when_the_configuration_changes() {
        let scene = Scene::new();
        assert_eq!((scene.makings(), scene.makings()), (1, 1));

        scene.network.set_proxy(Some(ProxyAddress::new("proxy", "8080").unwrap()), None);
        assert_eq!((scene.makings(), scene.makings()), (2, 2));
        scene.network.clone().set_roots(None);
        assert_eq!(scene.makings(), 3, "a clone is the same network");
    }

    #[tokio::test]
    async fn it_is_made_again_after_a_failure_and_not_at_each() {
        let error = refused().await;
        tokio::time::pause();
        let scene = Scene::new();

        scene.client.failed(&error);
        assert_eq!(scene.makings(), 1, "it was made just now");
        scene.pass(3).await;
        assert_eq!((scene.makings(), scene.makings()), (2, 2));

        scene.pass(60).await;
        assert_eq!(scene.makings(), 2, "nothing has failed since");
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_made_again_after_a_sleep() {
        let scene = Scene::new();
        scene.pass(3_600).await;
        assert_eq!(scene.makings(), 1);

        scene.seconds.fetch_add(3_600, Ordering::Relaxed); // only one of the clocks
        assert_eq!((scene.makings(), scene.makings()), (2, 2));
    }
}
