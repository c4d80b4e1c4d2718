//! The body that adds to an event stream.

use core::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::{Buf, Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep_until};

use super::additions::Additions;
use crate::{
    boundary::BoundaryTracker,
    byte_order_mark::{BYTE_ORDER_MARK, ByteOrderMark},
    keep_alive::KeepAlive,
};

pin_project! {
    /// The body of a response of [`EventStreamService`](super::EventStreamService): the inner
    /// body, and what is added to it if it is an event stream.
    ///
    /// # Cancellation
    ///
    /// All state is in the body: a `frame()` that is dropped loses nothing.
    pub struct StreamBody<B> {
        #[pin]
        inner: B,
        stream: Option<Stream>,
        #[pin]
        timer: Option<Sleep>,
    }
}

/// What is known of an event stream that is added to.
struct Stream {
    /// First on the stream, until it is sent.
    prefix: Bytes,
    keep_alive: Option<(KeepAlive, Duration)>,
    mark: ByteOrderMark,
    tracker: BoundaryTracker,
    /// When it was found that there is nothing to send; `None` while there is. So the clock is not
    /// read for each frame, but once when the frames stop.
    idle_since: Option<Instant>,
    /// Something was sent, so that a BOM could not come first any more.
    begun: bool,
    /// What the inner body gave when the prefix had to go first.
    held: Option<Frame<Bytes>>,
    ended: bool,
}

impl<B> StreamBody<B> {
    pub(super) const fn untouched(inner: B) -> Self {
        Self {
            inner,
            stream: None,
            timer: None,
        }
    }

    pub(super) fn with_additions(inner: B, additions: Additions) -> Self {
        let keep_alive = additions.keep_alive.map(|keep_alive| {
            let interval = keep_alive.draw_interval();
            (keep_alive, interval)
        });
        let stream = Stream {
            prefix: additions.prefix,
            keep_alive,
            mark: ByteOrderMark::Expected(0),
            tracker: BoundaryTracker::default(),
            idle_since: None,
            begun: false,
            held: None,
            ended: false,
        };
        Self {
            inner,
            stream: Some(stream),
            timer: None,
        }
    }

    /// The inner body.
    pub const fn get_ref(&self) -> &B {
        &self.inner
    }

    /// The inner body. What is left of it is not watched any more.
    pub fn into_inner(self) -> B {
        self.inner
    }
}

impl Stream {
    /// Bytes go out.
    #[inline]
    fn send(&mut self, data: Bytes) -> Frame<Bytes> {
        self.tracker.push(&data);
        self.idle_since = None;
        self.begun = true;
        Frame::data(data)
    }

    /// The prefix goes out, if it is not out yet.
    fn send_prefix(&mut self) -> Option<Frame<Bytes>> {
        let prefix = core::mem::take(&mut self.prefix);
        (!prefix.is_empty()).then(|| self.send(prefix))
    }

    /// What data of the inner body becomes; `None` if nothing of it is left to send.
    #[inline]
    fn pass_on(&mut self, data: Bytes) -> Option<Frame<Bytes>> {
        if matches!(self.mark, ByteOrderMark::Expected(_)) {
            return self.pass_on_start(data);
        }
        (!data.is_empty()).then(|| self.send(data))
    }

    /// The start of the inner body, in which there may be a BOM.
    fn pass_on_start(&mut self, data: Bytes) -> Option<Frame<Bytes>> {
        let (held_back, rest) = self.mark.strip(data);
        // A BOM that is not the first thing on the stream is none, and goes.
        let first: &[u8] = match self.mark {
            ByteOrderMark::Expected(_) => return None,
            ByteOrderMark::Seen if !self.begun => BYTE_ORDER_MARK,
            ByteOrderMark::Seen | ByteOrderMark::Absent => b"",
        };
        let prefix = core::mem::take(&mut self.prefix);
        let mut start = BytesMut::with_capacity(first.len() + prefix.len() + held_back.len());
        start.extend_from_slice(first);
        start.extend_from_slice(&prefix);
        start.extend_from_slice(held_back);
        if start.is_empty() {
            return (!rest.is_empty()).then(|| self.send(rest));
        }
        let start = self.send(start.freeze());
        if first.len() + prefix.len() > 0 && held_back.is_empty() {
            // A BOM is no text: behind it, as behind the prefix, is a boundary.
            self.tracker = BoundaryTracker::default();
        }
        if !rest.is_empty() {
            self.held = Some(Frame::data(rest));
        }
        Some(start)
    }

    /// Something that is not data, or the end, comes behind all that is still to be sent.
    fn before(&mut self, frame: Frame<Bytes>) -> Option<Frame<Bytes>> {
        match self.send_rest() {
            Some(rest) => {
                self.held = Some(frame);
                Some(rest)
            }
            None => Some(frame),
        }
    }

    /// What is still to be sent where the inner data ends.
    fn send_rest(&mut self) -> Option<Frame<Bytes>> {
        if let Some(prefix) = self.send_prefix() {
            return Some(prefix);
        }
        let held_back = self.mark.give_up();
        (!held_back.is_empty()).then(|| self.send(Bytes::from_static(held_back)))
    }

    /// What is sent because nothing was for so long; or how long to wait from now on.
    fn beat(&mut self) -> Result<Option<Frame<Bytes>>, Instant> {
        let Some((keep_alive, interval)) = &self.keep_alive else {
            return Ok(None);
        };
        let now = Instant::now();
        let due = after(*self.idle_since.get_or_insert(now), *interval);
        if now < due {
            return Err(due);
        }
        match keep_alive.beat_at(self.tracker.position()) {
            Some(beat) => Ok(Some(self.send(beat))),
            // Inside a line: as soon as it ends, its end counts as sent.
            None => Err(after(now, *interval)),
        }
    }
}

/// An instant so much later; in the far future if there is none.
fn after(instant: Instant, time: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(86_400 * 365);
    instant.checked_add(time.min(FAR)).unwrap_or(instant)
}

impl<B: Body> Body for StreamBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let mut this = self.project();
        let Some(stream) = this.stream else {
            let frame = ready!(this.inner.poll_frame(cx));
            return Poll::Ready(frame.map(|frame| frame.map(into_bytes)));
        };
        if let Some(frame) = stream.held.take() {
            let frame = match frame.into_data() {
                Ok(data) => stream.pass_on(data),
                Err(trailers) => stream.before(trailers),
            };
            if let Some(frame) = frame {
                return Poll::Ready(Some(Ok(frame)));
            }
        }
        while !stream.ended {
            match this.inner.as_mut().poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    let frame = match frame.into_data() {
                        Ok(mut data) => stream.pass_on(data.copy_to_bytes(data.remaining())),
                        Err(trailers) => stream.before(into_bytes(trailers)),
                    };
                    if let Some(frame) = frame {
                        return Poll::Ready(Some(Ok(frame)));
                    }
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(None) => stream.ended = true,
                Poll::Pending => {
                    // The headers and the prefix do not wait for the first event.
                    if let Some(prefix) = stream.send_prefix() {
                        return Poll::Ready(Some(Ok(prefix)));
                    }
                    return poll_beat(stream, this.timer, cx);
                }
            }
        }
        Poll::Ready(stream.send_rest().map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        match &self.stream {
            None => self.inner.is_end_stream(),
            Some(stream) => {
                (stream.ended || self.inner.is_end_stream())
                    && stream.prefix.is_empty()
                    && stream.held.is_none()
                    && !matches!(stream.mark, ByteOrderMark::Expected(1..))
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        let inner = self.inner.size_hint();
        match &self.stream {
            None => inner,
            // More may be added, and a BOM may go.
            Some(_) => {
                let mut hint = SizeHint::new();
                hint.set_lower(inner.lower().saturating_sub(BYTE_ORDER_MARK.len() as u64));
                hint
            }
        }
    }
}

/// The timer is set when the stream is first found idle, and again only when it has fired: in
/// between, sending something costs no more than noting when.
fn poll_beat<E>(
    stream: &mut Stream,
    mut timer: Pin<&mut Option<Sleep>>,
    cx: &mut Context<'_>,
) -> Poll<Option<Result<Frame<Bytes>, E>>> {
    let Some((_, interval)) = &stream.keep_alive else {
        return Poll::Pending;
    };
    let idle_since = *stream.idle_since.get_or_insert_with(Instant::now);
    if timer.is_none() {
        timer.set(Some(sleep_until(after(idle_since, *interval))));
    }
    let Some(mut sleep) = timer.as_pin_mut() else {
        return Poll::Pending;
    };
    loop {
        ready!(sleep.as_mut().poll(cx));
        match stream.beat() {
            Ok(Some(beat)) => {
                return Poll::Ready(Some(Ok(beat)));
            }
            Ok(None) => return Poll::Pending,
            Err(due) => sleep.as_mut().reset(due),
        }
    }
}

fn into_bytes<D: Buf>(frame: Frame<D>) -> Frame<Bytes> {
    frame.map_data(|mut data| data.copy_to_bytes(data.remaining()))
}

impl<B> fmt::Debug for StreamBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamBody")
            .field("added_to", &self.stream.is_some())
            .finish_non_exhaustive()
    }
}
