//! A body from events, and events from a body.

use core::{
    pin::Pin,
    task::{Context, Poll, Waker},
};
use std::collections::VecDeque;

use bytes::BytesMut;
use futures_core::Stream;
use http_body::Body;
use sse_codec::{Decoder, Encode, Event, EventStreamBody, Limits};

use super::{Chunking, Face, Sent, decode};

/// The frames of an [`EventStreamBody`] over these blocks, ready in turns, are together what
/// the blocks are encoded as; each frame ends at an event boundary; none but a single event's
/// is larger than the cap; and the same events come out of them again.
///
/// # Panics
///
/// If not.
pub fn check_bodies(blocks: &[Sent], turns: &Chunking, max_frame_bytes: usize) {
    let events: Vec<Event> = blocks.iter().map(|block| block.builder().build()).collect();
    let mut expected = BytesMut::new();
    for event in &events {
        event.encode(&mut expected);
    }
    let ready: Vec<usize> = turns
        .cut(&vec![0; events.len()])
        .iter()
        .map(|turn| turn.len())
        .collect();
    let stream = InTurns {
        events: events.clone().into(),
        ready: ready.into(),
        left: 0,
    };
    let mut body = EventStreamBody::new(stream).with_max_frame_bytes(max_frame_bytes);
    let mut frames = Vec::new();
    let mut context = Context::from_waker(Waker::noop());
    loop {
        match Pin::new(&mut body).poll_frame(&mut context) {
            Poll::Ready(Some(Ok(frame))) => frames.extend(frame.into_data().ok()),
            Poll::Ready(Some(Err(error))) => match error {},
            Poll::Ready(None) => break,
            Poll::Pending => {}
        }
    }
    assert!(body.is_end_stream());
    assert_eq!(frames.concat(), expected, "{blocks:?}");
    let unlimited = || Decoder::new().with_limits(Limits::unlimited());
    for frame in &frames {
        assert!(frame.ends_with(b"\n\n"), "{}", frame.escape_ascii());
        let (events, _) = decode(Face::Borrowed, unlimited(), core::slice::from_ref(frame));
        assert!(!events.is_empty());
        assert!(
            events.len() == 1 || frame.len() <= max_frame_bytes,
            "{}",
            frame.escape_ascii()
        );
    }
    let (outcomes, _) = decode(Face::Body, unlimited(), &frames);
    assert_eq!(outcomes.len(), events.len(), "{blocks:?}");
}

/// Events that are ready so many at a time, with a pause after each turn.
struct InTurns {
    events: VecDeque<Event>,
    ready: VecDeque<usize>,
    left: usize,
}

impl Stream for InTurns {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Event>> {
        if self.left == 0 {
            match self.ready.pop_front() {
                Some(turn) => {
                    self.left = turn;
                    return Poll::Pending;
                }
                None => return Poll::Ready(self.events.pop_front()),
            }
        }
        self.left -= 1;
        Poll::Ready(self.events.pop_front())
    }
}
