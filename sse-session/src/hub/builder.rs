//! Setting up a hub.

use core::{error::Error, fmt, time::Duration};
use std::sync::Arc;

use sse_codec::EventType;
use tokio::runtime::Handle;

use super::{
    Authorizer, EventIds, Hub, OnGap, OnLag, ResumeFrom, access::recheck, channels::watch_over,
    random::Random, settings::Settings, shared::Shared,
};
use crate::{
    cursor::CursorCodec,
    observe::Observers,
    store::{Retention, SessionStore},
};

/// A hub to be set up: made by [`Hub::builder`].
#[derive(Debug, Clone)]
#[must_use]
pub struct HubBuilder {
    store: Arc<dyn SessionStore>,
    settings: Settings,
}

impl HubBuilder {
    pub(super) fn new(store: Arc<dyn SessionStore>) -> Self {
        Self {
            store,
            settings: Settings::default(),
        }
    }

    /// Sets how ids are made: with a key ([`CursorCodec::signed`]), clients cannot make them up.
    /// All nodes need the same.
    pub fn with_cursor_codec(mut self, codec: CursorCodec) -> Self {
        self.settings.codec = codec;
        self
    }

    /// Sets how much of each channel is kept in the memory of the node while somebody is subscribed
    /// to it: 256 records and 1 MiB. The newest record is kept whatever its size.
    pub const fn with_ring(mut self, max_records: usize, max_bytes: usize) -> Self {
        self.settings.ring.max_entries = max_records;
        self.settings.ring.max_bytes = max_bytes;
        self
    }

    /// Sets how long an event may be, encoded: 256 KiB, or what the store takes if that is less.
    pub const fn with_max_event_bytes(mut self, bytes: usize) -> Self {
        self.settings.max_event_bytes = bytes;
        self
    }

    /// Sets what channels keep: 1,000 records.
    pub const fn with_retention(mut self, retention: Retention) -> Self {
        self.settings.retention = retention;
        self
    }

    /// Sets how often it is tried to append an event, as far as that is safe: 4 times; 0 counts as
    /// 1.
    pub const fn with_max_attempts(mut self, attempts: u32) -> Self {
        self.settings.max_attempts = attempts;
        self
    }

    /// Sets who decides who may subscribe to what. Without one, everybody may.
    pub fn with_authorizer(mut self, authorizer: impl Authorizer) -> Self {
        self.settings.authorizer = Some(Arc::new(authorizer));
        self
    }

    /// Asks the authorizer again about live streams, once per identity and channel, about this
    /// often. Those who may not any more are [revoked](Hub::revoke).
    pub const fn with_recheck(mut self, interval: Duration) -> Self {
        self.settings.recheck = Some(interval);
        self
    }

    /// Sets the type of the event by which a gap is told: `gap`.
    pub fn with_gap_event(mut self, event_type: EventType<'static>) -> Self {
        self.settings.streams.gap_event = event_type;
        self
    }

    /// Sets what is done at a gap: it is told.
    pub fn with_on_gap(mut self, on_gap: OnGap) -> Self {
        self.settings.streams.on_gap = on_gap;
        self
    }

    /// Sets where a stream goes on behind a gap: with the oldest record.
    pub const fn with_resume_from(mut self, resume_from: ResumeFrom) -> Self {
        self.settings.streams.resume_from = resume_from;
        self
    }

    /// Sets what becomes of a subscriber that is too slow: it catches up.
    pub const fn with_on_lag(mut self, on_lag: OnLag) -> Self {
        self.settings.streams.on_lag = on_lag;
        self
    }

    /// Sets which events of a stream of several channels have an id: each.
    pub const fn with_event_ids(mut self, ids: EventIds) -> Self {
        self.settings.streams.event_ids = ids;
        self
    }

    /// Sets how large a batch grows: 64 KiB. An event that is larger is a batch of its own. It is
    /// also about what a stream that replays holds in memory.
    pub const fn with_max_batch_bytes(mut self, bytes: usize) -> Self {
        self.settings.streams.max_batch_bytes = if bytes == 0 { 1 } else { bytes };
        self
    }

    /// Sets how many streams read the store for themselves at a time: 64; 0 counts as 1.
    pub const fn with_max_reads(mut self, reads: usize) -> Self {
        self.settings.max_reads = if reads == 0 { 1 } else { reads };
        self
    }

    /// Sets how long a channel to which nobody is subscribed any more stays ready for those who
    /// come back: 30 seconds, or a little longer.
    pub const fn with_linger(mut self, time: Duration) -> Self {
        self.settings.linger = time;
        self
    }

    /// Sets how often the heads of all active channels are looked at, in case the store's hints
    /// were lost: about every 5 seconds; at least 10 ms.
    pub fn with_check_interval(mut self, interval: Duration) -> Self {
        self.settings.check_interval = interval.max(Duration::from_millis(10));
        self
    }

    /// Sets who is told what happens on the hub and on what is built over it. Without any, nobody is, and
    /// nothing is measured.
    pub fn with_observers(mut self, observers: Observers) -> Self {
        self.settings.observers = observers;
        self
    }

    /// The hub. Its tasks run on the tokio runtime on which this is called, with its timer.
    ///
    /// # Errors
    ///
    /// [`BuildError`].
    pub fn build(self) -> Result<Hub, BuildError> {
        let runtime = Handle::try_current().map_err(|_| BuildError::NoRuntime)?;
        let random = Random::new().map_err(|_| BuildError::NoRandomness)?;
        let shared = Shared::new(self.store, self.settings, random, runtime);
        shared.tasks.spawn(watch_over(Arc::downgrade(&shared)));
        let Settings {
            authorizer,
            recheck: interval,
            ..
        } = &shared.settings;
        if let (Some(authorizer), Some(interval)) = (authorizer, interval) {
            let interval = (*interval).max(Duration::from_millis(10));
            let task = recheck(Arc::downgrade(&shared), Arc::clone(authorizer), interval);
            shared.tasks.spawn(task);
        }
        Ok(Hub::new(shared))
    }
}

/// Why there is no hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// There is no tokio runtime on this thread.
    NoRuntime,
    /// The operating system gives no random numbers.
    NoRandomness,
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoRuntime => "no tokio runtime to run on",
            Self::NoRandomness => "no random numbers from the operating system",
        })
    }
}

impl Error for BuildError {}
