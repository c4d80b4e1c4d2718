//! Nodes over one store, and clients that know only bytes.

mod broken;
mod client;
mod node;
mod secrets;

pub(crate) use self::{
    broken::{Defect, broken},
    client::Client,
    node::Node,
    secrets::assert_hidden,
};

use core::time::Duration;

use sse_codec::{Event, EventBuilder, EventType};
use sse_session::{Channel, hub::Identity};
use tokio::time::sleep;

pub(crate) const LEASE: Duration = Duration::from_secs(15);
pub(crate) const IDLE: Duration = Duration::from_secs(300);
pub(crate) const DAY: Duration = Duration::from_secs(24 * 3600);

pub(crate) fn channel(name: &str) -> Channel {
    Channel::try_from(name).unwrap()
}

pub(crate) fn user() -> Identity {
    Identity::new("user-7")
}

/// An event with a type and data.
pub(crate) fn event<'a>(event_type: &'static str, data: &'a str) -> EventBuilder<'a> {
    Event::builder(data).event_type(EventType::from_static(event_type))
}

/// Lets time pass: it is paused, so that it takes none.
pub(crate) async fn pass(time: Duration) {
    sleep(time).await;
}

/// Long enough for whatever is done at once, and for nothing that is done from time to time.
pub(crate) async fn at_once() {
    sleep(Duration::from_millis(10)).await;
}
