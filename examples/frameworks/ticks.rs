//! What each of these programs streams: ticks, numbered from 1, each with its number as the id.

use core::time::Duration;

use futures_util::{Stream, StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use sse_codec::item::JsonError;
use sse_codec::{EncodedFrame, EventBuilder, EventId, EventType, LastEventId};

/// The time between two ticks.
pub(crate) const PAUSE: Duration = Duration::from_secs(1);

/// What the page that is no event stream says.
pub(crate) const HINT: &str = "The event stream is at /events.\n";

/// The data of a `tick` event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tick {
    /// How many ticks there were up to this one.
    pub(crate) number: u64,
}

impl Tick {
    /// The event.
    ///
    /// # Errors
    ///
    /// None in fact: a number is always JSON.
    pub(crate) fn to_frame(self) -> Result<EncodedFrame, JsonError> {
        EventBuilder::json(&self)
            .event_type(EventType::from_static("tick"))
            .id(EventId::from(self.number))
            .to_frame()
    }
}

/// The ticks after number `seen`: one at once, and then one after each `pause`.
pub(crate) fn ticks_after(
    seen: u64,
    pause: Duration,
) -> impl Stream<Item = Tick> + Send + Sync + 'static {
    let numbers = stream::iter((seen..=u64::MAX).skip(1)).enumerate();
    numbers.then(move |(index, number)| async move {
        if index > 0 {
            tokio::time::sleep(pause).await;
        }
        Tick { number }
    })
}

/// The number of the tick that the client has seen last; 0 if it has seen none.
///
/// A client whose id is no number is taken for a new one: it gets each tick again. Where a new
/// client does not get everything, that would lose events, and
/// [`resumes_after`](sse_tower::last_event_id::resumes_after) tells the two apart.
pub(crate) fn last_seen(last_event_id: Option<&LastEventId>) -> u64 {
    last_event_id.and_then(|id| id.parse().ok()).unwrap_or(0)
}
