//! A body from events, and events from a body.

use core::{
    pin::Pin,
    task::{Context, Poll, Waker},
};
use std::collections::VecDeque;

use bytes::Bytes;
use futures_core::Stream;
use http_body::Body;
use sse_codec::{Decoder, Encode, Event, EventStreamBody, Limits};

use super::{
    Chunking, Face, Sent, decode,
    verdict::{Verdict, equal, holds, must_hold},
};

/// What a body over some events gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyFrames {
    /// Its frames.
    pub frames: Vec<Bytes>,
    /// Whether it says that there is nothing more to come.
    pub is_end_stream: bool,
}

/// A way to make frames of events with a cap in bytes: what [`body_frames`] is.
pub type MakeBody<'a> = &'a dyn Fn(Turns, usize) -> BodyFrames;

/// The frames of an [`EventStreamBody`] over these blocks, ready in turns, are together what
/// the blocks are encoded as; each frame ends at an event boundary; what is ready together leaves
/// together as far as the cap lets it, and waits for nothing else; and the same events come out
/// of them again.
///
/// # Panics
///
/// If not.
pub fn check_bodies(blocks: &[Sent], turns: &Chunking, max_frame_bytes: usize) {
    must_hold(check_bodies_of(
        &body_frames,
        blocks,
        turns,
        max_frame_bytes,
    ));
}

/// The same for any body.
///
/// # Errors
///
/// If not.
pub fn check_bodies_of(
    make_body: MakeBody<'_>,
    blocks: &[Sent],
    turns: &Chunking,
    max_frame_bytes: usize,
) -> Verdict {
    let events: Vec<Event> = blocks.iter().map(|block| block.builder().build()).collect();
    let sizes = turns
        .cut(&vec![0; events.len()])
        .into_iter()
        .map(|turn| turn.len());
    let turns = Turns::new(&events, sizes);
    let at = || format!("{blocks:?}, cap {max_frame_bytes}, {:?}", turns.ready);
    let body = make_body(turns.clone(), max_frame_bytes);
    holds(body.is_end_stream, at)?;
    equal(&body.frames, &turns.expected_frames(max_frame_bytes), at)?;

    let unlimited = || Decoder::new().with_limits(Limits::unlimited());
    let received = |frames: &[Bytes]| decode(Face::Body, unlimited(), frames).0;
    for frame in &body.frames {
        let count = received(core::slice::from_ref(frame)).len();
        holds(frame.ends_with(b"\n\n") && count > 0, at)?;
        holds(count == 1 || frame.len() <= max_frame_bytes, at)?;
    }
    equal(&received(&body.frames).len(), &events.len(), at)
}

/// The frames of the real body.
///
/// # Panics
///
/// If a body without errors has one.
#[must_use]
pub fn body_frames(turns: Turns, max_frame_bytes: usize) -> BodyFrames {
    let mut body = EventStreamBody::new(turns).with_max_frame_bytes(max_frame_bytes);
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
    BodyFrames {
        frames,
        is_end_stream: body.is_end_stream(),
    }
}

/// A stream of events that are ready so many at a time, with a pause before each turn.
#[derive(Debug, Clone)]
pub struct Turns {
    /// What was not yet asked for of the turn at hand.
    now: VecDeque<Event>,
    /// The turns to come.
    ready: VecDeque<VecDeque<Event>>,
}

impl Turns {
    /// Events in turns of these sizes.
    fn new(events: &[Event], sizes: impl Iterator<Item = usize>) -> Self {
        let mut events = events.iter().cloned();
        Self {
            now: VecDeque::new(),
            ready: sizes
                .map(|size| events.by_ref().take(size).collect())
                .collect(),
        }
    }

    /// The frames that a body must make: of each turn as few as the cap lets it.
    fn expected_frames(&self, max_frame_bytes: usize) -> Vec<Bytes> {
        let mut frames = Vec::new();
        for turn in &self.ready {
            let mut frame = Vec::new();
            for event in turn {
                let event = event.to_frame();
                if !frame.is_empty() && frame.len() + event.as_bytes().len() > max_frame_bytes {
                    frames.push(Bytes::from(core::mem::take(&mut frame)));
                }
                frame.extend_from_slice(event.as_bytes());
            }
            if !frame.is_empty() {
                frames.push(Bytes::from(frame));
            }
        }
        frames
    }
}

impl Stream for Turns {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Event>> {
        if let Some(event) = self.now.pop_front() {
            return Poll::Ready(Some(event));
        }
        match self.ready.pop_front() {
            Some(turn) => {
                self.now = turn;
                Poll::Pending
            }
            None => Poll::Ready(None),
        }
    }
}
