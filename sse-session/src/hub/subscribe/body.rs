//! A subscriber as the body of a response.

use core::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame};

use super::Subscriber;

/// A [`Subscriber`] as the body of a response: each batch is a frame.
#[derive(Debug)]
#[must_use]
pub struct SubscriberBody {
    subscriber: Subscriber,
}

impl SubscriberBody {
    pub(super) const fn new(subscriber: Subscriber) -> Self {
        Self { subscriber }
    }

    /// The subscriber.
    pub const fn get_ref(&self) -> &Subscriber {
        &self.subscriber
    }

    /// The subscriber, as far as it has come.
    pub fn into_inner(self) -> Subscriber {
        self.subscriber
    }
}

impl Body for SubscriberBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let batch = self.subscriber.poll_batch(cx);
        batch.map(|batch| batch.map(|batch| Ok(Frame::data(batch.into_bytes()))))
    }

    fn is_end_stream(&self) -> bool {
        self.subscriber.end().is_some()
    }
}
