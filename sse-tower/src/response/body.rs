//! The body that watches an event stream and adds to it.

use core::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::live::Live;

pin_project! {
    /// The body of the responses of this crate's services: the inner body, watched and added to if
    /// it is an event stream; or, where a layer has refused the request, what it says instead.
    ///
    /// # Cancellation
    ///
    /// All state is in the body: a `frame()` that is dropped loses nothing.
    pub struct StreamBody<B> {
        // None: there is no more to take from it, or there never was one.
        #[pin]
        inner: Option<B>,
        live: Option<Box<Live>>,
    }
}

impl<B> StreamBody<B> {
    pub(crate) const fn untouched(inner: B) -> Self {
        Self {
            inner: Some(inner),
            live: None,
        }
    }

    pub(crate) fn given(bytes: Bytes) -> Self {
        let live = (!bytes.is_empty()).then(|| Box::new(Live::given(bytes)));
        Self { inner: None, live }
    }

    /// Without the inner body, which a server would send in HTTP/2, where nothing else keeps it from
    /// doing so, and without a length.
    pub(super) fn head() -> Self {
        Self {
            inner: None,
            live: Some(Box::new(Live::head())),
        }
    }

    pub(super) fn live(inner: B, live: Live) -> Self {
        Self {
            inner: Some(inner),
            live: Some(Box::new(live)),
        }
    }

    /// The inner body, as long as something may be taken from it.
    pub const fn get_ref(&self) -> Option<&B> {
        self.inner.as_ref()
    }

    /// The inner body, if something may be left in it. It is not watched any more: the stream counts
    /// as closed.
    pub fn into_inner(self) -> Option<B> {
        self.inner
    }
}

/// Nothing: for layers that answer by themselves, such as a timeout.
impl<B> Default for StreamBody<B> {
    fn default() -> Self {
        Self::given(Bytes::new())
    }
}

impl<B: Body> Body for StreamBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.project();
        if let Some(live) = this.live {
            return live.poll_frame(this.inner, cx);
        }
        let Some(inner) = this.inner.as_pin_mut() else {
            return Poll::Ready(None);
        };
        let frame = ready!(inner.poll_frame(cx));
        Poll::Ready(frame.map(|frame| frame.map(into_bytes)))
    }

    fn is_end_stream(&self) -> bool {
        let inner = self.inner.as_ref().is_none_or(Body::is_end_stream);
        match &self.live {
            None => inner,
            Some(live) => live.is_end_stream(inner),
        }
    }

    fn size_hint(&self) -> SizeHint {
        let Some(live) = &self.live else {
            let inner = self.inner.as_ref();
            return inner.map_or_else(|| SizeHint::with_exact(0), Body::size_hint);
        };
        // Otherwise more may be added, and the end may come at any time.
        live.exact_bytes()
            .map_or_else(SizeHint::new, |bytes| SizeHint::with_exact(bytes as u64))
    }
}

pub(super) fn into_bytes<D: Buf>(frame: Frame<D>) -> Frame<Bytes> {
    frame.map_data(|mut data| data.copy_to_bytes(data.remaining()))
}

impl<B> fmt::Debug for StreamBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamBody")
            .field("watched", &self.live.is_some())
            .finish_non_exhaustive()
    }
}
