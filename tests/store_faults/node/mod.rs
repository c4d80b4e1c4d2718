//! Nodes that are processes of their own: stopped, or killed with -9.

mod killed;
mod process;
mod stopped;

use core::time::Duration;

use sse_session::{
    hub::{Hub, Identity},
    redis::{RedisOptions, RedisStore},
    session::Sessions,
};

/// How long a node may go on without the store, and a slot last without its node.
const LEASE: Duration = Duration::from_secs(4);

fn user() -> Identity {
    Identity::new("user-7")
}

/// A node over the server on this port.
async fn node(port: u16) -> (Hub, Sessions) {
    let options = RedisOptions::new("127.0.0.1", port);
    let hub = Hub::builder(RedisStore::connect(options).await.unwrap());
    let hub = hub.build().unwrap();
    let sessions = Sessions::builder(&hub).with_lease(LEASE).build().unwrap();
    (hub, sessions)
}
