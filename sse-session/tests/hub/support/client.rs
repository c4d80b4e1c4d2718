//! A client that knows only bytes.

use core::time::Duration;

use bytes::Bytes;
use sse_codec::{Decoder, Item, LastEventId};
use sse_session::hub::{Hub, SubscribeError, Subscriber, Subscription};
use tokio::time::timeout;

use super::channel;

/// A client that knows only bytes: it decodes what it is sent, and comes back with its last event
/// ID.
pub(crate) struct Client {
    channels: Vec<String>,
    subscriber: Option<Subscriber>,
    decoder: Decoder,
    pub(crate) seen: Vec<Seen>,
}

/// An event, as a browser would dispatch it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) event_type: String,
    pub(crate) data: String,
    pub(crate) last_event_id: String,
}

impl Client {
    pub(crate) fn new(channels: &[&str]) -> Self {
        Self {
            channels: channels.iter().map(ToString::to_string).collect(),
            subscriber: None,
            decoder: Decoder::new(),
            seen: Vec::new(),
        }
    }

    pub(crate) async fn connected(hub: &Hub, channels: &[&str]) -> Self {
        let mut client = Self::new(channels);
        client.connect(hub).await;
        client
    }

    pub(crate) async fn connect(&mut self, hub: &Hub) {
        let subscription = self.subscription();
        self.connect_with(hub, subscription).await.unwrap();
    }

    pub(crate) async fn connect_with(
        &mut self,
        hub: &Hub,
        subscription: Subscription,
    ) -> Result<(), SubscribeError> {
        self.disconnect();
        self.subscriber = Some(hub.subscribe(subscription).await?);
        Ok(())
    }

    /// To its channels, after what it has seen.
    pub(crate) fn subscription(&self) -> Subscription {
        let channels = self.channels.iter().map(|name| channel(name));
        Subscription::to(channels).after(self.last_event_id())
    }

    pub(crate) fn last_event_id(&self) -> Option<LastEventId> {
        LastEventId::try_from(self.decoder.last_event_id().as_bytes()).ok()
    }

    /// As if another client came with the id of this one.
    pub(crate) fn set_last_event_id(&mut self, id: &str) {
        let id = sse_codec::EventId::without_header_check(id).unwrap();
        self.decoder.reset_with_last_event_id(&id);
    }

    /// Whatever was not a whole event is gone.
    pub(crate) fn disconnect(&mut self) {
        self.subscriber = None;
        self.decoder.reset();
    }

    pub(crate) fn subscriber(&mut self) -> &mut Subscriber {
        self.subscriber.as_mut().unwrap()
    }

    /// Reads all that is there, and whatever comes of it. `false` if the stream has ended.
    pub(crate) async fn read(&mut self) -> bool {
        self.read_until_quiet(Duration::from_millis(1)).await
    }

    /// As [`read`](Self::read), until nothing has come for so long.
    pub(crate) async fn read_until_quiet(&mut self, quiet: Duration) -> bool {
        loop {
            let next = self.subscriber.as_mut().unwrap().next_batch();
            match timeout(quiet, next).await {
                Ok(Some(batch)) => self.receive(batch.into_bytes()),
                Ok(None) => return false,
                Err(_) => return true,
            }
        }
    }

    pub(crate) fn receive(&mut self, mut bytes: Bytes) {
        while let Some(item) = self.decoder.decode_bytes(&mut bytes).unwrap() {
            if let Item::Event(event) = item {
                self.seen.push(Seen {
                    event_type: event.event_type().to_owned(),
                    data: event.data().to_owned(),
                    last_event_id: event.last_event_id().to_owned(),
                });
            }
        }
    }

    /// What was seen since the last time: the data of messages, and other events as `type data`.
    pub(crate) fn take(&mut self) -> Vec<String> {
        let text = |seen: Seen| match &*seen.event_type {
            "message" => seen.data,
            other => format!("{other} {}", seen.data),
        };
        self.seen.drain(..).map(text).collect()
    }

    /// Reads all that is there, and takes it.
    pub(crate) async fn read_and_take(&mut self) -> Vec<String> {
        self.read().await;
        self.take()
    }
}
