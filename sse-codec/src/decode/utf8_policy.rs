//! What becomes of bytes that are not UTF-8.

/// What becomes of bytes that are not UTF-8 in an event's fields.
///
/// Fields of unknown name and comments that nobody asked for are never looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Utf8Policy {
    /// Each is replaced by U+FFFD, as the standard says
    /// (<https://encoding.spec.whatwg.org/#utf-8-decode>).
    #[default]
    Replace,
    /// The event is dropped with [`DecodeError::InvalidUtf8`](crate::DecodeError::InvalidUtf8).
    Strict,
}
