//! A stream of what is published.

use core::{
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};
use std::sync::Arc;

use bytes::{BufMut, BytesMut};
use futures_core::Stream as FuturesStream;
use sse_codec::{Encode, Event, EventId, EventType};

use super::{
    Batch, StreamEndReason, SubscriberBody,
    batch_builder::BatchBuilder,
    event_ids::{EachId, EventIds},
    feed::{Feed, Step, Stream},
    feeds::Feeds,
};
use crate::{
    cursor::ChannelLabel,
    hub::{Gap, Hub, OnGap, settings::StreamSettings},
    store::Position,
};

/// A stream of what is published on its channels, in [batches](Batch): whatever is ready together,
/// up to a number of bytes.
///
/// The first batch tells the client where it stands, so that it can resume before it has got any
/// event. The stream ends only for a [reason](StreamEndReason). Dropped, nobody notices; it holds
/// no more than a page of the log.
///
/// # Cancellation
///
/// All state is in the subscriber: a [`next_batch`](Self::next_batch) that is dropped loses
/// nothing. A batch that was given out counts as sent.
#[must_use]
pub struct Subscriber {
    hub: Hub,
    settings: Arc<StreamSettings>,
    feeds: Feeds,
    /// Which feed is asked first, next time.
    turn: u16,
    /// The client was told where it stands.
    began: bool,
    end: Option<StreamEndReason>,
}

impl Subscriber {
    pub(super) fn new(hub: Hub, settings: Arc<StreamSettings>, feeds: Vec<Feed>) -> Self {
        Self {
            hub,
            settings,
            feeds: feeds.into(),
            turn: 0,
            began: false,
            end: None,
        }
    }

    /// The next batch; `None` when the stream has ended.
    pub async fn next_batch(&mut self) -> Option<Batch> {
        poll_fn(|cx| self.poll_batch(cx)).await
    }

    /// Why the stream has ended, once it has.
    #[must_use]
    pub const fn end(&self) -> Option<StreamEndReason> {
        self.end
    }

    /// Whether this channel is one of its channels, and the right to it is not revoked.
    #[cfg(feature = "service")]
    pub(crate) fn has_channel(&self, channel: &crate::Channel) -> bool {
        let mut feeds = self.feeds.as_slice().iter().filter(|feed| !feed.is_ended());
        feeds.any(|feed| {
            let attachment = feed.attachment();
            attachment.channel.name == *channel && !attachment.is_revoked()
        })
    }

    /// The body of a response, of type `text/event-stream`.
    pub const fn into_body(self) -> SubscriberBody {
        SubscriberBody::new(self)
    }

    pub(super) fn poll_batch(&mut self, cx: &mut Context<'_>) -> Poll<Option<Batch>> {
        // What is found each time when a batch was taken, so it is looked for first; and what is
        // found most times when one was woken.
        if self.began && self.end.is_none() {
            if self.feeds.as_slice().iter().all(|feed| feed.is_idle(cx)) {
                return Poll::Pending;
            }
            if let Feeds::One(feed) = &mut self.feeds
                && self.hub.observers().is_empty()
                && let Some(frame) = feed.only()
            {
                return Poll::Ready(Some(Batch::new(frame, Vec::new())));
            }
        }
        self.make_batch(cx)
    }

    #[inline(never)]
    fn make_batch(&mut self, cx: &mut Context<'_>) -> Poll<Option<Batch>> {
        if self.end.is_some() {
            return Poll::Ready(None);
        }
        let mut batch = BatchBuilder::default();
        // Who may have no channel any more is told of none.
        if !self.began && !self.seen().is_empty() {
            // A block with nothing but an id sets the last event ID and dispatches nothing.
            // https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage
            let out = batch.buffer_with_id();
            self.put_id(out);
            out.put_u8(b'\n');
        }
        self.began = true;
        let feeds = self.feeds.as_slice().len();
        for index in 0..feeds {
            self.fill(cx, (usize::from(self.turn) + index) % feeds, &mut batch);
            if self.end.is_some() || batch.len() >= self.settings.max_batch_bytes {
                break;
            }
        }
        self.turn = self.turn.wrapping_add(1);
        if self.end.is_none() && self.feeds.as_slice().iter().all(Feed::is_ended) {
            self.end = Some(StreamEndReason::Revoked);
        }
        match batch.finish(|out| self.put_id(out)) {
            Some(batch) => Poll::Ready(Some(batch)),
            None if self.end.is_some() => Poll::Ready(None),
            None => Poll::Pending,
        }
    }

    /// Takes what is ready on one channel.
    fn fill(&mut self, cx: &mut Context<'_>, index: usize, batch: &mut BatchBuilder) {
        let stream = Stream {
            shared: self.hub.shared(),
            settings: &self.settings,
            alone: self.feeds.as_slice().len() == 1,
        };
        batch.set_each_id(self.each_id(index));
        while let Some(feed) = self.feeds.as_mut_slice().get_mut(index) {
            match feed.step(cx, &stream, batch) {
                Step::Moved if batch.len() < stream.settings.max_batch_bytes => (),
                Step::Moved | Step::Waiting | Step::Gone => return,
                Step::Gap(gap, snapshot) => {
                    feed.told(&gap);
                    let observers = self.hub.observers();
                    observers.tell(|observer| observer.gap(&gap));
                    if matches!(self.settings.on_gap, OnGap::Close) {
                        self.end = Some(StreamEndReason::Gap);
                    }
                    return self.tell(*gap, &snapshot, batch);
                }
                Step::End(reason) => {
                    self.end = Some(reason);
                    return;
                }
            }
        }
    }

    /// Writes a gap and what comes with it; the last of it has the id of where to resume.
    fn tell(&self, gap: Gap, snapshot: &[Event], batch: &mut BatchBuilder) {
        let id = self.id();
        let json = gap.to_json();
        let event = Event::builder(&*json).event_type(self.settings.gap_event.clone());
        let out = batch.buffer_with_id();
        match snapshot.split_last() {
            None => event.id(id).encode(out),
            Some((last, others)) => {
                event.encode(out);
                others
                    .iter()
                    .for_each(|event| without_id(event).encode(out));
                without_id(last).id(id).encode(out);
            }
        }
        batch.told(gap);
    }

    fn seen(&self) -> Vec<(ChannelLabel, Position)> {
        let feeds = self.feeds.as_slice().iter().filter(|feed| may(feed));
        feeds
            .map(|feed| (feed.attachment().channel.label, feed.position()))
            .collect()
    }

    /// For the events of a channel, if each of them has an id that only this stream has.
    fn each_id(&self, index: usize) -> Option<EachId> {
        let feeds = self.feeds.as_slice();
        if feeds.len() == 1 || self.settings.event_ids == EventIds::PerBatch {
            return None;
        }
        let before = feeds.iter().take(index).filter(|feed| may(feed)).count();
        let shared = Arc::clone(self.hub.shared());
        Some(EachId::new(shared, self.seen(), before))
    }

    fn id(&self) -> EventId<'static> {
        self.hub.shared().settings.codec.encode(&self.seen())
    }

    fn put_id(&self, out: &mut BytesMut) {
        out.put_slice(b"id: ");
        let codec = &self.hub.shared().settings.codec;
        codec.encode_into(&self.seen(), out);
        out.put_u8(b'\n');
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        let observers = self.hub.observers();
        observers.tell(|observer| observer.unsubscribed());
    }
}

/// Whether the stream may say anything of it. One that was revoked just now has not noticed yet.
fn may(feed: &Feed) -> bool {
    !feed.is_ended() && !feed.attachment().is_revoked()
}

/// The event, with room for another id.
fn without_id(event: &Event) -> sse_codec::EventBuilder<'_> {
    let builder = Event::builder(event.data());
    match EventType::try_from(event.event_type()) {
        Ok(event_type) => builder.event_type(event_type),
        Err(_) => builder, // The type of an event is always one.
    }
}

impl FuturesStream for Subscriber {
    type Item = Batch;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Batch>> {
        self.poll_batch(cx)
    }
}

impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscriber")
            .field("feeds", &self.feeds)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}
