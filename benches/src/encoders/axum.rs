//! `axum::response::sse::Event`. Its bytes can only be had from the body of a response, so many
//! events go through one body, which is polled to its end without a runtime.

use core::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll, Waker},
};
use std::sync::Arc;

use axum::response::{IntoResponse as _, Sse, sse::Event};
use futures_util::stream;
use http_body::Body as _;

use crate::{
    encoder::{Encode, Output, Way},
    message::{Data, Message},
};

/// `Event` through the body of an `Sse` response.
#[derive(Debug)]
pub(super) struct Axum;

impl Encode for Axum {
    const NAME: &'static str = "axum";
    const VERSION: &'static str = "0.8.9";
    const WAY: Way = Way::Frame;

    fn encode(messages: &Arc<[Message]>, output: &mut impl Output) {
        let messages = Arc::clone(messages);
        let events = (0..messages.len()).map(move |at| Ok::<_, Infallible>(event(&messages[at])));
        let mut body = Sse::new(stream::iter(events)).into_response().into_body();
        let mut context = Context::from_waker(Waker::noop());
        while let Poll::Ready(Some(frame)) = Pin::new(&mut body).poll_frame(&mut context) {
            if let Some(bytes) = frame.expect("the stream does not fail").data_ref() {
                output.put(bytes);
            }
        }
    }
}

fn event(message: &Message) -> Event {
    let event = match &message.id {
        Some(id) => Event::default().id(id),
        None => Event::default(),
    };
    let event = match message.event_type {
        Some(name) => event.event(name),
        None => event,
    };
    match &message.data {
        Data::Text(text) => event.data(text),
        Data::Json(value) => event.json_data(value).expect("has a JSON form"),
    }
}
