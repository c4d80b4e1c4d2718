//! The server, the proxies and the nodes.

use core::{net::SocketAddr, time::Duration};
use std::path::PathBuf;

use sse_session::{
    hub::Hub,
    redis::{RedisOptions, RedisStore},
};
use sse_tests::{
    fault_proxy::{FaultProxy, Mode, Protocol},
    servers::{Redis, find_or_skip},
};

use crate::load::hub;

/// As the distribution has it, and with a file that has each change before it is acknowledged.
pub(super) const SYNCED: &[&str] = &["--appendonly", "yes", "--appendfsync", "always"];

/// A server, and a proxy before it for each of three nodes.
#[derive(Debug)]
pub(super) struct World {
    pub(super) program: PathBuf,
    settings: Vec<String>,
    pub(super) server: Redis,
    pub(super) proxies: Vec<FaultProxy>,
    pub(super) set_up: fn(RedisOptions) -> RedisOptions,
}

/// Found out soon when nothing comes, so that runs are short.
fn options(address: SocketAddr) -> RedisOptions {
    RedisOptions::new("127.0.0.1", address.port())
        .with_response_timeout(Duration::from_secs(1))
        .with_connect_timeout(Duration::from_secs(1))
        .with_check_interval(Duration::from_secs(1))
        .with_reconnect_backoff(Duration::from_millis(20), Duration::from_millis(200))
}

impl World {
    /// Nothing if there is no server here, which was said.
    pub(super) async fn start(test: &str, settings: &[&str]) -> Option<Self> {
        let program = find_or_skip(test, "redis-server")?;
        let server = Redis::start(&program, settings);
        let mut proxies = Vec::new();
        for _ in 0..3 {
            let proxy = FaultProxy::start(server.address(), Protocol::Redis);
            proxies.push(proxy.await.unwrap());
        }
        Some(Self {
            program,
            settings: settings.iter().copied().map(str::to_owned).collect(),
            server,
            proxies,
            set_up: |options| options,
        })
    }

    /// A store that nothing is before.
    pub(super) async fn store(&self) -> RedisStore {
        self.connect(self.server.address()).await
    }

    /// The nodes' stores.
    pub(super) async fn stores(&self) -> Vec<RedisStore> {
        let mut stores = Vec::new();
        for proxy in &self.proxies {
            stores.push(self.connect(proxy.address()).await);
        }
        stores
    }

    pub(super) async fn hubs(&self) -> Vec<Hub> {
        let stores = self.stores().await.into_iter();
        stores.map(|store| hub(store).build().unwrap()).collect()
    }

    async fn connect(&self, address: SocketAddr) -> RedisStore {
        let options = (self.set_up)(options(address));
        RedisStore::connect(options).await.unwrap()
    }

    /// One that nothing is before.
    pub(super) async fn outside(&self) -> Hub {
        hub(self.store().await).build().unwrap()
    }

    pub(super) fn set_mode(&self, mode: Mode) {
        for proxy in &self.proxies {
            proxy.set_mode(mode);
        }
    }

    /// Kills the server and starts it with what it has written.
    pub(super) fn kill_and_start_again(&mut self) {
        self.server.server().signal("KILL");
        let settings: Vec<_> = self.settings.iter().map(String::as_str).collect();
        let command = Redis::command(&self.program, self.server.server().place(), &settings);
        self.server.server().start_again(command);
    }

    /// From now on another server is in the place of this one, which is killed.
    pub(super) fn fail_over(&mut self, to: Redis) {
        for proxy in &self.proxies {
            proxy.set_server(to.address());
        }
        self.server.server().signal("KILL");
        self.server = to;
        for proxy in &self.proxies {
            proxy.reset_connections();
        }
    }
}
