//! Bytes in, items out: the two faces of the machine.

use core::fmt;

use alloc::string::String;

use bytes::{Buf, Bytes};

use super::{
    DecodeError, Utf8Policy,
    block::{Span, Spans},
    machine::{Found, Machine},
};
use crate::{
    ByteStr, Event, EventId, EventRef, Item, ItemRef, Limits, byte_str::utf8, item::EventParts,
};

/// Decodes an event stream that arrives in chunks of any size.
///
/// See the [module](crate::decode) for the two faces and for what is guaranteed.
#[must_use]
pub struct Decoder {
    machine: Machine,
    /// The last event ID as owned events share it, once one of them inherited it.
    inherited: Option<ByteStr>,
}

impl Decoder {
    /// A decoder at the start of a stream, with [`Limits::DEFAULT`], without comments, which
    /// replaces invalid UTF-8.
    pub fn new() -> Self {
        Self {
            machine: Machine::new(),
            inherited: None,
        }
    }

    /// Sets how much the decoder holds.
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.machine.limits = limits;
        self
    }

    /// Sets whether comments are reported. They are not by default, and then cost nothing.
    pub fn with_comments(mut self, comments: bool) -> Self {
        self.machine.comments = comments;
        self
    }

    /// Sets what becomes of invalid UTF-8.
    pub fn with_utf8(mut self, policy: Utf8Policy) -> Self {
        self.machine.utf8_policy = policy;
        self
    }

    /// The borrowed face: takes bytes off the front of `input` up to the first item, which
    /// points into `input` or into the decoder.
    ///
    /// `Ok(None)` means that `input` is used up: go on with the next chunk. Nothing is
    /// allocated for an event that lies in one chunk with one `data` line.
    ///
    /// ```
    /// use sse_codec::{Decoder, ItemRef};
    ///
    /// let mut decoder = Decoder::new();
    /// let mut input = &b"event: greeting\ndata: hello\n\n"[..];
    /// while let Some(item) = decoder.decode(&mut input)? {
    ///     if let ItemRef::Event(event) = item {
    ///         assert_eq!((event.event_type(), event.data()), ("greeting", "hello"));
    ///     }
    /// }
    /// # Ok::<(), sse_codec::DecodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DecodeError`], after which the rest of `input` can be decoded.
    #[inline]
    pub fn decode<'a, 'c: 'a>(
        &'a mut self,
        input: &mut &'c [u8],
    ) -> Result<Option<ItemRef<'a>>, DecodeError> {
        let chunk = *input;
        let (used, found) = self.machine.step(chunk);
        *input = chunk.get(used..).unwrap_or_default();
        Ok(match found? {
            Found::Nothing => None,
            Found::Event(text) => Some(ItemRef::Event(self.borrow_event(text))),
            Found::BufferedEvent => Some(ItemRef::Event(self.borrow_buffered())),
            Found::Retry(time) => Some(ItemRef::Retry(time)),
            Found::Comment(text) => Some(ItemRef::Comment(
                text.unwrap_or(self.machine.comment.as_str()),
            )),
        })
    }

    /// The owned face: as [`Decoder::decode`], but items are values of their own, whose text
    /// shares the chunk it came in.
    ///
    /// An event that lies in one chunk with one `data` line costs a reference count; one that
    /// crosses chunks or has several `data` lines is put together in storage of its own.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use sse_codec::{Decoder, Item};
    ///
    /// let mut decoder = Decoder::new();
    /// let mut chunk = Bytes::from_static(b"id: 7\ndata: hello\n\nretry: 500\n");
    /// let Some(Item::Event(event)) = decoder.decode_bytes(&mut chunk)? else { panic!() };
    /// assert_eq!((event.data(), event.last_event_id()), ("hello", "7"));
    /// assert!(matches!(decoder.decode_bytes(&mut chunk)?, Some(Item::Retry(_))));
    /// assert!(decoder.decode_bytes(&mut chunk)?.is_none());
    /// # Ok::<(), sse_codec::DecodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DecodeError`], after which the rest of `input` can be decoded.
    #[inline]
    pub fn decode_bytes(&mut self, input: &mut Bytes) -> Result<Option<Item>, DecodeError> {
        let (used, found) = self.machine.step(input);
        let item = match found {
            Ok(Found::Nothing) => Ok(None),
            Ok(Found::Event(text)) => {
                let Spans { data, event_type, id, text: stretch } = self.machine.spans;
                let parts = EventParts {
                    text: ByteStr::share(input, text),
                    data: data.within(stretch.start),
                    event_type: event_type.within(stretch.start),
                    id: id.is_some().then(|| id.within(stretch.start)),
                };
                Ok(Some(Item::Event(self.own(parts))))
            }
            Ok(Found::BufferedEvent) => Ok(Some(Item::Event(self.own_buffered()))),
            Ok(Found::Retry(time)) => Ok(Some(Item::Retry(time))),
            Ok(Found::Comment(text)) => Ok(Some(Item::Comment(match text {
                Some(text) => ByteStr::share(input, text),
                None => ByteStr::from(self.machine.comment.as_str()),
            }))),
            Err(error) => Err(error),
        };
        input.advance(used);
        item
    }

    /// The last event ID: what a client sends as `Last-Event-ID` when it reconnects. Empty if
    /// there is none.
    ///
    /// Follows every completed block, also one that only had an `id`; an unfinished block does
    /// not count.
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        &self.machine.last_event_id
    }

    /// Makes the decoder ready for a new connection: an unfinished event is dropped, as the
    /// standard has it at the end of a stream, a BOM may come again; the last event ID stays.
    pub fn reset(&mut self) {
        self.machine.reset();
    }

    /// As [`Decoder::reset`], and sets the last event ID: to go on where another decoder, or
    /// a process before this one, had stopped.
    pub fn reset_with_last_event_id(&mut self, id: &EventId<'_>) {
        self.reset();
        self.machine.last_event_id = String::from(id.as_str());
        self.inherited = None;
    }

    #[inline]
    fn borrow_event<'a, 'c: 'a>(&'a self, text: &'c str) -> EventRef<'a> {
        let Spans { data, event_type, id, text: stretch } = self.machine.spans;
        let part = |span: Span| text.get(span.within(stretch.start)).unwrap_or_default();
        EventRef {
            event_type: part(event_type),
            data: part(data),
            last_event_id: &self.machine.last_event_id,
            has_id: id.is_some(),
        }
    }

    fn borrow_buffered(&self) -> EventRef<'_> {
        let block = &self.machine.block;
        EventRef {
            event_type: utf8(block.event_type()).unwrap_or_default(),
            data: block.data(),
            last_event_id: &self.machine.last_event_id,
            has_id: block.id().is_some(),
        }
    }

    #[inline(never)]
    fn own_buffered(&mut self) -> Event {
        let block = &mut self.machine.block;
        let has_id = block.id().is_some();
        let (text, [data, event_type, id]) = block.take_text();
        self.own(EventParts {
            text: ByteStr::from(text),
            data,
            event_type,
            id: has_id.then_some(id),
        })
    }

    #[inline]
    fn own(&mut self, parts: EventParts) -> Event {
        let inherited = if parts.id.is_some() {
            self.inherited = None;
            ByteStr::new()
        } else if self.machine.last_event_id.is_empty() {
            ByteStr::new()
        } else {
            self.inherit()
        };
        Event::from_parts(parts, inherited)
    }

    /// The last event ID in storage of its own, so that it never pins a chunk.
    fn inherit(&mut self) -> ByteStr {
        let id = &self.machine.last_event_id;
        match &self.inherited {
            Some(shared) if shared.as_str() == id => shared.clone(),
            _ => self.inherited.insert(ByteStr::from(id.as_str())).clone(),
        }
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder")
            .field("limits", &self.machine.limits)
            .field("comments", &self.machine.comments)
            .field("utf8_policy", &self.machine.utf8_policy)
            .finish_non_exhaustive()
    }
}
