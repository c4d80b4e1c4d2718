//! What happens to a key's oldest stream when it makes room.

use core::time::Duration;

use sse_codec::{Encode, Event, EventType};

use crate::{
    retry::Retry,
    stream::{CloseReason, Farewell, StreamEnd},
};

/// How a key's oldest stream makes room for a new one.
///
/// An `EventSource` that is evicted comes back by itself, and evicts another one. Two tabs with one
/// slot would do so every few seconds, for ever. So the default farewell tells them to wait for 60
/// to 90 seconds, and says why by an event `disconnected` with the data `evicted`. A page that
/// listens for it closes its `EventSource`, and that is the end:
///
/// ```js
/// source.addEventListener("disconnected", (event) => {
///   if (event.data === "evicted") source.close(); // another tab goes on
/// });
/// ```
///
/// The time that the farewell tells stays with the `EventSource` until another stream tells one, so
/// let streams [begin with theirs](crate::retry). A client that does not heed it is slowed by a
/// [rate per key](super::StreamLimitLayer::with_rate_per_key).
#[derive(Debug, Clone)]
#[must_use]
pub struct Eviction {
    farewell: Farewell,
    max_ending_streams: usize,
}

impl Eviction {
    /// With the farewell described above, and at most 8 streams of a key that are ending.
    pub fn new() -> Self {
        let event = Event::builder("evicted").event_type(EventType::from_static("disconnected"));
        Self {
            farewell: Farewell::new()
                .with_retry(Retry::new(Duration::from_secs(60)))
                .with_event(event.to_frame()),
            max_ending_streams: 8,
        }
    }

    /// Sets what an evicted stream says last.
    pub fn with_farewell(mut self, farewell: Farewell) -> Self {
        self.farewell = farewell;
        self
    }

    /// Sets how many evicted streams of a key may still be open. While there are as many, no other
    /// one is evicted: the new one is refused.
    ///
    /// An evicted stream is gone when its body was polled. One whose client takes nothing stays
    /// until its connection breaks or the stall guard gives it up, and a client that
    /// opens streams and never reads would have any number of them.
    pub const fn with_max_ending_streams(mut self, max_streams: usize) -> Self {
        self.max_ending_streams = max_streams;
        self
    }

    pub(super) const fn max_ending_streams(&self) -> usize {
        self.max_ending_streams
    }

    /// The end of an evicted stream, for other implementations of
    /// [`StreamPermits`](super::StreamPermits).
    pub fn to_stream_end(&self) -> StreamEnd {
        StreamEnd::new(CloseReason::Limit).with_farewell(self.farewell.clone())
    }
}

impl Default for Eviction {
    fn default() -> Self {
        Self::new()
    }
}
