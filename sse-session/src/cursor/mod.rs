//! How far a client came, as an event id and back.
//!
//! A browser keeps one id, that of the last event, and sends it as `Last-Event-ID` when it returns. So
//! the id of an event says what the stream has seen of **each** of its channels: for each a label of
//! the channel and a [`Position`](crate::store::Position). Clients may compare ids for equality and no
//! more.
//!
//! ```
//! use sse_codec::LastEventId;
//! use sse_session::{Channel, cursor::CursorCodec, store::Position};
//!
//! let codec = CursorCodec::new();
//! let prices = codec.label(&Channel::try_from("prices")?);
//! let orders = codec.label(&Channel::try_from("orders")?);
//! let position = Position { epoch: 0x5eed, offset: 7, tag: 0xfeed };
//!
//! let id = codec.encode(&[(prices, position)]);
//! assert_eq!(id.as_str().len(), 24);
//!
//! // The client is back, and wants one channel more.
//! let last = LastEventId::try_from(id.as_str().as_bytes())?;
//! assert_eq!(codec.decode(&last, &[orders, prices]), [None, Some(position)]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The text
//!
//! Base64url without padding (<https://www.rfc-editor.org/rfc/rfc4648#section-5>), so that an `id` field,
//! a header and a query carry it as it is, of: a version (1 byte), and for each channel its label (4),
//! the epoch (8), the offset (1 to 10: LEB128) and the tag (4); with a key a MAC (8) at the end.
//!
//! | channels | offset | characters | with a key |
//! |---|---|---|---|
//! | 1 | up to 127 | 24 | 35 |
//! | 1 | up to 2,097,151 | 27 | 38 |
//! | 4 | up to 2,097,151 | 103 | 114 |
//! | 16 | up to 2,097,151 | 407 | 418 |
//! | 16 | any | 556 | 567 |
//!
//! # What comes back
//!
//! Anything: an id is input. One that is not ours, is cut off, is longer than any of ours, has another
//! version or another key's MAC is no error, which a browser could not recover from, but unknown
//! (`None`), which becomes a gap. It costs one look at the length, and at most the decoding of 567
//! characters.
//!
//! Without a key a client can make ids up. All it gains is to be told whether a record with a tag it
//! has guessed stands somewhere in a channel that it may read anyway. With a key
//! ([`CursorCodec::signed`]) it cannot, at 11 characters and one HMAC each. Every node needs the same
//! key; a new key is a gap for everyone once.
//!
//! A label is 32 bits: two channels of a stream have the same one once in 4 billion pairs. The position of
//! both is unknown then.

mod codec;
mod entry;
mod label;
mod signing_key;

pub use self::{codec::CursorCodec, label::ChannelLabel, signing_key::KeyTooShort};
