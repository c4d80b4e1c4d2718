//! `sse_codec::EventBuilder`, with its id and event type checked for each event.

use std::sync::Arc;

use bytes::BytesMut;
use sse_codec::{Encode as _, EncodedFrame, Event, EventBuilder, EventId, EventType};

use crate::{
    encoder::{Encode, Output, Way, through_buffer},
    message::{ChatMessage, Data, Message},
};

// As a user writes it, in one chain: nothing is moved through memory.
#[inline(always)]
fn with_fields<'a, D>(builder: EventBuilder<'a, D>, message: &'a Message) -> EventBuilder<'a, D> {
    let builder = match &message.id {
        Some(id) => builder.id(EventId::try_from(id.as_str()).expect("a valid id")),
        None => builder,
    };
    match message.event_type {
        Some(name) => builder.event_type(EventType::try_from(name).expect("a valid type")),
        None => builder,
    }
}

#[inline]
fn text<'a>(text: &'a str, message: &'a Message) -> EventBuilder<'a> {
    with_fields(Event::builder(text), message)
}

#[inline]
fn encode_json(value: &ChatMessage, message: &Message, buffer: &mut BytesMut) {
    with_fields(EventBuilder::json(value), message)
        .encode(buffer)
        .expect("has a JSON form");
}

#[inline]
fn json_frame(value: &ChatMessage, message: &Message) -> EncodedFrame {
    with_fields(EventBuilder::json(value), message)
        .to_frame()
        .expect("has a JSON form")
}

/// `Encode::encode` into a buffer.
#[derive(Debug)]
pub(super) struct Buffer;

impl Encode for Buffer {
    const NAME: &'static str = "ours, encode";
    const VERSION: &'static str = "this repository";
    const WAY: Way = Way::Buffer;

    fn encode(messages: &Arc<[Message]>, output: &mut impl Output) {
        through_buffer(messages, output, |message, buffer| match &message.data {
            Data::Text(data) => text(data, message).encode(buffer),
            Data::Json(value) => encode_json(value, message, buffer),
        });
    }
}

/// `Encode::to_frame`.
#[derive(Debug)]
pub(super) struct Frame;

impl Encode for Frame {
    const NAME: &'static str = "ours, to_frame";
    const VERSION: &'static str = "this repository";
    const WAY: Way = Way::Frame;

    fn encode(messages: &Arc<[Message]>, output: &mut impl Output) {
        for message in messages.iter() {
            let frame = match &message.data {
                Data::Text(data) => text(data, message).to_frame(),
                Data::Json(value) => json_frame(value, message),
            };
            output.put(frame.as_bytes());
        }
    }
}
