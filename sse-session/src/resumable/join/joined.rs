//! The joined stream.

use core::{
    fmt,
    ops::ControlFlow,
    pin::Pin,
    task::{Context, Poll},
};
use std::vec;

use futures_core::Stream;
use pin_project_lite::pin_project;
use sse_codec::Encode;

use super::{Delivered, JoinError, Live, Page, held::Held};

/// So many steps are made at a time, so that a stream that is always ready leaves others their turn.
const BUDGET: usize = 64;

pin_project! {
    /// What was missed and what comes live, each event once: made by [`Join::join`](super::Join::join).
    ///
    /// ```text
    ///          +--------- more -----------+
    ///          v                          |
    ///   Asking ---> reading ---> Delivering ---> Live ---> Ended
    ///     ^  what comes live is held       |        |
    ///     +-------- it was too much -------+--------+  the live stream has lost something
    /// ```
    ///
    /// It ends when the live stream does, behind all that came; or with an error. After its end it may be polled
    /// on: it stays ended.
    ///
    /// # Cancellation
    ///
    /// All state is in the stream: a `next()` that is dropped loses nothing. With the stream goes a
    /// reading that is under way.
    #[must_use = "streams do nothing unless polled"]
    pub struct Joined<D, L, M, R>
    where
        D: Delivered,
    {
        delivered: D,
        #[pin]
        live: L,
        live_ended: bool,
        missed: M,
        #[pin]
        reading: Option<R>,
        held: Held<D::Event>,
        max_held_events: usize,
        state: State<D>,
    }
}

enum State<D: Delivered> {
    Asking,
    Delivering(Rest<D>),
    Live,
    Ended,
}

/// What is left of a page.
struct Rest<D: Delivered> {
    events: vec::IntoIter<D::Event>,
    up_to: Option<D::Key>,
    more: bool,
}

impl<D: Delivered> Rest<D> {
    fn of(page: Page<D::Event, D::Key>) -> Self {
        Self {
            more: page.has_more(),
            events: page.events.into_iter(),
            up_to: page.up_to,
        }
    }
}

impl<D: Delivered, L, M, R> Joined<D, L, M, R> {
    pub(super) const fn new(
        delivered: D,
        live: L,
        missed: M,
        max_held_events: usize,
        max_held_bytes: usize,
    ) -> Self {
        Self {
            delivered,
            live,
            live_ended: false,
            missed,
            reading: None,
            held: Held::new(max_held_events, max_held_bytes),
            max_held_events,
            state: State::Asking,
        }
    }
}

/// What became of a step.
enum Step<T> {
    Moved,
    Waiting,
    Ready(Option<T>),
}

impl<D, L, M, R, P, E> Joined<D, L, M, R>
where
    D: Delivered,
    D::Event: Encode,
    L: Stream,
    L::Item: Into<Live<D::Event>>,
    M: FnMut(Option<D::Key>) -> R,
    R: Future<Output = Result<P, E>>,
    P: Into<Page<D::Event, D::Key>>,
{
    /// Takes what comes live meanwhile, so that its source does not grow or lose it. Whether there may be
    /// more of it now.
    fn hold(self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool {
        let mut this = self.project();
        for _ in 0..this.max_held_events.saturating_add(BUDGET) {
            if *this.live_ended {
                return false;
            }
            match this.live.as_mut().poll_next(cx) {
                Poll::Ready(Some(item)) => match item.into() {
                    Live::Event(event) if this.delivered.knows(&event) => (),
                    Live::Event(event) => {
                        let bytes = event.encoded_len();
                        this.held.push(event, bytes);
                    }
                    Live::Lost => this.held.lose(),
                },
                Poll::Ready(None) => *this.live_ended = true,
                Poll::Pending => return false,
            }
        }
        true
    }

    fn step(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Step<Result<D::Event, JoinError<E>>> {
        let mut this = self.project();
        match this.state {
            State::Asking => {
                if this.reading.is_none() {
                    // What was lost before this question is in its answer.
                    this.held.take_lost();
                    let reading = (this.missed)(this.delivered.ask());
                    this.reading.set(Some(reading));
                }
                let Some(reading) = this.reading.as_mut().as_pin_mut() else {
                    return Step::Waiting; // It was set just now.
                };
                let Poll::Ready(page) = reading.poll(cx) else {
                    return Step::Waiting;
                };
                this.reading.set(None);
                match page {
                    Ok(page) => *this.state = State::Delivering(Rest::of(page.into())),
                    Err(source) => {
                        *this.state = State::Ended;
                        return Step::Ready(Some(Err(JoinError::Missed { source })));
                    }
                }
                Step::Moved
            }
            State::Delivering(rest) => {
                if let Some(event) = rest.events.next() {
                    return match this.delivered.missed(&event) {
                        ControlFlow::Continue(true) => Step::Ready(Some(Ok(event))),
                        ControlFlow::Continue(false) => Step::Moved,
                        ControlFlow::Break(()) => {
                            *this.state = State::Ended;
                            Step::Ready(Some(Err(JoinError::OutOfOrder)))
                        }
                    };
                }
                if let Some(key) = rest.up_to.take() {
                    this.delivered.move_to(key);
                }
                // The same question would have the same answer.
                let more = rest.more && this.delivered.has_moved();
                let lost = !more && this.held.take_lost();
                *this.state = if more || lost {
                    State::Asking
                } else {
                    State::Live
                };
                Step::Moved
            }
            State::Live => {
                if let Some(event) = this.held.pop() {
                    return Self::take_live(this.delivered, this.state, event);
                }
                if *this.live_ended {
                    *this.state = State::Ended;
                    return Step::Moved;
                }
                match this.live.poll_next(cx) {
                    Poll::Ready(Some(item)) => match item.into() {
                        Live::Event(event) => Self::take_live(this.delivered, this.state, event),
                        Live::Lost => {
                            *this.state = State::Asking;
                            Step::Moved
                        }
                    },
                    Poll::Ready(None) => {
                        *this.live_ended = true;
                        Step::Moved
                    }
                    Poll::Pending => Step::Waiting,
                }
            }
            State::Ended => Step::Ready(None),
        }
    }

    fn take_live(
        delivered: &mut D,
        state: &mut State<D>,
        event: D::Event,
    ) -> Step<Result<D::Event, JoinError<E>>> {
        match delivered.live(&event) {
            ControlFlow::Continue(true) => return Step::Ready(Some(Ok(event))),
            ControlFlow::Continue(false) => (),
            ControlFlow::Break(()) => *state = State::Asking,
        }
        Step::Moved
    }
}

impl<D, L, M, R, P, E> Stream for Joined<D, L, M, R>
where
    D: Delivered,
    D::Event: Encode,
    L: Stream,
    L::Item: Into<Live<D::Event>>,
    M: FnMut(Option<D::Key>) -> R,
    R: Future<Output = Result<P, E>>,
    P: Into<Page<D::Event, D::Key>>,
{
    type Item = Result<D::Event, JoinError<E>>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<D::Event, JoinError<E>>>> {
        let mut more_live = None;
        for _ in 0..BUDGET {
            if more_live.is_none() && matches!(self.state, State::Asking | State::Delivering(_)) {
                more_live = Some(self.as_mut().hold(cx));
            }
            match self.as_mut().step(cx) {
                Step::Moved => (),
                Step::Ready(item) => return Poll::Ready(item),
                Step::Waiting => {
                    if more_live == Some(true) {
                        cx.waker().wake_by_ref();
                    }
                    return Poll::Pending;
                }
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Without events and keys.
impl<D: Delivered, L, M, R> fmt::Debug for Joined<D, L, M, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::Asking => "asking",
            State::Delivering(_) => "delivering",
            State::Live => "live",
            State::Ended => "ended",
        };
        f.debug_struct("Joined")
            .field("state", &state)
            .field("held", &self.held.len())
            .finish_non_exhaustive()
    }
}
