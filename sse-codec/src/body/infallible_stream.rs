//! A stream that cannot fail, where one is wanted that can.

use core::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use pin_project_lite::pin_project;

pin_project! {
    /// Wraps each item in `Ok`: what [`EventStreamBody::new`](super::EventStreamBody::new) puts
    /// around a stream of events.
    #[derive(Debug, Clone)]
    #[must_use = "streams do nothing unless polled"]
    pub struct InfallibleStream<S> {
        #[pin]
        inner: S,
    }
}

impl<S> InfallibleStream<S> {
    pub(super) const fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S: Stream> Stream for InfallibleStream<S> {
    type Item = Result<S::Item, Infallible>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.project().inner.poll_next(cx).map(|item| item.map(Ok))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}
