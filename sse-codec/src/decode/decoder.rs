//! Bytes in, items out: the two faces of the machine.

use core::fmt;

use alloc::{string::String, sync::Arc};

use bytes::{Buf, Bytes};

use super::{
    DecodeError, Utf8Policy,
    machine::{Machine, Step},
    spans::Span,
};
use crate::{
    ByteStr, Event, EventId, EventRef, Item, ItemRef, Limits, byte_str::utf8, item::EventSpans,
};

/// Decodes an event stream that arrives in chunks of any size.
///
/// See the [module](crate::decode) for the two faces and for what is guaranteed.
#[must_use]
pub struct Decoder {
    machine: Machine,
    /// The last event ID as owned events share it, once one of them inherited it.
    inherited: Option<Arc<str>>,
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
    #[inline(always)]
    pub fn decode<'a, 'c: 'a>(
        &'a mut self,
        input: &mut &'c [u8],
    ) -> Result<Option<ItemRef<'a>>, DecodeError> {
        let chunk = *input;
        let (step, used) = self.machine.step(chunk);
        *input = chunk.get(used..).unwrap_or_default();
        if step == Step::Event {
            if let Some(text) = utf8(self.machine.spans.text.of(chunk)) {
                self.machine.accept(text);
                return Ok(Some(ItemRef::Event(self.borrow_event(text))));
            }
        }
        if step == Step::NeedInput {
            return Ok(None);
        }
        if step == Step::BufferedEvent {
            return Ok(Some(ItemRef::Event(self.borrow_buffered())));
        }
        self.borrow_other(step, chunk)
    }

    /// The owned face: as [`Decoder::decode`], but items are values of their own, whose text
    /// shares the chunk it came in.
    ///
    /// An event that lies in one chunk with one `data` line costs a reference count; one that
    /// crosses chunks or has several `data` lines is put together in storage that it shares with
    /// its neighbours. [`Event::detach`] makes one that keeps nothing else alive.
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
    #[inline(always)]
    pub fn decode_bytes(&mut self, input: &mut Bytes) -> Result<Option<Item>, DecodeError> {
        let (step, used) = self.machine.step(input);
        if step == Step::Event {
            let stretch = self.machine.spans.text.range();
            if let Some(text) = ByteStr::take(input, stretch, used) {
                self.machine.accept(&text);
                let spans = self.event_spans();
                return Ok(Some(Item::Event(self.own(text, spans))));
            }
        }
        if step == Step::NeedInput {
            input.advance(input.len());
            return Ok(None);
        }
        if step == Step::BufferedEvent {
            input.advance(used);
            return Ok(Some(Item::Event(self.own_buffered())));
        }
        let item = self.own_other(step, input);
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
        let spans = &self.machine.spans;
        let first = spans.text.start;
        let part = |span: Span| text.get(span.within(first)).unwrap_or_default();
        EventRef {
            event_type: part(spans.event_type),
            data: part(spans.data),
            last_event_id: &self.machine.last_event_id,
            has_id: spans.id.is_some(),
        }
    }

    /// Whatever is not an event of UTF-8 in one chunk.
    #[inline(never)]
    fn borrow_other<'a, 'c: 'a>(
        &'a mut self,
        step: Step,
        chunk: &'c [u8],
    ) -> Result<Option<ItemRef<'a>>, DecodeError> {
        let text = self.machine.spans.text.of(chunk);
        if step == Step::Comment {
            if let Some(text) = utf8(text) {
                return Ok(Some(ItemRef::Comment(text)));
            }
        }
        Ok(match self.in_buffers(step, chunk)? {
            Step::BufferedEvent => Some(ItemRef::Event(self.borrow_buffered())),
            Step::Retry => Some(ItemRef::Retry(self.machine.reconnection_time)),
            Step::BufferedComment => Some(ItemRef::Comment(&self.machine.comment)),
            _ => None,
        })
    }

    #[inline(never)]
    fn own_other(&mut self, step: Step, chunk: &Bytes) -> Result<Option<Item>, DecodeError> {
        if step == Step::Comment {
            if let Some(text) = utf8(self.machine.spans.text.of(chunk)) {
                return Ok(Some(Item::Comment(ByteStr::share(chunk, text))));
            }
        }
        Ok(match self.in_buffers(step, chunk)? {
            Step::BufferedEvent => Some(Item::Event(self.own_buffered())),
            Step::Retry => Some(Item::Retry(self.machine.reconnection_time)),
            Step::BufferedComment => Some(Item::Comment(ByteStr::from(&*self.machine.comment))),
            _ => None,
        })
    }

    /// What was found, with what is not UTF-8 in the chunk now in the buffers.
    #[inline]
    fn in_buffers(&mut self, step: Step, chunk: &[u8]) -> Result<Step, DecodeError> {
        let step = match step {
            Step::Event => self.machine.refuse(chunk),
            Step::Comment => self.machine.refuse_comment(chunk),
            step => step,
        };
        if step == Step::Error {
            if let Some(error) = self.machine.error.take() {
                return Err(error);
            }
        }
        Ok(step)
    }

    #[inline(never)]
    fn borrow_buffered(&self) -> EventRef<'_> {
        let block = &self.machine.block;
        EventRef {
            event_type: block.event_type(),
            data: block.data(),
            last_event_id: &self.machine.last_event_id,
            has_id: block.has_id(),
        }
    }

    #[inline(always)]
    fn own_buffered(&mut self) -> Event {
        let (text, spans) = self.machine.block.take_text();
        self.own(text, spans)
    }

    /// The fields of an event that lies in the chunk, in the text of that event.
    #[inline(always)]
    fn event_spans(&self) -> EventSpans {
        let spans = &self.machine.spans;
        let first = spans.text.start;
        let (data, event_type, id) = (
            spans.data.within(first),
            spans.event_type.within(first),
            spans.id.within(first),
        );
        EventSpans {
            data_start: data.start,
            data_end: data.end,
            type_start: event_type.start,
            type_end: event_type.end,
            id_start: if spans.id.is_some() {
                id.start
            } else {
                EventSpans::NO_ID
            },
            id_end: id.end,
        }
    }

    #[inline(always)]
    fn own(&mut self, text: ByteStr, spans: EventSpans) -> Event {
        let inherited = if spans.has_id() || self.machine.last_event_id.is_empty() {
            None
        } else {
            Some(self.inherit())
        };
        Event::from_parts(text, spans, inherited)
    }

    /// The last event ID in storage of its own, so that it never pins a chunk.
    fn inherit(&mut self) -> Arc<str> {
        let id = &*self.machine.last_event_id;
        match &self.inherited {
            Some(shared) if **shared == *id => Arc::clone(shared),
            _ => Arc::clone(self.inherited.insert(Arc::from(id))),
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
