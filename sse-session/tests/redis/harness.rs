//! How the conformance suite gets at the store.

use core::time::Duration;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use sse_session::{
    conformance::{Harness, HarnessFuture, Stop, Timing},
    redis::{RedisOptions, RedisStore},
    store::SessionStore,
};
use sse_tests::requirement;

/// Stores under prefixes of their own, on a server that all of them share.
#[derive(Debug)]
pub(crate) struct RedisHarness {
    name: &'static str,
    /// How to get at the server, which is started for the first; `None` if there is no program.
    server: fn() -> Option<RedisOptions>,
    opened: Mutex<Option<RedisOptions>>,
}

impl RedisHarness {
    pub(crate) fn new(name: &'static str, server: fn() -> Option<RedisOptions>) -> Self {
        Self {
            name,
            server,
            opened: Mutex::default(),
        }
    }

    async fn open(&self, options: RedisOptions) -> Result<Arc<dyn SessionStore>, Stop> {
        *self.opened.lock().unwrap() = Some(options.clone());
        let store = RedisStore::connect(options).await?;
        Ok(Arc::new(store))
    }

    async fn open_again(&self) -> Result<Arc<dyn SessionStore>, Stop> {
        let last = self.opened.lock().unwrap().clone();
        self.open(last.ok_or_else(|| Stop::failed("none was opened"))?)
            .await
    }
}

impl Harness for RedisHarness {
    fn name(&self) -> &str {
        self.name
    }

    fn fresh(&self) -> HarnessFuture<'_> {
        Box::pin(async {
            static NEXT: AtomicU32 = AtomicU32::new(0);
            let Some(options) = (self.server)() else {
                let why = "there is no redis-server";
                return Err(if is_required() {
                    Stop::failed(why)
                } else {
                    Stop::skipped(why)
                });
            };
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let prefix = format!("test-{number}");
            self.open(options.with_prefix(prefix)).await
        })
    }

    fn reopen(&self, store: Arc<dyn SessionStore>) -> HarnessFuture<'_> {
        Box::pin(async move {
            if Arc::strong_count(&store) > 1 {
                return Err(Stop::failed("somebody else still has the store"));
            }
            drop(store);
            self.open_again().await
        })
    }

    /// Of the one that was opened last.
    fn another<'a>(&'a self, _: &'a Arc<dyn SessionStore>) -> HarnessFuture<'a> {
        Box::pin(self.open_again())
    }

    fn timing(&self) -> Timing {
        Timing::real(Duration::from_millis(600), Duration::from_millis(120))
    }
}

fn is_required() -> bool {
    let required = std::env::var(requirement::VARIABLE).unwrap_or_default();
    let mut names = required.split(',').map(str::trim);
    names.any(|name| name == "all" || name == "redis-server")
}
