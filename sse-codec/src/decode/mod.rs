//! Decoding: from bytes to events.
//!
//! A [`Decoder`] is told bytes and reports items. It does no I/O and reads no clock; chunks may
//! be cut anywhere, inside a character, between CR and LF, inside a BOM, and the items are the
//! same. It follows the HTML standard's [event stream interpretation][standard], in which every
//! byte sequence has a meaning.
//!
//! ```text
//!            +------ bytes ------+                 +--- ItemRef<'_>   Decoder::decode
//! chunk ---> | BOM? line end?    | ---> dispatch --+
//!            | field? blank?     |                 +--- Item          Decoder::decode_bytes
//!            +-------------------+
//!               |            ^
//!   over a limit|            |next blank line
//!               v            |
//!            +-------------------+
//!            | skipping          |
//!            +-------------------+
//! ```
//!
//! - **Nothing is lost.** `last_event_id()` follows blocks that have only an `id`; a
//!   reconnection time is an item of its own, at once. Comments are items on request.
//! - **Bounded.** [`Limits`](crate::Limits) are on by default. Over a limit comes a typed
//!   [`DecodeError`], and then the event behind the next blank line.
//! - **Cost.** One pass over the input, whatever the chunks. An event that lies in one chunk
//!   with one `data` line is never copied.
//!
//! An event that is not ended by a blank line is dropped at the end of the stream: that is the
//! standard's rule, and there is nothing to call for it.
//!
//! ```
//! use sse_codec::{Decoder, ItemRef};
//!
//! let mut decoder = Decoder::new().with_comments(true);
//! let mut seen = Vec::new();
//! for mut chunk in [&b":hi\nda"[..], b"ta: a\r", b"\n\r\nid: 7\n\n", b"data: dropped\n"] {
//!     while let Some(item) = decoder.decode(&mut chunk)? {
//!         seen.push(match item {
//!             ItemRef::Event(event) => event.data().to_owned(),
//!             ItemRef::Comment(text) => format!("comment {text}"),
//!             _ => continue,
//!         });
//!     }
//! }
//! assert_eq!(seen, ["comment hi", "a"]);
//! assert_eq!(decoder.last_event_id(), "7");
//! # Ok::<(), sse_codec::DecodeError>(())
//! ```
//!
//! [standard]: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

mod block;
mod block_field;
mod carry;
mod decoder;
mod error;
mod machine;
mod spans;
mod utf8_policy;
mod whole_lines;

pub use self::{decoder::Decoder, error::DecodeError, utf8_policy::Utf8Policy};
