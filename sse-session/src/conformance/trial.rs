//! What a case has at hand.

use core::{
    cell::Cell,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};
use std::sync::Arc;

use tokio::time::{Instant, sleep, timeout};

use super::{
    Harness, Stop, Timing,
    stop::{Outcome, ensure},
};
use crate::store::{Capabilities, Key, LogName, SessionStore, SetName};

/// What a case has at hand: stores, names, time.
pub(crate) struct Trial {
    harness: Arc<dyn Harness>,
    next: Cell<u32>,
}

impl Trial {
    pub(super) fn new(harness: Arc<dyn Harness>) -> Self {
        Self {
            harness,
            next: Cell::new(0),
        }
    }

    /// An empty store.
    pub(crate) async fn fresh(&self) -> Result<Arc<dyn SessionStore>, Stop> {
        match self.harness.fresh().await {
            Err(Stop::Skipped { why }) if required(self.harness.name()) => {
                Err(Stop::failed(format_args!("it is required, but {why}")))
            }
            other => other,
        }
    }

    /// An empty store that can do this, or the case is skipped.
    pub(crate) async fn fresh_with(
        &self,
        capability: fn(&Capabilities) -> bool,
        name: &str,
    ) -> Result<Arc<dyn SessionStore>, Stop> {
        let store = self.fresh().await?;
        if capability(&store.capabilities()) {
            return Ok(store);
        }
        Err(Stop::skipped(format!("the store declares no {name}")))
    }

    /// An empty store whose values expire.
    pub(crate) async fn fresh_with_key_expiry(&self) -> Result<Arc<dyn SessionStore>, Stop> {
        self.fresh_with(|can| can.key_expiry, "key_expiry").await
    }

    /// An empty store that can be opened again.
    pub(crate) async fn fresh_durable(&self) -> Result<Arc<dyn SessionStore>, Stop> {
        self.fresh_with(|can| can.durable, "durable").await
    }

    /// The store after the end of its process. Watches on it have to be dropped before.
    pub(crate) async fn reopen(
        &self,
        store: Arc<dyn SessionStore>,
    ) -> Result<Arc<dyn SessionStore>, Stop> {
        self.harness.reopen(store).await
    }

    /// The store as another process has it.
    pub(crate) async fn another(
        &self,
        store: &Arc<dyn SessionStore>,
    ) -> Result<Arc<dyn SessionStore>, Stop> {
        self.harness.another(store).await
    }

    pub(crate) fn timing(&self) -> Timing {
        self.harness.timing()
    }

    /// A log that no other part of the case has.
    pub(crate) fn log(&self) -> LogName {
        LogName::of_kind("channel", &self.name())
    }

    /// A key that no other part of the case has.
    pub(crate) fn key(&self) -> Key {
        Key::new("case", &self.name())
    }

    /// A set that no other part of the case has.
    pub(crate) fn set(&self) -> SetName {
        SetName::new("case", &self.name())
    }

    fn name(&self) -> String {
        let next = self.next.get();
        self.next.set(next + 1);
        format!("n{next}")
    }

    /// Lets time go by.
    pub(crate) async fn advance(&self, by: Duration) {
        sleep(by).await;
    }

    /// Lets time go by until what had this time to live is over.
    pub(crate) async fn outlive(&self, ttl: Duration) {
        self.advance(ttl + self.timing().slack).await;
    }

    /// What has to come.
    pub(crate) async fn patiently<T>(
        &self,
        what: &str,
        future: impl Future<Output = T>,
    ) -> Result<T, Stop> {
        timeout(self.timing().patience, future)
            .await
            .map_err(|_| Stop::failed(format_args!("{what} never came")))
    }

    /// Does something that has to be over within the time to live that it is given. If it failed because
    /// the machine was too slow for that, it is tried with a longer one.
    pub(crate) async fn within_ttl(&self, attempt: impl AsyncFn(Duration) -> Outcome) -> Outcome {
        let mut ttl = self.timing().ttl;
        loop {
            let begun = Instant::now();
            let outcome = attempt(ttl).await;
            if outcome.is_ok() || begun.elapsed() < ttl {
                return outcome;
            }
            ttl *= 2;
            ensure!(
                ttl < self.timing().patience * 10,
                "nothing could be done within any time to live"
            );
        }
    }
}

/// A tag that no other record of this process has.
pub(crate) fn new_tag() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    loop {
        // Odd, so that each number gives another tag.
        let tag = NEXT
            .fetch_add(1, Ordering::Relaxed)
            .wrapping_mul(0x9e37_79b1);
        if tag != 0 {
            return tag;
        }
    }
}

/// Whether a store that is not there is a failure, as `tests/support/requirement.rs` has it for programs.
fn required(store: &str) -> bool {
    let listed = std::env::var("SSE_TEST_REQUIRE").unwrap_or_default();
    let mut names = listed.split(',').map(str::trim);
    names.any(|name| name == "all" || name == store)
}
