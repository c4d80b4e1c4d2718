//! The events of the demo's stream, and how each becomes a frame.
//!
//! | event type | when | data |
//! |---|---|---|
//! | `connected` | first on every stream, with the reconnection time | [`Connected`] |
//! | `stats` | at every sample, its number as the id | [`Stats`] |
//! | `heartbeat` | every few seconds | [`Heartbeat`] |
//! | `disconnected` | last, when the server ends the stream | [`Disconnected`] |

use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sse_codec::{Encode as _, EncodedFrame, Event, EventId, EventType};

use crate::figures::Stats;

/// How long a browser waits before it comes back. Short, so that a restart is hardly noticed;
/// a server with many clients would choose longer, and differently for each.
const RECONNECTION_TIME: Duration = Duration::from_secs(1);

/// What a client should know before the first sample.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Connected {
    /// The version of the demo.
    pub(crate) version: String,
    /// The name of this machine, if it has one.
    pub(crate) host: Option<String>,
    /// The time between two samples.
    pub(crate) interval_ms: u64,
}

/// A sign of life, for a client that wants to know an idle stream from a dead one.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Heartbeat {
    /// The server's clock, in milliseconds since 1970 began.
    pub(crate) unix_time_ms: u64,
}

/// Why the stream ends.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Disconnected {
    /// In words.
    pub(crate) reason: String,
}

impl Connected {
    pub(crate) fn to_frame(&self) -> serde_json::Result<EncodedFrame> {
        Ok(Event::builder("")
            .json(self)?
            .event_type(EventType::from_static("connected"))
            .retry(RECONNECTION_TIME)
            .to_frame())
    }
}

impl Stats {
    pub(crate) fn to_frame(&self) -> serde_json::Result<EncodedFrame> {
        Ok(Event::builder("")
            .json(self)?
            .event_type(EventType::from_static("stats"))
            .id(EventId::from(self.sample))
            .to_frame())
    }
}

impl Heartbeat {
    /// The time it is.
    pub(crate) fn now() -> Self {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { unix_time_ms: u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX) }
    }

    pub(crate) fn to_frame(&self) -> serde_json::Result<EncodedFrame> {
        Ok(Event::builder("")
            .json(self)?
            .event_type(EventType::from_static("heartbeat"))
            .to_frame())
    }
}

impl Disconnected {
    pub(crate) fn to_frame(&self) -> serde_json::Result<EncodedFrame> {
        Ok(Event::builder("")
            .json(self)?
            .event_type(EventType::from_static("disconnected"))
            .to_frame())
    }
}
