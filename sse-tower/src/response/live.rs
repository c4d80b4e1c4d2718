//! The state of an event stream that is watched: one step of its body.

use core::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::{Buf, Bytes};
use http_body::{Body, Frame};
use tokio::time::Instant;

use super::{
    additions::Additions,
    keeper::{Keeper, after},
    output::Output,
    timer::Timer,
    watch::{GivenUp, Watch},
};
use crate::{
    boundary::Position,
    stream::{CloseReason, ScheduledEnd, StreamEnd, StreamHandle},
};

/// An event stream that is watched, apart from its inner body.
pub(super) struct Live {
    output: Output,
    keeper: Option<Keeper>,
    error_event: Option<Bytes>,
    ending: Ending,
    timer: Timer,
    /// `None` if a layer inside watches already.
    watch: Option<Watch>,
    /// The bytes can be read: they are not compressed.
    plain: bool,
    /// Nothing more is taken from the inner body.
    over: bool,
}

impl Live {
    /// With additions, if the bytes are `plain` ones of an event stream; else only watched.
    pub(super) fn new(additions: Additions, handle: Option<StreamHandle>, plain: bool) -> Self {
        Self {
            output: Output::new(additions.prefix),
            keeper: additions.keep_alive.map(Keeper::new),
            error_event: additions.error_event,
            ending: Ending::No,
            timer: Timer::default(),
            watch: handle.map(Watch::new),
            plain,
            over: false,
        }
    }

    /// These bytes and no inner body.
    pub(super) fn given(bytes: Bytes) -> Self {
        let additions = Additions {
            prefix: bytes,
            ..Additions::default()
        };
        Self {
            over: true,
            ..Self::new(additions, None, true)
        }
    }

    /// No bytes, of a stream of which only the headers are asked for.
    pub(super) fn head() -> Self {
        Self {
            over: true,
            ..Self::new(Additions::default(), None, false)
        }
    }

    /// How many bytes come, if there is no inner body any more. What a `GET` would bring, nobody
    /// knows.
    pub(super) fn exact_bytes(&self) -> Option<usize> {
        (self.over && self.plain).then(|| self.output.given_bytes())
    }

    pub(super) fn is_end_stream(&self, inner_ended: bool) -> bool {
        let ended = (self.over || inner_ended) && self.output.is_empty();
        if let Some(watch) = self.watch.as_ref().filter(|_| ended) {
            watch.end_was_told();
        }
        ended
    }

    #[inline]
    pub(super) fn poll_frame<B: Body>(
        &mut self,
        inner: Pin<&mut Option<B>>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        #[cfg(feature = "stall")]
        {
            // Whoever wants to know of wake-ups says so before the first poll.
            self.hear();
            if let Some(waker) = self
                .watch
                .as_ref()
                .and_then(|watch| watch.polled(cx.waker()))
            {
                let polled = self.poll_next(inner, &mut Context::from_waker(&waker));
                if let (Poll::Ready(Some(_)), Some(watch)) = (&polled, &self.watch) {
                    watch.given();
                }
                return polled;
            }
        }
        self.poll_next(inner, cx)
    }

    fn poll_next<B: Body>(
        &mut self,
        mut inner: Pin<&mut Option<B>>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let next = loop {
            if let Some(held) = self.output.take_held() {
                match self.pass_on(held) {
                    Some(frame) => break Some(Ok(frame)),
                    None => continue,
                }
            }
            if !self.over {
                self.look(cx);
            }
            if self.over {
                inner.set(None);
                break self.output.send_rest().map(Ok);
            }
            let polled = match inner.as_mut().as_pin_mut() {
                Some(inner) => inner.poll_frame(cx),
                None => Poll::Ready(None),
            };
            match polled {
                Poll::Ready(Some(Ok(frame))) => {
                    if let (Some(watch), Some(inner)) = (&mut self.watch, &*inner) {
                        watch.note_end(inner);
                    }
                    let frame = frame.map_data(|mut data| data.copy_to_bytes(data.remaining()));
                    let frame = self.take_in(frame);
                    if let Some(frame) = self.pass_on(frame) {
                        break Some(Ok(frame));
                    }
                }
                Poll::Ready(Some(Err(error))) => {
                    if !self.recover() {
                        break Some(Err(error));
                    }
                }
                Poll::Ready(None) => self.finish(CloseReason::Complete),
                Poll::Pending => match self.poll_idle(cx) {
                    Idle::Send(frame) => break Some(Ok(frame)),
                    Idle::LookAgain => {}
                    Idle::Wait => return Poll::Pending,
                },
            }
        };
        match &next {
            Some(Ok(frame)) => self.sent(frame),
            Some(Err(_)) => {}
            None => self.watch = None,
        }
        Poll::Ready(next)
    }

    /// A frame comes from the inner body: what of it is wanted.
    #[inline]
    fn take_in(&mut self, frame: Frame<Bytes>) -> Frame<Bytes> {
        if !self.plain {
            return frame;
        }
        frame.map_data(|mut data| {
            if matches!(self.ending, Ending::Due(..)) {
                data = self.output.cut_at_boundary(data);
            }
            if let Some(watch) = &mut self.watch {
                watch.count(&data);
            }
            data
        })
    }

    /// What goes out for a frame of the inner body.
    #[inline]
    fn pass_on(&mut self, frame: Frame<Bytes>) -> Option<Frame<Bytes>> {
        match frame.into_data() {
            Ok(data) if self.plain => self.output.pass_on(data),
            Ok(data) => Some(Frame::data(data)),
            Err(trailers) => self.output.before(trailers),
        }
    }

    /// A frame goes out.
    #[inline]
    fn sent(&mut self, frame: &Frame<Bytes>) {
        if let Some(keeper) = &mut self.keeper {
            keeper.sent();
        }
        if let (Some(watch), Some(data)) = (&mut self.watch, frame.data_ref()) {
            watch.sent(data.len());
        }
    }

    /// Looks whether the stream has to end. This is for each frame, so it is cheap while it need
    /// not.
    #[inline]
    fn look(&mut self, cx: &mut Context<'_>) {
        self.hear();
        if !self.over && !matches!(self.ending, Ending::No) {
            self.look_at_end(cx);
        }
    }

    /// Takes what is new from the handle.
    #[inline]
    fn hear(&mut self) {
        match self.watch.as_mut().and_then(Watch::news) {
            None => {}
            Some(Ok(end)) => self.ending.schedule(end),
            Some(Err(GivenUp)) => self.finish(CloseReason::Stalled),
        }
    }

    fn look_at_end(&mut self, cx: &mut Context<'_>) {
        if let Ending::At(scheduled) = &self.ending {
            if !self.timer.is_past(scheduled.at, cx) {
                return;
            }
            let end = scheduled.end.clone();
            let until = after(Instant::now(), end.grace);
            self.ending = Ending::Due(end, until);
        }
        if let Ending::Due(end, until) = &self.ending {
            let at_boundary = self.plain && self.output.position() == Position::Boundary;
            if at_boundary {
                self.output.end_with(end.farewell.draw());
            }
            if at_boundary || !self.plain || self.timer.is_past(*until, cx) {
                let reason = end.reason;
                self.finish(reason);
            }
        }
    }

    /// Takes nothing more from the inner body.
    fn finish(&mut self, reason: CloseReason) {
        self.over = true;
        if let Some(watch) = &mut self.watch {
            watch.closes_for(reason);
        }
    }

    /// The inner body has failed. Whether the stream ends well all the same: with the event for it
    /// at a boundary, and without in the middle of an event, of which the client takes nothing then.
    fn recover(&mut self) -> bool {
        self.finish(CloseReason::Error);
        let Some(event) = self.error_event.take() else {
            return false;
        };
        if self.output.position() == Position::Boundary {
            self.output.end_with(event);
        }
        true
    }

    /// The inner body has nothing now.
    fn poll_idle(&mut self, cx: &mut Context<'_>) -> Idle {
        // The headers and the prefix do not wait for the first event.
        if let Some(prefix) = self.output.send_prefix() {
            return Idle::Send(prefix);
        }
        loop {
            let end = self.ending.time();
            let beat = self.keeper.as_mut().map(Keeper::due);
            let Some(due) = end.into_iter().chain(beat).min() else {
                break;
            };
            if self.timer.poll_until(due, cx).is_pending() {
                break;
            }
            let now = Instant::now();
            if end.is_some_and(|end| end <= now) {
                return Idle::LookAgain;
            }
            let position = self.output.position();
            let beat = self.keeper.as_mut();
            if let Some(beat) = beat.and_then(|keeper| keeper.beat(now, position)) {
                if let Some(watch) = &self.watch {
                    watch.kept_alive();
                }
                return Idle::Send(self.output.send(beat));
            }
        }
        match &self.watch {
            Some(watch) if !watch.handle.wait(cx.waker()) => Idle::LookAgain,
            _ => Idle::Wait,
        }
    }
}

/// What to do while the inner body has nothing.
enum Idle {
    Send(Frame<Bytes>),
    LookAgain,
    Wait,
}

/// An end that does not come from the inner body.
enum Ending {
    No,
    At(ScheduledEnd),
    /// At the next boundary, or when the time is up.
    Due(StreamEnd, Instant),
}

impl Ending {
    fn schedule(&mut self, end: ScheduledEnd) {
        match self {
            Self::No => *self = Self::At(end),
            Self::At(first) => {
                if end.at < first.at {
                    *first = end;
                }
            }
            Self::Due(..) => {}
        }
    }

    /// When to look at it again.
    const fn time(&self) -> Option<Instant> {
        match self {
            Self::No => None,
            Self::At(scheduled) => Some(scheduled.at),
            Self::Due(_, until) => Some(*until),
        }
    }
}
