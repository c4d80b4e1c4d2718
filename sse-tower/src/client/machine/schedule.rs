//! When the next connection is due, and when it is time to give up.

use core::time::Duration;

use super::super::{EventSourceOptions, backoff::Windows};

/// Counts what went wrong since the last stream that was stable.
#[derive(Debug)]
pub(super) struct Schedule {
    /// As the server or the options have it, before it is bounded.
    reconnection_time: Duration,
    windows: Windows,
    pub(super) reconnections: u32,
    /// How long there was no stream, without the time since `down_since`.
    down: Duration,
    /// Since when there has been none; `None` while there is one, or a pause.
    down_since: Option<Duration>,
}

/// A bound that is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GaveUp {
    /// There were as many reconnections in a row as there may be.
    Reconnections {
        /// As many as there may be.
        max: u32,
    },
    /// There was no stream for as long as there may be none, or there would be if the next
    /// connection was waited for.
    TimeDown {
        /// As long as there may be none.
        max: Duration,
    },
}

impl Schedule {
    pub(super) fn new(options: &EventSourceOptions) -> Self {
        Self {
            reconnection_time: options.reconnection_time,
            windows: options.backoff.windows(),
            reconnections: 0,
            down: Duration::ZERO,
            down_since: None,
        }
    }

    /// <https://html.spec.whatwg.org/multipage/server-sent-events.html#concept-event-stream-reconnection-time>
    pub(super) fn set_reconnection_time(&mut self, time: Duration) {
        self.reconnection_time = time;
    }

    /// There is a stream, or nobody wants one.
    pub(super) fn stop_counting(&mut self, now: Duration) {
        if let Some(since) = self.down_since.take() {
            self.down = self.down.saturating_add(now.saturating_sub(since));
        }
    }

    pub(super) fn count_from(&mut self, now: Duration) {
        self.down_since.get_or_insert(now);
    }

    /// A stream was open for the stable period: what was before it no longer counts.
    pub(super) fn forget(&mut self, options: &EventSourceOptions) {
        self.windows = options.backoff.windows();
        self.reconnections = 0;
        self.down = Duration::ZERO;
    }

    /// When it has been without a stream for as long as it may.
    pub(super) fn end_of_time_down(&self, options: &EventSourceOptions) -> Option<Duration> {
        let left = options.max_time_down?.saturating_sub(self.down);
        Some(self.down_since?.saturating_add(left))
    }

    /// Counts one more reconnection, and says how long to wait for it.
    pub(super) fn next_delay(
        &mut self,
        now: Duration,
        retry_after: Option<Duration>,
        options: &EventSourceOptions,
    ) -> Result<Duration, GaveUp> {
        if let Some(max) = options
            .max_reconnections
            .filter(|max| self.reconnections >= *max)
        {
            return Err(GaveUp::Reconnections { max });
        }
        let time = self
            .reconnection_time
            .max(options.min_reconnection_time)
            .min(options.max_reconnection_time)
            .saturating_add(self.windows.draw());
        let asked = retry_after.unwrap_or_default().min(options.max_retry_after);
        let delay = time.max(asked);
        let end = self.end_of_time_down(options);
        if let (Some(max), Some(end)) = (options.max_time_down, end) {
            if now >= end || now.saturating_add(delay) > end {
                return Err(GaveUp::TimeDown { max });
            }
        }
        self.reconnections = self.reconnections.saturating_add(1);
        Ok(delay)
    }
}
