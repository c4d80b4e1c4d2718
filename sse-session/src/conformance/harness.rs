//! How the suite gets at a store.

use core::{fmt, pin::Pin, time::Duration};
use std::sync::Arc;

use super::Stop;
use crate::store::SessionStore;

/// What a harness gives: a store, or why there is none.
pub type HarnessFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Arc<dyn SessionStore>, Stop>> + Send + 'a>>;

/// How the suite gets at a store. See the [module](super) for an example.
///
/// Cases may run at the same time: what one store is told, no other one may show.
pub trait Harness: fmt::Debug + Send + Sync + 'static {
    /// Of the store, in the report. Where the environment variable `SSE_TEST_REQUIRE` lists it, a store
    /// that is not there is a failure.
    fn name(&self) -> &str;

    /// An empty store. [`Stop::skipped`] if there is none here, for example because no server runs.
    fn fresh(&self) -> HarnessFuture<'_>;

    /// Closes the store and opens it again, as after the end of the process. Asked only for a store that
    /// [is durable](crate::store::Capabilities::durable); it is the last handle on it.
    fn reopen(&self, store: Arc<dyn SessionStore>) -> HarnessFuture<'_> {
        drop(store);
        Box::pin(async { Err(Stop::skipped("the harness cannot open it again")) })
    }

    /// The same store as another process has it. Asked only for a store that
    /// [is shared](crate::store::Capabilities::shared).
    fn another<'a>(&'a self, store: &'a Arc<dyn SessionStore>) -> HarnessFuture<'a> {
        let _ = store;
        Box::pin(async { Err(Stop::skipped("the harness cannot open it twice")) })
    }

    /// How time goes by for the store.
    fn timing(&self) -> Timing {
        Timing::PAUSED
    }
}

/// How time goes by for a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timing {
    /// The store takes the time from tokio and does its work in tokio's tasks (`spawn_blocking` too), so
    /// that time can be paused: it jumps when there is nothing else to do. Not for a store that waits for
    /// a thread of its own or for a server.
    pub paused: bool,
    /// The time to live that cases begin with. Where a case was too slow for it, it tries a longer one.
    pub ttl: Duration,
    /// How late something may expire, or a hint that is under way may still come.
    pub slack: Duration,
    /// How long to wait for what has to come before it counts as missing. In paused time this takes none.
    pub patience: Duration,
}

impl Timing {
    /// Paused: 10 s to live, 5 ms of slack, 60 s of patience.
    pub const PAUSED: Self = Self {
        paused: true,
        ttl: Duration::from_secs(10),
        slack: Duration::from_millis(5),
        patience: Duration::from_secs(60),
    };

    /// Real: so long to live, with so much slack, and 60 s of patience.
    #[must_use]
    pub const fn real(ttl: Duration, slack: Duration) -> Self {
        Self {
            paused: false,
            ttl,
            slack,
            patience: Duration::from_secs(60),
        }
    }

    /// Waits so long for what has to come.
    #[must_use]
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }
}
