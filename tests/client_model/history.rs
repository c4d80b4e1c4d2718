//! What a client has written down.

use serde::Deserialize;

/// The channels, by their numbers.
pub(crate) const CHANNELS: [&str; 3] = ["a", "b", "c"];

/// What has happened to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// There is a stream.
    Open,
    /// There is none any more, or still none.
    Reconnecting,
    /// An event, and the last event ID as of it.
    Event {
        channel: usize,
        number: u64,
        id: String,
    },
    /// The server says that so many are missing, if it knows.
    Gap {
        channel: usize,
        missed: Option<u64>,
        id: String,
    },
}

#[derive(Debug, Deserialize)]
struct Gap {
    channel: String,
    missed: Option<u64>,
}

impl Entry {
    /// What an event of the server says.
    pub(crate) fn of_event(event: &sse_codec::Event) -> Self {
        let id = event.last_event_id().to_owned();
        if event.event_type() == "gap" {
            let gap: Gap = serde_json::from_str(event.data()).unwrap();
            return Self::Gap {
                channel: channel(&gap.channel),
                missed: gap.missed,
                id,
            };
        }
        let (name, number) = event.data().split_once(' ').unwrap();
        Self::Event {
            channel: channel(name),
            number: number.parse().unwrap(),
            id,
        }
    }
}

/// The number of the channel of this name.
pub(crate) fn channel(name: &str) -> usize {
    CHANNELS.iter().position(|it| *it == name).unwrap()
}
