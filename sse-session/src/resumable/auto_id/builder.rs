//! Setting up streams with ids.

use core::time::Duration;

use sse_codec::EventType;
use tokio::runtime::Handle;

use super::{AutoId, registry::Registry, settings::Settings};
use crate::{
    cursor::CursorCodec,
    hub::{BuildError, ResumeFrom},
};

/// An [`AutoId`] to be set up: made by [`AutoId::builder`].
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct AutoIdBuilder {
    settings: Settings,
}

impl AutoIdBuilder {
    /// Sets how much of each stream is kept for those who come back: 1,024 events and 1 MiB, encoded. The
    /// newest event is kept whatever its size; 0 counts as 1.
    ///
    /// It is also how far the stream runs ahead of the client that is furthest.
    pub const fn with_history(mut self, max_events: usize, max_bytes: usize) -> Self {
        self.settings.max_history_events = if max_events == 0 { 1 } else { max_events };
        self.settings.max_history_bytes = if max_bytes == 0 { 1 } else { max_bytes };
        self
    }

    /// Sets how many streams are kept: 1,024.
    pub const fn with_max_streams(mut self, streams: usize) -> Self {
        self.settings.max_streams = streams;
        self
    }

    /// Sets how long a stream goes on without a client, and how long its events are kept behind its end: 60
    /// seconds; at least 10 ms and at most a year. It should be well above the clients' reconnection time.
    pub fn with_linger(mut self, time: Duration) -> Self {
        const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
        self.settings.linger = time.clamp(Duration::from_millis(10), YEAR);
        self
    }

    /// Sets where a client begins that is new, and one goes on whose events are not kept any more: with
    /// the oldest event that is.
    pub const fn with_resume_from(mut self, resume_from: ResumeFrom) -> Self {
        self.settings.resume_from = resume_from;
        self
    }

    /// Sets the type of the event by which a gap is told: `gap`.
    pub fn with_gap_event(mut self, event_type: EventType<'static>) -> Self {
        self.settings.gap_event = event_type;
        self
    }

    /// Sets how ids are made: with a key ([`CursorCodec::signed`]), clients cannot make them up.
    pub fn with_cursor_codec(mut self, codec: CursorCodec) -> Self {
        self.settings.codec = codec;
        self
    }

    /// Streams run on the tokio runtime on which this is called, with its timer.
    ///
    /// # Errors
    ///
    /// [`BuildError`].
    pub fn build(self) -> Result<AutoId, BuildError> {
        let runtime = Handle::try_current().map_err(|_| BuildError::NoRuntime)?;
        let epoch = getrandom::u64().map_err(|_| BuildError::NoRandomness)?;
        Ok(AutoId::new(Registry::new(self.settings, runtime, epoch)))
    }
}
