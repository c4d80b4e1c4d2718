//! A store whose hints, delays and losses a test decides, and a client that knows only bytes.

mod client;
mod faults;
mod test_store;
mod test_watch;

pub(crate) use self::{
    client::{Client, Seen},
    faults::{Failure, HintMode, Lie},
    test_store::TestStore,
};

use core::time::Duration;

use sse_codec::Event;
use sse_session::{
    Channel,
    hub::{Hub, Published},
};

pub(crate) fn channel(name: &str) -> Channel {
    Channel::try_from(name).unwrap()
}

pub(crate) fn hub(store: &TestStore) -> Hub {
    Hub::builder(store.clone()).build().unwrap()
}

pub(crate) async fn publish(hub: &Hub, name: &str, data: impl ToString) -> Published {
    let event = Event::builder(data.to_string());
    hub.publish(&channel(name), event).await.unwrap()
}

pub(crate) async fn publish_all(hub: &Hub, name: &str, data: impl IntoIterator<Item = u32>) {
    for data in data {
        publish(hub, name, data).await;
    }
}

/// Long enough for whatever the hub does from time to time: in paused time it takes none.
pub(crate) async fn some_time() {
    tokio::time::sleep(Duration::from_secs(20)).await;
}
