//! The events of the demo's stream, and how each is written.
//!
//! | event type | when | data |
//! |---|---|---|
//! | `connected` | first on every stream, with the reconnection time | [`Connected`] |
//! | `stats` | at every sample, with an id of the history's | [`Stats`] |
//! | `gap` | where samples are missing | of the history's own |
//! | `heartbeat` | every few seconds | [`Heartbeat`] |
//! | `disconnected` | last, when the server ends the stream | [`Disconnected`] |

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sse_codec::item::JsonError;
use sse_codec::{EncodedFrame, EventBuilder, EventType};

use crate::figures::Stats;

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
    /// The event.
    pub(crate) fn to_frame(&self) -> Result<EncodedFrame, JsonError> {
        EventBuilder::json(self)
            .event_type(EventType::from_static("connected"))
            .to_frame()
    }
}

impl Stats {
    /// The event. Where it stands in the history is its id, which is given there.
    pub(crate) fn to_frame(&self) -> Result<EncodedFrame, JsonError> {
        EventBuilder::json(self)
            .event_type(EventType::from_static("stats"))
            .to_frame()
    }
}

impl Heartbeat {
    /// The time it is.
    pub(crate) fn now() -> Self {
        Self {
            unix_time_ms: unix_time_ms(),
        }
    }

    /// The event. It has no id, so that it does not hide which sample came last.
    pub(crate) fn to_frame(&self) -> Result<EncodedFrame, JsonError> {
        EventBuilder::json(self)
            .event_type(EventType::from_static("heartbeat"))
            .to_frame()
    }
}

/// The time it is, in milliseconds since 1970 began.
pub(crate) fn unix_time_ms() -> u64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    u64::try_from(since_1970.unwrap_or_default().as_millis()).unwrap_or(u64::MAX)
}

impl Disconnected {
    /// The event.
    pub(crate) fn to_frame(&self) -> Result<EncodedFrame, JsonError> {
        EventBuilder::json(self)
            .event_type(EventType::from_static("disconnected"))
            .to_frame()
    }
}

#[cfg(test)]
mod tests {
    use sse_codec::{Decoder, Event, Item};

    use super::*;
    use crate::figures::{Cpu, Load, Memory, Network, Streams};

    fn decode(frame: EncodedFrame) -> Vec<Item> {
        let mut decoder = Decoder::new();
        let mut bytes = frame.into_bytes();
        core::iter::from_fn(|| decoder.decode_bytes(&mut bytes).unwrap()).collect()
    }

    fn only_event(frame: EncodedFrame) -> Event {
        match <[Item; 1]>::try_from(decode(frame)) {
            Ok([Item::Event(event)]) => event,
            other => panic!("{other:?}"),
        }
    }

    fn sample() -> Stats {
        Stats {
            sample: 7,
            unix_time_ms: 1_700_000_000_000,
            cpu: Cpu {
                percent: 12.5,
                cores: vec![25.0, 0.0],
            },
            memory: Memory {
                used_bytes: 1,
                total_bytes: u64::MAX,
            },
            load: Some(Load {
                one: 0.1,
                five: 1.25,
                fifteen: 3.0,
            }),
            network: Network {
                received_bytes_per_second: 10,
                sent_bytes_per_second: 0,
            },
            uptime_seconds: 86_400,
            streams: Streams {
                live: 3,
                opened: 5,
                closed: [("client_gone".to_owned(), 2)].into(),
            },
        }
    }

    #[test]
    fn stats_come_back_as_they_were() {
        for stats in [
            sample(),
            Stats {
                load: None,
                ..sample()
            },
        ] {
            let event = only_event(stats.to_frame().unwrap());
            assert_eq!((event.event_type(), event.id()), ("stats", None));
            assert_eq!(event.json::<Stats>().unwrap(), stats);
        }
    }

    #[test]
    fn connected_brings_the_reconnection_time_first() {
        let connected = Connected {
            version: "1".to_owned(),
            host: Some("a \"name\"\nof two lines".to_owned()),
            interval_ms: 1000,
        };
        let items = decode(connected.to_frame().unwrap());
        let [Item::Event(event)] = &*items else {
            panic!("{items:?}")
        };
        assert_eq!((event.event_type(), event.id()), ("connected", None));
        assert_eq!(event.json::<Connected>().unwrap(), connected);
    }

    #[test]
    fn heartbeat_and_disconnected_have_no_id() {
        let heartbeat = Heartbeat::now();
        let event = only_event(heartbeat.to_frame().unwrap());
        assert_eq!((event.event_type(), event.id()), ("heartbeat", None));
        assert_eq!(event.json::<Heartbeat>().unwrap(), heartbeat);
        let disconnected = Disconnected {
            reason: "so".to_owned(),
        };
        let event = only_event(disconnected.to_frame().unwrap());
        assert_eq!((event.event_type(), event.id()), ("disconnected", None));
        assert_eq!(event.json::<Disconnected>().unwrap(), disconnected);
    }
}
