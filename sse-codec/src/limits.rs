//! How much of a stream the decoder is ready to hold.

/// Bounds on what a decoder holds, in bytes. On by default.
///
/// A connection holds at most one unfinished line and one unfinished event, so about
/// `max_line_bytes + max_event_bytes`, and while it is idle `max_retained_bytes` per buffer.
///
/// ```
/// use sse_codec::{Decoder, Limits};
///
/// let limits = Limits::default().with_max_event_bytes(64 * 1024);
/// let decoder = Decoder::new().with_limits(limits);
/// # let _ = decoder;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Limits {
    max_line_bytes: usize,
    max_event_bytes: usize,
    max_retained_bytes: usize,
}

impl Limits {
    /// 4 MiB a line, 4 MiB an event, 256 KiB kept while idle.
    pub const DEFAULT: Self = Self {
        max_line_bytes: 4 * 1024 * 1024,
        max_event_bytes: 4 * 1024 * 1024,
        max_retained_bytes: 256 * 1024,
    };

    /// No bound at all.
    ///
    /// A peer that never ends a line can then take all the memory there is: only for input
    /// that is trusted or bounded elsewhere.
    pub const fn unlimited() -> Self {
        Self {
            max_line_bytes: usize::MAX,
            max_event_bytes: usize::MAX,
            max_retained_bytes: usize::MAX,
        }
    }

    /// The longest line, without its line end. Counts every line, comments and fields of
    /// unknown name too.
    pub const fn with_max_line_bytes(mut self, bytes: usize) -> Self {
        self.max_line_bytes = bytes;
        self
    }

    /// The largest event: its data with one byte for each line's end, its event type and its
    /// id, as received.
    pub const fn with_max_event_bytes(mut self, bytes: usize) -> Self {
        self.max_event_bytes = bytes;
        self
    }

    /// The capacity a buffer may keep between events. What a large event grew beyond it is
    /// given back when the event is done.
    pub const fn with_max_retained_bytes(mut self, bytes: usize) -> Self {
        self.max_retained_bytes = bytes;
        self
    }

    /// See [`Limits::with_max_line_bytes`].
    #[must_use]
    pub const fn max_line_bytes(&self) -> usize {
        self.max_line_bytes
    }

    /// See [`Limits::with_max_event_bytes`].
    #[must_use]
    pub const fn max_event_bytes(&self) -> usize {
        self.max_event_bytes
    }

    /// See [`Limits::with_max_retained_bytes`].
    #[must_use]
    pub const fn max_retained_bytes(&self) -> usize {
        self.max_retained_bytes
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
