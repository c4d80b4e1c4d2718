//! The stream of a session's client.

use core::{
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_core::Stream;

use super::{Attachment, AttachmentEnd, SessionBody};
use crate::hub::{StreamEndReason, Subscriber};

/// The stream of a session's client: whole events, in batches ready to be written.
///
/// It ends when its attachment is [over](AttachmentEnd), and nothing is written after that but the last event of
/// one that was superseded; or when the [hub](StreamEndReason) ends it. Dropped, the session is detached.
///
/// # Cancellation
///
/// As [`Subscriber`].
#[must_use]
pub struct SessionStream {
    /// `None` when the stream has ended.
    open: Option<Open>,
    end: Option<SessionStreamEnd>,
}

struct Open {
    attachment: Attachment,
    subscriber: Subscriber,
}

/// Why the stream of a session's client has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SessionStreamEnd {
    /// Because of the session.
    Attachment(AttachmentEnd),
    /// Because of its channels.
    Channels(StreamEndReason),
    /// Because of the hub, for a reason that it does not say.
    Unknown,
}

impl SessionStream {
    pub(super) const fn new(attachment: Attachment, subscriber: Subscriber) -> Self {
        Self {
            open: Some(Open {
                attachment,
                subscriber,
            }),
            end: None,
        }
    }

    /// The next batch; `None` when the stream has ended.
    pub async fn next_batch(&mut self) -> Option<Bytes> {
        poll_fn(|cx| self.poll_batch(cx)).await
    }

    /// Why the stream has ended, once it has, or has only its last event still to give.
    #[must_use]
    pub const fn end(&self) -> Option<SessionStreamEnd> {
        self.end
    }

    /// The session's attachment, while the stream is open.
    #[must_use]
    pub fn attachment(&self) -> Option<&Attachment> {
        self.open.as_ref().map(|open| &open.attachment)
    }

    /// Whether this channel is one of its channels: until the stream ends, or the right to it is revoked.
    #[cfg(feature = "service")]
    pub(crate) fn has_channel(&self, channel: &crate::Channel) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| open.subscriber.has_channel(channel))
    }

    /// The body of a response, of type `text/event-stream`.
    pub const fn into_body(self) -> SessionBody {
        SessionBody::new(self)
    }

    pub(super) fn poll_batch(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let Some(open) = &mut self.open else {
            return Poll::Ready(None);
        };
        let batch = Pin::new(&mut open.subscriber).poll_next(cx);
        // After the batch was made, as near to its being written as possible: a process may be stopped
        // anywhere. What is not written now the client gets when it is back.
        if let Poll::Ready(over) = open.attachment.poll_over(cx) {
            self.close(SessionStreamEnd::Attachment(over.end));
            return Poll::Ready((!over.farewell.is_empty()).then_some(over.farewell));
        }
        let batch = ready!(batch);
        if batch.is_none() {
            let end = open.subscriber.end();
            self.close(end.map_or(SessionStreamEnd::Unknown, SessionStreamEnd::Channels));
        }
        Poll::Ready(batch.map(crate::hub::Batch::into_bytes))
    }

    fn close(&mut self, end: SessionStreamEnd) {
        self.open = None;
        self.end = Some(end);
    }
}

impl Stream for SessionStream {
    type Item = Bytes;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        self.poll_batch(cx)
    }
}

impl fmt::Debug for SessionStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionStream")
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}
