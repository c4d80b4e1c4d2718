//! How many streams there are, and what is written to them.

use bytes::Bytes;
use sse_codec::{Decoder, ItemRef};

use super::contender::Brings;
use crate::{
    corpus::{Chunking, Corpus},
    peer::Failure,
};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scene {
    /// Its name in tables and options.
    pub name: &'static str,
    /// How many streams a client has.
    pub streams: usize,
    corpus: &'static str,
    framing: Framing,
    /// How many events are written to a stream at a time.
    events_a_step: usize,
    /// How many steps there are before anything is counted.
    pub warm_up: usize,
    /// How many steps are counted.
    pub steps: usize,
}

/// What a chunk of the transfer coding holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    /// An event, as servers write them.
    Event,
    /// 16 KiB, as a proxy that buffers writes them.
    Large,
}

impl Scene {
    /// One stream of tokens, a chunk for each.
    pub const FAST: Self = Self {
        name: "fast",
        streams: 1,
        corpus: "llm",
        framing: Framing::Event,
        events_a_step: 300,
        warm_up: 10,
        steps: 300,
    };
    /// One stream of tokens, in large chunks.
    pub const FAST_LARGE: Self = Self {
        name: "fast, 16 KiB chunks",
        framing: Framing::Large,
        ..Self::FAST
    };
    /// 1,000 streams, each with an event now and then.
    pub const SLOW: Self = Self {
        name: "slow",
        streams: 1000,
        corpus: "chat",
        framing: Framing::Event,
        events_a_step: 1,
        warm_up: 5,
        steps: 40,
    };
    /// All of them, in the order of the tables.
    pub const ALL: [Self; 3] = [Self::FAST, Self::FAST_LARGE, Self::SLOW];

    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scene| scene.name == name)
    }

    /// The same with fewer streams and steps: for a check.
    #[must_use]
    pub const fn shortened(mut self) -> Self {
        self.streams = if self.streams > 3 { 3 } else { self.streams };
        self.steps = if self.steps > 20 { 20 } else { self.steps };
        self
    }

    /// What is written, step by step.
    ///
    /// # Errors
    ///
    /// There is no such corpus, or it cannot be decoded.
    pub fn script(&self) -> Result<Vec<Step>, Failure> {
        let corpus = Corpus::generate(self.corpus);
        let corpus = corpus.ok_or_else(|| Failure(format!("no corpus {}", self.corpus)))?;
        let events = corpus.cut(Chunking::Event);
        let mut events = events.iter().cycle();
        (0..self.warm_up + self.steps)
            .map(|_| {
                let events: Vec<_> = events.by_ref().take(self.events_a_step).collect();
                Step::of(&events, self.framing)
            })
            .collect()
    }
}

/// What is written to each stream at a time.
#[derive(Debug, Clone)]
pub struct Step {
    /// As it goes over the connection.
    pub wire: Bytes,
    /// How many events there are in it.
    pub events: u64,
    /// How long types, data and ids are together.
    pub text_bytes: u64,
    /// Without the transfer coding.
    pub body: Bytes,
}

impl Step {
    fn of(events: &[&Bytes], framing: Framing) -> Result<Self, Failure> {
        let body: Vec<u8> = events
            .iter()
            .flat_map(|event| event.iter().copied())
            .collect();
        let mut wire = Vec::with_capacity(body.len() * 2);
        let mut write = |chunk: &[u8]| {
            wire.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            wire.extend_from_slice(chunk);
            wire.extend_from_slice(b"\r\n");
        };
        match framing {
            Framing::Event => events.iter().for_each(|event| write(event)),
            Framing::Large => body.chunks(16 << 10).for_each(write),
        }
        let mut step = Self {
            wire: wire.into(),
            events: 0,
            text_bytes: 0,
            body: body.into(),
        };
        let mut decoder = Decoder::new();
        let mut input = &step.body[..];
        while let Some(item) = decoder.decode(&mut input)? {
            if let ItemRef::Event(event) = item {
                step.events += 1;
                let text = [event.event_type(), event.data(), event.last_event_id()];
                step.text_bytes += text.iter().map(|text| text.len() as u64).sum::<u64>();
            }
        }
        Ok(step)
    }

    /// How much of it a client gets that brings this.
    #[must_use]
    pub fn brings(&self, what: Brings) -> u64 {
        match what {
            Brings::Events => self.events,
            Brings::Bytes => self.body.len() as u64,
        }
    }
}
