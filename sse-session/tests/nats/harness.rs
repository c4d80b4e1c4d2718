//! How the conformance suite gets at the store.

use core::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};
use std::sync::{Arc, Mutex, Weak};

use tokio::time::Instant;

use sse_session::{
    conformance::{Harness, HarnessFuture, Stop, Timing},
    nats::{NatsOptions, NatsStore},
    store::{SessionStore, StoreError},
};
use sse_tests::servers::{DEADLINE, Nats, NatsSetup, find};

/// A server that several tests have at the same time. It ends with the last of them.
#[derive(Debug)]
pub(crate) struct SharedServer {
    servers: Mutex<Weak<Vec<Nats>>>,
}

impl SharedServer {
    pub(crate) const fn new() -> Self {
        Self {
            servers: Mutex::new(Weak::new()),
        }
    }

    fn get(&self, setup: &NatsSetup, replicas: usize) -> Option<Arc<Vec<Nats>>> {
        let mut servers = self.servers.lock().unwrap();
        if let Some(servers) = servers.upgrade() {
            return Some(servers);
        }
        let program = find("nats-server")?;
        let started = if replicas > 1 {
            Nats::start_cluster(&program, setup).into()
        } else {
            vec![Nats::start(program, setup)]
        };
        let started = Arc::new(started);
        *servers = Arc::downgrade(&started);
        Some(started)
    }
}

/// Stores on a server, each with a prefix of its own.
#[derive(Debug)]
pub(crate) struct NatsHarness {
    name: &'static str,
    servers: Option<Arc<Vec<Nats>>>,
    replicas: usize,
    options: fn(NatsOptions) -> NatsOptions,
    opened: Mutex<Vec<NatsOptions>>,
}

impl NatsHarness {
    pub(crate) fn new(
        name: &'static str,
        server: &SharedServer,
        setup: &NatsSetup,
        replicas: usize,
        options: fn(NatsOptions) -> NatsOptions,
    ) -> Self {
        Self {
            name,
            servers: server.get(setup, replicas),
            replicas,
            options,
            opened: Mutex::default(),
        }
    }

    /// A cluster may have no leader yet.
    async fn open(&self, options: NatsOptions) -> Result<Arc<dyn SessionStore>, Stop> {
        let begun = Instant::now();
        loop {
            match NatsStore::connect(options.clone()).await {
                Ok(store) => return Ok(Arc::new(store)),
                Err(StoreError::Unavailable { .. })
                    if self.replicas > 1 && begun.elapsed() < DEADLINE => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl Harness for NatsHarness {
    fn name(&self) -> &str {
        self.name
    }

    fn fresh(&self) -> HarnessFuture<'_> {
        Box::pin(async {
            let servers = self.servers.as_ref();
            let servers = servers.ok_or_else(|| Stop::skipped("there is no nats-server"))?;
            static NEXT: AtomicU32 = AtomicU32::new(0);
            let prefix = format!("test-{}", NEXT.fetch_add(1, Ordering::Relaxed));
            let mut options = NatsOptions::new(servers[0].url())
                .with_prefix(prefix)
                .with_replicas(self.replicas);
            for server in &servers[1..] {
                options = options.with_server(server.url());
            }
            if let Some(certificate) = servers[0].certificate() {
                options = options
                    .with_tls_required()
                    .with_root_certificates(certificate);
            }
            let options = (self.options)(options);
            self.opened.lock().unwrap().push(options.clone());
            self.open(options).await
        })
    }

    /// The one that was opened last.
    fn reopen(&self, store: Arc<dyn SessionStore>) -> HarnessFuture<'_> {
        Box::pin(async move {
            if Arc::strong_count(&store) > 1 {
                return Err(Stop::failed("somebody else still has the store"));
            }
            drop(store);
            self.open(self.last()?).await
        })
    }

    fn another<'a>(&'a self, _: &'a Arc<dyn SessionStore>) -> HarnessFuture<'a> {
        Box::pin(async { self.open(self.last()?).await })
    }

    fn timing(&self) -> Timing {
        Timing::real(Duration::from_secs(2), Duration::from_millis(200))
    }
}

impl NatsHarness {
    fn last(&self) -> Result<NatsOptions, Stop> {
        let opened = self.opened.lock().unwrap();
        opened
            .last()
            .cloned()
            .ok_or_else(|| Stop::failed("none was opened"))
    }
}
