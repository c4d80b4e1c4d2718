//! The server, the proxies and the nodes.

use core::{net::SocketAddr, time::Duration};

use async_nats::jetstream;
use sse_session::{
    hub::Hub,
    nats::{NatsOptions, NatsStore},
};
use sse_tests::{
    fault_proxy::{FaultProxy, Mode, Protocol},
    servers::{Nats, NatsSetup, find_or_skip},
};

use crate::load::hub;

/// A server, and a proxy before it for each of three nodes.
#[derive(Debug)]
pub(super) struct World {
    pub(super) server: Nats,
    pub(super) proxies: Vec<FaultProxy>,
}

async fn connect(address: SocketAddr) -> NatsStore {
    // Found out soon when nothing comes, so that runs are short.
    let options = NatsOptions::new(format!("nats://{address}"))
        .with_request_timeout(Duration::from_millis(500))
        .with_operation_timeout(Duration::from_secs(2));
    NatsStore::connect(options).await.unwrap()
}

impl World {
    /// Nothing if there is no server here, which was said.
    pub(super) async fn start(test: &str) -> Option<Self> {
        let program = find_or_skip(test, "nats-server")?;
        let server = Nats::start(program, &NatsSetup::default());
        let mut proxies = Vec::new();
        for _ in 0..3 {
            let proxy = FaultProxy::start(server.server().address(), Protocol::Nats);
            proxies.push(proxy.await.unwrap());
        }
        Some(Self { server, proxies })
    }

    /// A store that nothing is before.
    pub(super) async fn store(&self) -> NatsStore {
        connect(self.server.server().address()).await
    }

    pub(super) async fn stores(&self) -> Vec<NatsStore> {
        let mut stores = Vec::new();
        for proxy in &self.proxies {
            stores.push(connect(proxy.address()).await);
        }
        stores
    }

    pub(super) async fn hubs(&self) -> Vec<Hub> {
        let stores = self.stores().await.into_iter();
        stores.map(|store| hub(store).build().unwrap()).collect()
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

    /// As an administrator has it.
    pub(super) async fn streams(&self) -> jetstream::Context {
        jetstream::new(async_nats::connect(self.server.url()).await.unwrap())
    }
}
