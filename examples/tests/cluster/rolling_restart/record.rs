//! What one client has seen.

use std::time::Instant;

use sse_codec::Event;
use sse_tower::client::Cause;

use crate::support::data;

#[derive(Debug, Default)]
pub(super) struct Record {
    /// The numbers of the messages.
    numbers: Vec<u64>,
    /// Of them, up to the last event ID: on a stream of several channels the last event of a batch has it.
    sure: usize,
    pub(super) gaps: usize,
    /// When each request but the first was made.
    pub(super) returns: Vec<Instant>,
    /// When each stream was there.
    pub(super) connected: Vec<Instant>,
    pub(super) is_connected: bool,
    /// When and why each of its requests came to nothing.
    pub(super) refusals: Vec<(Instant, String)>,
    /// Why it is over, which it should not be.
    pub(super) failure: Option<String>,
}

impl Record {
    pub(super) fn event(&mut self, event: &Event) {
        match event.event_type() {
            "connected" => {
                self.connected.push(Instant::now());
                self.is_connected = true;
            }
            "gap" => self.gaps += 1,
            "message" => {
                let text = data(event)["text"].take();
                self.numbers.push(text.as_str().unwrap().parse().unwrap());
                if event.id().is_some() {
                    self.sure = self.numbers.len();
                }
            }
            _ => (),
        }
    }

    /// The stream is over. What was cut off from its id comes again.
    pub(super) fn ended(&mut self, cause: &Cause) {
        if !self.is_connected {
            self.refusals.push((Instant::now(), cause.to_string()));
        }
        self.is_connected = false;
        self.numbers.truncate(self.sure);
    }

    pub(super) fn last(&self) -> u64 {
        self.numbers.last().copied().unwrap_or(0)
    }

    /// Whether it has each message once and in order.
    pub(super) fn has_all(&self, last: u64) -> bool {
        self.gaps == 0 && self.numbers.iter().copied().eq(1..=last)
    }

    /// The first place where it is not as it should be.
    pub(super) fn complaint(&self) -> String {
        let pairs = self.numbers.windows(2);
        let wrong = pairs
            .filter(|pair| pair[1] != pair[0] + 1)
            .collect::<Vec<_>>();
        format!(
            "begins {:?}, {wrong:?}, {} gaps, {:?}",
            self.numbers.first(),
            self.gaps,
            self.failure
        )
    }
}
