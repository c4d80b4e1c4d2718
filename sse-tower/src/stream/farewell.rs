//! What is said last on a stream that ends early.

use bytes::Bytes;
use sse_codec::EncodedFrame;

use crate::retry::Retry;

/// What is said last on a stream that ends early: when to come back, and why. Nothing by default.
///
/// The event should have no id: a client would come back with it, and resume from there.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Farewell {
    retry: Option<Retry>,
    event: Option<EncodedFrame>,
}

impl Farewell {
    /// Nothing.
    pub const fn new() -> Self {
        Self {
            retry: None,
            event: None,
        }
    }

    /// Tells when to come back; each stream draws its own time.
    pub const fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    /// Sends this event.
    pub fn with_event(mut self, event: EncodedFrame) -> Self {
        self.event = Some(event);
        self
    }

    /// The bytes, for one stream.
    pub(crate) fn draw(&self) -> Bytes {
        let event = self.event.clone().map(EncodedFrame::into_bytes);
        Retry::draw_before(self.retry, event.unwrap_or_default())
    }
}
