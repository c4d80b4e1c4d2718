//! The decoder through each of its faces, in the words of the reference.

use core::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll, Waker},
};
use std::{collections::VecDeque, io};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http_body::{Body, Frame};
use sse_codec::{
    DecodeError, Decoder, EventStream, EventStreamCodec, Item, ItemRef, stream::EventStreamError,
};
use tokio_util::codec::Decoder as _;

use crate::reference::{ReferenceItem, ReferenceOutcome};

/// What a decoder says: an item, or an error after which it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// An item.
    Item(ReferenceItem),
    /// A limit was broken, or UTF-8 strictly read.
    Error(DecodeError),
}

/// The ways to ask a decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// `Decoder::decode`.
    Borrowed,
    /// `Decoder::decode_bytes`.
    Owned,
    /// `EventStreamCodec`, fed a growing buffer.
    Codec,
    /// `EventStream` over a stream of chunks.
    Stream,
    /// `EventStream` over a body with trailers.
    Body,
}

impl Face {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Borrowed,
        Self::Owned,
        Self::Codec,
        Self::Stream,
        Self::Body,
    ];
}

/// A way to decode chunks through a face: what [`decode`] is.
pub type DecodeChunks<'a> = &'a dyn Fn(Face, Decoder, &[Bytes]) -> (Vec<Outcome>, String);

/// Decodes `chunks` through `face`: all that is said, and the last event ID at the end.
///
/// # Panics
///
/// If the decoder asks for more input while there is some left.
#[must_use]
pub fn decode(face: Face, mut decoder: Decoder, chunks: &[Bytes]) -> (Vec<Outcome>, String) {
    let mut outcomes = Vec::new();
    let id = match face {
        Face::Borrowed => {
            outcomes = decode_borrowed(&mut decoder, chunks);
            decoder.last_event_id().to_owned()
        }
        Face::Owned => {
            for chunk in chunks {
                let mut chunk = chunk.clone();
                while let Some(outcome) = owned(decoder.decode_bytes(&mut chunk)) {
                    outcomes.push(outcome);
                }
                assert!(chunk.is_empty(), "`Ok(None)` with input left");
            }
            decoder.last_event_id().to_owned()
        }
        Face::Codec => {
            let mut codec = EventStreamCodec::with_decoder(decoder);
            let mut buffer = BytesMut::new();
            for chunk in chunks {
                buffer.extend_from_slice(chunk);
                while let Some(outcome) = of_codec(codec.decode(&mut buffer)) {
                    outcomes.push(outcome);
                }
            }
            while let Some(outcome) = of_codec(codec.decode_eof(&mut buffer)) {
                outcomes.push(outcome);
            }
            codec.last_event_id().to_owned()
        }
        Face::Stream => {
            let stream = EventStream::with_decoder(Chunks(chunks.to_vec().into()), decoder);
            let (said, stream) = drain(stream);
            outcomes = said;
            stream.last_event_id().to_owned()
        }
        Face::Body => {
            let body = Chunks(chunks.to_vec().into());
            let (said, stream) = drain(EventStream::from_body_with_decoder(body, decoder));
            outcomes = said;
            stream.last_event_id().to_owned()
        }
    };
    (outcomes, id)
}

/// Decodes `chunks` through the borrowed face, with a decoder that can go on afterwards.
pub(super) fn decode_borrowed(decoder: &mut Decoder, chunks: &[Bytes]) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for chunk in chunks {
        let mut input = &chunk[..];
        while let Some(outcome) = borrowed(decoder.decode(&mut input)) {
            outcomes.push(outcome);
        }
        assert!(input.is_empty(), "`Ok(None)` with input left");
    }
    outcomes
}

fn borrowed(result: Result<Option<ItemRef<'_>>, DecodeError>) -> Option<Outcome> {
    match result.transpose()? {
        Ok(item) => Some(Outcome::Item(in_words(&item))),
        Err(error) => Some(Outcome::Error(error)),
    }
}

fn owned(result: Result<Option<Item>, DecodeError>) -> Option<Outcome> {
    match result.transpose()? {
        Ok(item) => Some(Outcome::Item(in_words(&item.as_ref()))),
        Err(error) => Some(Outcome::Error(error)),
    }
}

fn of_codec(result: io::Result<Option<Result<Item, DecodeError>>>) -> Option<Outcome> {
    owned(result.expect("nothing is read").transpose())
}

/// An item in the words of the reference.
fn in_words(item: &ItemRef<'_>) -> ReferenceItem {
    match item {
        ItemRef::Event(event) => ReferenceItem::Event {
            event_type: event.event_type().to_owned(),
            data: event.data().to_owned(),
            last_event_id: event.last_event_id().to_owned(),
        },
        ItemRef::Retry(time) => ReferenceItem::Retry {
            milliseconds: u64::try_from(time.as_millis()).expect("whole milliseconds in a u64"),
        },
        ItemRef::Comment(text) => ReferenceItem::Comment {
            text: (*text).to_owned(),
        },
        item => panic!("an item the reference does not know: {item:?}"),
    }
}

/// Chunks as a stream and as a body.
struct Chunks(VecDeque<Bytes>);

impl Stream for Chunks {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }
}

impl Body for Chunks {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(|chunk| Ok(Frame::data(chunk))))
    }
}

/// Polls a stream of items to its end.
fn drain<S, E>(mut stream: EventStream<S>) -> (Vec<Outcome>, EventStream<S>)
where
    EventStream<S>: Stream<Item = Result<Item, EventStreamError<E>>> + Unpin,
    E: core::fmt::Debug,
{
    let mut outcomes = Vec::new();
    let mut context = Context::from_waker(Waker::noop());
    loop {
        match Pin::new(&mut stream).poll_next(&mut context) {
            Poll::Ready(Some(item)) => {
                let item = item.map(Some).map_err(|error| match error {
                    EventStreamError::Decode(error) => error,
                    error => panic!("{error:?}"),
                });
                outcomes.extend(owned(item));
            }
            Poll::Ready(None) => return (outcomes, stream),
            Poll::Pending => panic!("chunks are always ready"),
        }
    }
}

impl Outcome {
    /// What the reference says, with the limits that it was asked for.
    #[must_use]
    pub fn of_reference(
        outcome: ReferenceOutcome,
        max_line_bytes: usize,
        max_event_bytes: usize,
    ) -> Self {
        let boxed = |id: Option<String>| id.map(String::into_boxed_str);
        match outcome {
            ReferenceOutcome::Item(item) => Self::Item(item),
            ReferenceOutcome::LineTooLong { at_byte, event_id } => {
                let event_id = boxed(event_id);
                Self::Error(DecodeError::LineTooLong {
                    max_line_bytes,
                    at_byte,
                    event_id,
                })
            }
            ReferenceOutcome::EventTooLarge { at_byte, event_id } => {
                let event_id = boxed(event_id);
                Self::Error(DecodeError::EventTooLarge {
                    max_event_bytes,
                    at_byte,
                    event_id,
                })
            }
        }
    }
}
