//! The body of an answer.

use core::{
    convert::Infallible,
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{BufMut, Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};

use super::presence::PresentOn;
use crate::{inbox::InboxHold, session::SessionBody};

/// The body of a [`SessionService`](super::SessionService)'s answer: a stream, or all at once.
#[must_use]
pub struct SessionServiceBody {
    kind: Kind,
}

enum Kind {
    Whole(Bytes),
    Stream(Box<Stream>),
}

pub(super) struct Stream {
    /// Told before all else.
    pub(super) first: Option<Bytes>,
    pub(super) body: SessionBody,
    /// Before each id, if ids are to tell the session.
    pub(super) session: Option<String>,
    /// As whom others see it; gone with the stream.
    pub(super) present: Option<PresentOn>,
    pub(super) hold: Option<InboxHold>,
}

impl Stream {
    fn poll_bytes(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(first));
        }
        let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) else {
            // Only if the stream is not over, of which it has just made sure.
            let Self { body, present, .. } = self;
            let Some(present) = present else {
                return Poll::Pending;
            };
            let stream = body.get_ref();
            return present
                .poll_event(cx, |channel| stream.has_channel(channel))
                .map(Some);
        };
        let data = frame.and_then(Result::ok).map(Frame::into_data);
        let Some(Ok(data)) = data else {
            self.present = None;
            self.hold = None;
            return Poll::Ready(None);
        };
        let data = match &self.session {
            Some(session) => with_session(&data, session),
            None => data,
        };
        Poll::Ready(Some(data))
    }
}

impl SessionServiceBody {
    pub(super) const fn whole(bytes: Bytes) -> Self {
        Self {
            kind: Kind::Whole(bytes),
        }
    }

    pub(super) fn stream(stream: Stream) -> Self {
        Self {
            kind: Kind::Stream(Box::new(stream)),
        }
    }
}

impl Body for SessionServiceBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = match &mut self.kind {
            Kind::Whole(bytes) => core::mem::take(bytes),
            Kind::Stream(stream) => ready!(stream.poll_bytes(cx)).unwrap_or_default(),
        };
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Whole(bytes) => bytes.is_empty(),
            Kind::Stream(stream) => stream.first.is_none() && stream.body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Stream(_) => SizeHint::default(),
        }
    }
}

impl fmt::Debug for SessionServiceBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stream = matches!(self.kind, Kind::Stream(_));
        f.debug_struct("SessionServiceBody")
            .field("stream", &stream)
            .finish_non_exhaustive()
    }
}

/// Whole events, with `SESSION.` before each of their ids.
fn with_session(events: &[u8], session: &str) -> Bytes {
    let mut bytes = BytesMut::with_capacity(events.len() + 64);
    for line in events.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_prefix(b"id:") {
            Some(id) => {
                bytes.put_slice(b"id: ");
                bytes.put_slice(session.as_bytes());
                bytes.put_u8(b'.');
                bytes.put_slice(id.strip_prefix(b" ").unwrap_or(id));
            }
            None => bytes.put_slice(line),
        }
    }
    bytes.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_id_tells_the_session() {
        let events = b"id: x\n\nevent: e\nid: y\ndata: id: z\n\n:id\nid:\ndata: 1\n\n";
        let expected = "id: S.x\n\nevent: e\nid: S.y\ndata: id: z\n\n:id\nid: S.\ndata: 1\n\n";
        assert_eq!(with_session(events, "S"), expected);
    }
}
