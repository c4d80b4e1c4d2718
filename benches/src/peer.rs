//! What a crate must offer to be measured, and what is kept of what it decodes.

use core::hash::{Hash, Hasher as _};
use std::hash::DefaultHasher;

use bytes::Bytes;

/// Why an adapter gave up: the peer's own error, or that it cannot go on.
#[derive(Debug)]
pub struct Failure(pub String);

impl<E: core::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(format!("{error:?}"))
    }
}

/// Where an adapter puts each event that a user of the peer would be told.
pub trait Events {
    /// An event: its type (`message` if the stream names none), its data, the last event ID.
    fn event(&mut self, event_type: &str, data: &str, last_event_id: &str);
}

/// An adapter: drives one public face of one crate.
pub trait Decode: Sync {
    /// The name of the crate in tables.
    const NAME: &'static str;
    /// The version measured.
    const VERSION: &'static str;

    /// Decodes a stream that comes in these chunks.
    ///
    /// # Errors
    ///
    /// When the peer reports an error or stops.
    fn decode_into(chunks: Vec<Bytes>, events: &mut impl Events) -> Result<(), Failure>;
}

/// An adapter as a value, for lists.
pub trait Peer: Sync {
    /// The name of the crate in tables.
    fn name(&self) -> &'static str;
    /// The version measured.
    fn version(&self) -> &'static str;
    /// What is timed: decodes, looks at every event, keeps next to nothing.
    ///
    /// # Errors
    ///
    /// When the peer reports an error or stops.
    fn decode(&self, chunks: Vec<Bytes>) -> Result<Tally, Failure>;
    /// What is compared: decodes, and hashes every byte of every event.
    ///
    /// # Errors
    ///
    /// When the peer reports an error or stops.
    fn fingerprint(&self, chunks: Vec<Bytes>) -> Result<Fingerprint, Failure>;
}

/// Makes a [`Peer`] of an adapter.
#[derive(Debug)]
pub struct Adapter<D>(pub D);

impl<D: Decode> Peer for Adapter<D> {
    fn name(&self) -> &'static str {
        D::NAME
    }

    fn version(&self) -> &'static str {
        D::VERSION
    }

    fn decode(&self, chunks: Vec<Bytes>) -> Result<Tally, Failure> {
        let mut tally = Tally::default();
        D::decode_into(chunks, &mut tally)?;
        Ok(tally)
    }

    fn fingerprint(&self, chunks: Vec<Bytes>) -> Result<Fingerprint, Failure> {
        let mut fingerprint = Fingerprint::for_bytes(chunks.iter().map(Bytes::len).sum());
        D::decode_into(chunks, &mut fingerprint)?;
        Ok(fingerprint)
    }
}

/// The cheap summary of the timed runs: a few additions an event.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Number of events.
    pub events: u64,
    /// Bytes of data.
    pub data_bytes: u64,
    /// Made of the lengths of all fields, depends on their order.
    pub lengths: u64,
}

impl Events for Tally {
    #[inline]
    fn event(&mut self, event_type: &str, data: &str, last_event_id: &str) {
        // The compiler must take the text for used, so whatever makes it is done.
        let (event_type, data, last_event_id) =
            core::hint::black_box((event_type, data, last_event_id));
        self.events += 1;
        self.data_bytes += data.len() as u64;
        let lengths = data.len() + (event_type.len() << 24) + (last_event_id.len() << 32);
        self.lengths = self.lengths.rotate_left(7) ^ lengths as u64;
    }
}

/// The full summary of the agreement test.
#[derive(Debug, Clone)]
pub struct Fingerprint {
    /// Number of events.
    pub events: u64,
    max_events: u64,
    data: DefaultHasher,
    event_type: DefaultHasher,
    last_event_id: DefaultHasher,
}

impl Fingerprint {
    /// For a stream of so many bytes.
    #[must_use]
    pub fn for_bytes(bytes: usize) -> Self {
        Self {
            events: 0,
            max_events: bytes as u64,
            data: DefaultHasher::new(),
            event_type: DefaultHasher::new(),
            last_event_id: DefaultHasher::new(),
        }
    }

    /// What differs from another decoding of the same stream; `None` if nothing does.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<Difference> {
        if self.events != other.events {
            Some(Difference::Events)
        } else if self.data.finish() != other.data.finish() {
            Some(Difference::Data)
        } else if self.event_type.finish() != other.event_type.finish() {
            Some(Difference::EventType)
        } else if self.last_event_id.finish() != other.last_event_id.finish() {
            Some(Difference::LastEventId)
        } else {
            None
        }
    }
}

impl Events for Fingerprint {
    /// # Panics
    ///
    /// When there are more events than bytes: the peer does not come to an end.
    fn event(&mut self, event_type: &str, data: &str, last_event_id: &str) {
        self.events += 1;
        assert!(self.events <= self.max_events, "more events than bytes");
        data.hash(&mut self.data);
        event_type.hash(&mut self.event_type);
        last_event_id.hash(&mut self.last_event_id);
    }
}

/// How a decoding is not what it should be; the first of these that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// It panics, or does not come to an end.
    Panic,
    /// It ends with an error.
    Error,
    /// The number of events.
    Events,
    /// The data of an event.
    Data,
    /// The type of an event.
    EventType,
    /// The last event ID of an event.
    LastEventId,
}
