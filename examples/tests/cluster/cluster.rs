//! Three nodes, their store, and nginx.

use core::net::SocketAddr;

use sse_tests::servers::{Server, find_or_skip};

use crate::client::Client;
use crate::load_balancer;
use crate::node::Node;
use crate::stores::{Engine, SharedStore};

/// Three nodes called a, b and c, what they share, and nginx in front of them.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) nodes: [Node; 3],
    nginx: Server,
    _store: SharedStore,
}

impl Cluster {
    /// Starts all of it, the nodes with these arguments besides; says that `test` is skipped if a program is missing.
    pub(crate) fn start_or_skip(test: &str, engine: Engine, arguments: &[&str]) -> Option<Self> {
        let nginx = find_or_skip(test, "nginx")?;
        let store = SharedStore::start_or_skip(test, engine)?;
        let name = store.name();
        let nodes = ["a", "b", "c"].map(|node| Node::start(node, &name, arguments));
        let addresses = nodes.each_ref().map(Node::address);
        let nginx = Server::start("nginx", |place| {
            load_balancer::command(&nginx, place.directory(), place.address(), &addresses).unwrap()
        });
        Some(Self {
            nodes,
            nginx,
            _store: store,
        })
    }

    /// Where nginx is.
    pub(crate) fn address(&self) -> SocketAddr {
        self.nginx.address()
    }

    /// A user's client at each of the nodes, past nginx.
    pub(crate) fn clients(&self, user: &'static str) -> [Client; 3] {
        let at = |node: &Node| Client::new(node.address(), user);
        self.nodes.each_ref().map(at)
    }

    /// A user's client at nginx.
    pub(crate) fn client(&self, user: &'static str) -> Client {
        Client::new(self.address(), user)
    }
}
