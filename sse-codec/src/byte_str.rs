//! The one place that knows "these bytes are UTF-8": the crate's only unsafe code.

#![allow(
    unsafe_code,
    reason = "reading validated bytes as text without validating them again"
)]

use alloc::string::String;
use core::{
    borrow::Borrow,
    fmt,
    ops::{Deref, Range},
};

use bytes::{Buf, Bytes, BytesMut};

use crate::word::{HIGH, to_word, word_of_few};

/// Text that shares its storage: [`Bytes`] known to be UTF-8.
///
/// Cloning and slicing cost a reference count, never a copy. A `ByteStr` that was cut from a
/// chunk keeps that whole chunk alive; [`ByteStr::detach`] makes a copy that does not.
///
/// ```
/// use sse_codec::ByteStr;
///
/// let text = ByteStr::from("grüezi".to_owned());
/// assert_eq!(&text[0..2], "gr");
/// assert_eq!(text.into_bytes().len(), 7);
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ByteStr {
    /// Always UTF-8: every constructor validates or starts from a `str`.
    bytes: Bytes,
}

impl ByteStr {
    /// The empty text.
    #[must_use]
    pub const fn new() -> Self {
        Self::from_static("")
    }

    /// Text that lives as long as the program.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        Self {
            bytes: Bytes::from_static(text.as_bytes()),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // SAFETY: `bytes` is UTF-8 by the invariant of the field, and `Bytes` is immutable.
        unsafe { core::str::from_utf8_unchecked(&self.bytes) }
    }

    /// The underlying bytes, shared.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }

    /// A copy in storage of its own, which no longer keeps the chunk it was cut from alive.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self {
            bytes: Bytes::copy_from_slice(&self.bytes),
        }
    }

    /// Takes `used` bytes off the front of `chunk`, and what lies at `range` of them as text, if
    /// it is UTF-8; else `chunk` is as it was.
    ///
    /// The last text of a chunk takes over the chunk's own reference instead of a new one, and
    /// then goes on to the chunk's end.
    #[inline]
    pub(crate) fn take(chunk: &mut Bytes, range: Range<usize>, used: usize) -> Option<Self> {
        if used >= chunk.len() {
            utf8(chunk.get(range.start..)?)?;
            let mut bytes = core::mem::take(chunk);
            bytes.advance(range.start);
            return Some(Self { bytes });
        }
        utf8(chunk.get(range.clone())?)?;
        let bytes = chunk.slice(range);
        chunk.advance(used);
        Some(Self { bytes })
    }

    /// Shares the part of `chunk` that `text` points into; copies if it points elsewhere.
    pub(crate) fn share(chunk: &Bytes, text: &str) -> Self {
        let chunk_start = chunk.as_ptr() as usize;
        let text_start = text.as_ptr() as usize;
        let bytes = match text_start.checked_sub(chunk_start) {
            Some(at) if at + text.len() <= chunk.len() => chunk.slice(at..at + text.len()),
            _ => Bytes::copy_from_slice(text.as_bytes()),
        };
        Self { bytes }
    }
}

/// Checks bytes once and reads them as text: short ASCII, the common case, without a call.
pub(crate) fn utf8(bytes: &[u8]) -> Option<&str> {
    if bytes.len() < SIMD_FROM_BYTES && is_ascii(bytes) {
        // SAFETY: ASCII is UTF-8.
        return Some(unsafe { core::str::from_utf8_unchecked(bytes) });
    }
    simdutf8::basic::from_utf8(bytes).ok()
}

/// As `<[u8]>::is_ascii`, but the last few bytes are looked at together, not one by one: values
/// are short, and there that is most of the cost.
#[inline]
fn is_ascii(bytes: &[u8]) -> bool {
    let Some(last) = bytes.last_chunk::<8>() else {
        return word_of_few(bytes, 0) & HIGH == 0;
    };
    let mut all = u64::from_le_bytes(*last);
    let mut blocks = bytes.chunks_exact(32);
    for block in &mut blocks {
        // Four words at once: the compiler makes vector instructions of this.
        all |= block
            .chunks_exact(8)
            .fold(0, |all, bytes| all | to_word(bytes));
    }
    all |= blocks
        .remainder()
        .chunks_exact(8)
        .fold(0, |all, bytes| all | to_word(bytes));
    all & HIGH == 0
}

/// From this length on the vectorised validation wins over the ASCII check (`benches/decode`).
const SIMD_FROM_BYTES: usize = 1024;

impl Deref for ByteStr {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for ByteStr {
    fn as_ref(&self) -> &str {
        self
    }
}

impl AsRef<[u8]> for ByteStr {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Borrow<str> for ByteStr {
    fn borrow(&self) -> &str {
        self
    }
}

impl From<String> for ByteStr {
    fn from(text: String) -> Self {
        Self {
            bytes: Bytes::from(text),
        }
    }
}

impl From<&str> for ByteStr {
    /// Copies.
    fn from(text: &str) -> Self {
        Self {
            bytes: Bytes::copy_from_slice(text.as_bytes()),
        }
    }
}

impl From<ByteStr> for Bytes {
    fn from(text: ByteStr) -> Self {
        text.bytes
    }
}

impl TryFrom<Bytes> for ByteStr {
    type Error = InvalidByteStr;

    fn try_from(bytes: Bytes) -> Result<Self, InvalidByteStr> {
        match utf8(&bytes) {
            Some(_) => Ok(Self { bytes }),
            None => Err(InvalidByteStr { bytes }),
        }
    }
}

impl PartialEq<str> for ByteStr {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for ByteStr {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Debug for ByteStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for ByteStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

/// The bytes are not UTF-8. They are given back by [`InvalidByteStr::into_bytes`].
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidByteStr {
    bytes: Bytes,
}

impl InvalidByteStr {
    /// The bytes that were offered.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }
}

impl fmt::Debug for InvalidByteStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvalidByteStr").finish_non_exhaustive()
    }
}

impl fmt::Display for InvalidByteStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes are not UTF-8")
    }
}

impl core::error::Error for InvalidByteStr {}

/// A buffer of bytes that becomes text when it is checked, and can then be taken out in pieces
/// that share one allocation.
#[derive(Debug, Default)]
pub(crate) struct TextBuffer {
    bytes: BytesMut,
    /// `bytes` is UTF-8: it was checked, and not changed since.
    is_text: bool,
}

impl TextBuffer {
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Appends bytes that need not be text.
    #[inline]
    pub(crate) fn extend(&mut self, part: &[u8]) {
        self.is_text = false;
        self.bytes.extend_from_slice(part);
    }

    /// Makes a LF of the last byte, which is that or a CR.
    #[inline]
    pub(crate) fn end_line(&mut self) {
        if let Some(last @ b'\r') = self.bytes.last_mut() {
            *last = b'\n';
        }
    }

    /// Checks whether the buffer is UTF-8, and is text from now on if it is.
    #[inline]
    pub(crate) fn check(&mut self) -> bool {
        self.is_text = utf8(&self.bytes).is_some();
        self.is_text
    }

    /// Puts this text in place of what is there.
    pub(crate) fn replace(&mut self, text: &str) {
        self.bytes.clear();
        self.bytes.extend_from_slice(text.as_bytes());
        self.is_text = true;
    }

    /// What is there, text or not.
    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text; empty if it is not known to be text.
    #[inline]
    pub(crate) fn as_str(&self) -> &str {
        if !self.is_text {
            return "";
        }
        // SAFETY: `is_text` says that `bytes` was checked to be UTF-8, or was text that was put
        // there. Every change since then would have reset it.
        unsafe { core::str::from_utf8_unchecked(&self.bytes) }
    }

    /// Takes the text out; empty if it is not known to be text. What room is left in the
    /// allocation stays here.
    #[inline]
    pub(crate) fn take(&mut self) -> ByteStr {
        if !self.is_text {
            return ByteStr::new();
        }
        // Empty is text too.
        ByteStr {
            bytes: self.bytes.split().freeze(),
        }
    }

    /// Empties the buffer, of which `used_bytes` were taken, and gives back its allocation if that
    /// is more than `max_retained_bytes`.
    #[inline]
    pub(crate) fn clear(&mut self, used_bytes: usize, max_retained_bytes: usize) {
        self.bytes.clear();
        self.is_text = false;
        // What was taken lies in the same allocation, behind which the room that is left begins.
        if self.bytes.capacity().saturating_add(used_bytes) > max_retained_bytes {
            self.bytes = BytesMut::new();
        } else if used_bytes > 0 {
            // If nobody holds what was taken any more, its room is used again, and now is when
            // there is nothing to move.
            let _ = self.bytes.try_reclaim(used_bytes);
        }
    }
}

#[cfg(test)]
mod tests;
