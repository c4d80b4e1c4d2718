//! What is sent when a stream was idle, and when.

use core::{fmt, time::Duration};
use std::sync::Arc;

use bytes::Bytes;
use sse_codec::{Encode, EncodedFrame, ItemRef};

use crate::{Jitter, boundary::Position};

/// What is sent on a stream that was idle, and after how long.
#[derive(Clone)]
#[must_use]
pub struct KeepAlive {
    interval: Duration,
    jitter: Jitter,
    beat: Beat,
}

#[derive(Clone)]
enum Beat {
    Comment {
        /// With a blank line, so that readers which split at blank lines see it at once.
        block: Bytes,
        /// Without: between the lines of an event a blank line would end it.
        lines: Bytes,
    },
    Event(Arc<dyn Fn() -> EncodedFrame + Send + Sync>),
}

impl KeepAlive {
    /// 15 seconds.
    pub const DEFAULT_INTERVAL: Duration = Duration::from_secs(15);

    /// An empty comment after so long without anything sent, less up to 10 % of it. Below a
    /// millisecond counts as a millisecond.
    pub fn new(interval: Duration) -> Self {
        Self {
            interval: interval.max(Duration::from_millis(1)),
            jitter: Jitter::percent(10),
            beat: Beat::Comment {
                block: Bytes::from_static(b":\n\n"),
                lines: Bytes::from_static(b":\n"),
            },
        }
    }

    /// Sets by how much a connection's interval may be shorter.
    pub const fn with_jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
        self
    }

    /// Sends a comment with this text, which may have any number of lines.
    pub fn with_comment(mut self, text: &str) -> Self {
        let block = ItemRef::Comment(text).to_frame().into_bytes();
        let lines = block.slice(..block.len().saturating_sub(1));
        self.beat = Beat::Comment { block, lines };
        self
    }

    /// Sends what `event` makes, each time anew: a page can see it.
    pub fn with_event(mut self, event: impl Fn() -> EncodedFrame + Send + Sync + 'static) -> Self {
        self.beat = Beat::Event(Arc::new(event));
        self
    }

    /// The interval of one connection.
    pub(crate) fn draw_interval(&self) -> Duration {
        self.jitter
            .shorten(self.interval)
            .max(Duration::from_millis(1))
    }

    /// What can be sent here, if anything.
    pub(crate) fn beat_at(&self, position: Position) -> Option<Bytes> {
        match (&self.beat, position) {
            (Beat::Comment { block, .. }, Position::Boundary) => Some(block.clone()),
            (Beat::Comment { lines, .. }, Position::BetweenLines) => Some(lines.clone()),
            (Beat::Event(event), Position::Boundary) => Some(event().into_bytes()),
            (Beat::Event(_), Position::BetweenLines) | (_, Position::Inside) => None,
        }
    }
}

impl Default for KeepAlive {
    fn default() -> Self {
        Self::new(Self::DEFAULT_INTERVAL)
    }
}

impl fmt::Debug for KeepAlive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let beat: &dyn fmt::Debug = match &self.beat {
            Beat::Comment { block, .. } => block,
            Beat::Event(_) => &"an event",
        };
        f.debug_struct("KeepAlive")
            .field("interval", &self.interval)
            .field("jitter", &self.jitter)
            .field("beat", beat)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sse_codec::Event;

    #[test]
    fn a_comment_goes_between_lines_too_but_ends_no_event() {
        let beat = KeepAlive::default().with_comment("two\nlines");
        assert_eq!(
            beat.beat_at(Position::Boundary).unwrap(),
            ": two\n: lines\n\n"
        );
        assert_eq!(
            beat.beat_at(Position::BetweenLines).unwrap(),
            ": two\n: lines\n"
        );
        assert_eq!(beat.beat_at(Position::Inside), None);
    }

    #[test]
    fn an_event_goes_between_events_only() {
        let beat = KeepAlive::default().with_event(|| Event::builder("x").to_frame());
        assert_eq!(beat.beat_at(Position::Boundary).unwrap(), "data: x\n\n");
        assert_eq!(beat.beat_at(Position::BetweenLines), None);
    }

    #[test]
    fn the_interval_is_never_zero_and_never_longer_than_asked() {
        let beat = KeepAlive::new(Duration::ZERO).with_jitter(Jitter::percent(100));
        assert_eq!(beat.draw_interval(), Duration::from_millis(1));
        for _ in 0..100 {
            assert!(KeepAlive::default().draw_interval() <= KeepAlive::DEFAULT_INTERVAL);
        }
    }
}
