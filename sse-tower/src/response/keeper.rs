//! When the next sign of life is due.

use core::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use crate::{boundary::Position, keep_alive::KeepAlive};

/// When the next sign of life is due.
pub(super) struct Keeper {
    keep_alive: KeepAlive,
    interval: Duration,
    /// `None` while there is something to send. So the clock is not read for each frame, but once
    /// when the frames stop.
    due: Option<Instant>,
}

impl Keeper {
    pub(super) fn new(keep_alive: KeepAlive) -> Self {
        let interval = keep_alive.draw_interval();
        Self {
            keep_alive,
            interval,
            due: None,
        }
    }

    /// Something was sent.
    #[inline]
    pub(super) const fn sent(&mut self) {
        self.due = None;
    }

    /// When it is due, if nothing is sent until then.
    pub(super) fn due(&mut self) -> Instant {
        *self
            .due
            .get_or_insert_with(|| after(Instant::now(), self.interval))
    }

    /// What is sent because nothing was for so long.
    pub(super) fn beat(&mut self, now: Instant, position: Position) -> Option<Bytes> {
        if now < self.due() {
            return None;
        }
        // Inside a line: as soon as it ends, its end counts as sent.
        self.due = Some(after(now, self.interval));
        self.keep_alive.beat_at(position)
    }
}

/// An instant so much later; in the far future if there is none.
pub(crate) fn after(instant: Instant, time: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(86_400 * 365);
    instant.checked_add(time.min(FAR)).unwrap_or(instant)
}
