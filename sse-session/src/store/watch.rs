//! Hints that a log has changed.

use core::fmt;

use bytes::Bytes;

use super::{LogName, Record};

/// What a store tells whoever watches. All of it are hints: they may be lost, doubled or late, and never
/// come before what they tell of can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WatchEvent {
    /// This was appended.
    Appended {
        /// To this log.
        log: LogName,
        /// With its payload, so that it need not be read.
        record: Record,
    },
    /// Something was appended to this log, or may have been.
    Changed(LogName),
    /// The watch over this log is in force: whatever is appended from now on is told.
    Watching(LogName),
    /// This was announced to those who watch now, and is kept nowhere.
    Announced {
        /// On this log.
        log: LogName,
        /// As it was given.
        payload: Bytes,
    },
    /// From now on hints may be missing for all logs.
    Lost,
    /// Hints come again. What was appended meanwhile was not told.
    Restored,
}

/// Where hints go.
pub trait WatchSink: Send + Sync + 'static {
    /// Takes a hint. It must not block, and may be called from any thread, from inside an append too.
    fn notify(&self, event: WatchEvent);
}

/// Which logs are watched. Dropped, none is.
pub trait Watch: fmt::Debug + Send + Sync + 'static {
    /// Watches a log: [`WatchEvent::Watching`] comes when it is in force. Asked twice, it is watched once.
    fn add(&self, log: &LogName);

    /// Watches it no more. Hints that are under way may still come.
    fn remove(&self, log: &LogName);
}
