//! Ours: a hub over a store in memory, all as it is by default.

use core::{
    future::poll_fn,
    pin::Pin,
    task::{Poll, ready},
};

use bytes::Bytes;
use http_body::Body;
use sse_session::{
    Channel,
    hub::{Hub, SubscriberBody, Subscription},
    memory::MemoryStore,
};

use crate::fanout::{
    contender::{Contender, Reader},
    event::{data, event},
};

/// A hub over a store in memory; each subscriber is the body of a response.
#[derive(Debug)]
pub struct OurHub {
    hub: Hub,
    channel: Channel,
}

impl Contender for OurHub {
    const NAME: &'static str = "hub";
    type Reader = OurReader;

    async fn open(_: u64) -> Self {
        Self {
            hub: Hub::builder(MemoryStore::new())
                .build()
                .expect("a runtime and randomness"),
            channel: Channel::try_from("prices").expect("a name"),
        }
    }

    async fn subscribe(&mut self) -> OurReader {
        let subscription = Subscription::to([self.channel.clone()]);
        let subscriber = self.hub.subscribe(subscription).await;
        OurReader {
            body: subscriber.expect("anybody may").into_body(),
        }
    }

    async fn publish(&self, number: u64) {
        let data = data(number);
        let published = self.hub.publish(&self.channel, event(&data)).await;
        published.expect("there is room");
    }
}

/// The body of a response.
#[derive(Debug)]
pub struct OurReader {
    body: SubscriberBody,
}

impl Reader for OurReader {
    fn next_frame(&mut self) -> impl Future<Output = Bytes> + Send {
        poll_fn(|cx| {
            let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
            let frame = frame
                .and_then(Result::ok)
                .and_then(|it| it.into_data().ok());
            Poll::Ready(frame.expect("a stream that does not end"))
        })
    }
}
