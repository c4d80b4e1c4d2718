//! What is sent when the inner body fails.

use bytes::Bytes;
use sse_codec::{Encode, EncodedFrame, Event, EventType};

/// What is sent when the inner body fails.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct ErrorEvent {
    frame: EncodedFrame,
}

impl ErrorEvent {
    /// An event `error` with this data.
    pub fn new(data: &str) -> Self {
        let event = Event::builder(data).event_type(EventType::from_static("error"));
        Self::from_frame(event.to_frame())
    }

    /// This event. It should have no id: a client would come back with it.
    pub const fn from_frame(frame: EncodedFrame) -> Self {
        Self { frame }
    }

    pub(crate) fn bytes(&self) -> Bytes {
        self.frame.clone().into_bytes()
    }
}

impl Default for ErrorEvent {
    /// An event `error` that says only that the stream failed.
    fn default() -> Self {
        Self::new("the stream failed")
    }
}
