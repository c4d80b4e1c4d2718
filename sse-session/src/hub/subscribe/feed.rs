//! One channel of a stream.

use core::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};
use std::sync::Arc;

use bytes::Bytes;
use sse_codec::Event;

use super::{
    StreamEndReason,
    batch_builder::BatchBuilder,
    fetch::{Fetched, Wanted, fetch},
    measure::{self, Taken},
};
use crate::{
    hub::{
        Gap, OnGap, OnLag, ResumeFrom, channels::Attachment, settings::StreamSettings,
        shared::Shared,
    },
    ring::{Entry, Place},
    store::{GapReason, Position, Record},
};

/// So many entries are taken under one lock.
const MAX_ENTRIES: usize = 128;

/// One channel of a stream: where it stands, and where it gets the next record from.
///
/// ```text
///            +---- in the ring? ----+
///   Seek ----|                      |---> Live ----> fell off, or reset: Seek, Telling
///    ^       +-- no: Fetching --+---+
///    |                          |
///    +------ Replaying <--------+-------> Telling, TakingSnapshot
/// ```
pub(super) struct Feed {
    attachment: Attachment,
    /// All up to here was sent, or told to be missing.
    position: Position,
    state: State,
}

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

enum State {
    Live(Place),
    Seek,
    Fetching(Boxed<Fetched>),
    /// A page, and which of its records is next.
    Replaying(Arc<[Record]>, usize),
    Telling(Box<Gap>),
    TakingSnapshot(Box<(Gap, Boxed<Vec<Event>>)>),
    Ended,
}

/// What became of a step.
pub(super) enum Step {
    /// Something was sent, or is about to be.
    Moved,
    /// Nothing to send now. Whoever asked is woken.
    Waiting,
    /// This comes next.
    Gap(Box<Gap>, Vec<Event>),
    /// The channel is none of the stream any more.
    Gone,
    /// The whole stream ends.
    End(StreamEndReason),
}

/// What a feed needs of its stream.
pub(super) struct Stream<'a> {
    pub(super) shared: &'a Arc<Shared>,
    pub(super) settings: &'a StreamSettings,
    /// The channel is the only one: its frames go out as they are.
    pub(super) alone: bool,
}

impl Feed {
    pub(super) const fn new(attachment: Attachment, position: Position) -> Self {
        Self {
            attachment,
            position,
            state: State::Seek,
        }
    }

    /// What was read for it already.
    pub(super) fn fetched(&mut self, fetched: Fetched) {
        self.state = match fetched {
            Fetched::Records(records) => State::Replaying(records, 0),
            Fetched::Gap(gap) => State::Telling(Box::new(gap)),
        };
    }

    /// Live from here on, if the position is in the ring.
    pub(super) fn join(&mut self) -> bool {
        let place = self.attachment.channel.ring.locate(self.position);
        if let Some(place) = place {
            self.state = State::Live(place);
        }
        place.is_some()
    }

    pub(super) const fn attachment(&self) -> &Attachment {
        &self.attachment
    }

    pub(super) const fn position(&self) -> Position {
        self.position
    }

    pub(super) const fn is_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    /// The gap was sent.
    pub(super) fn told(&mut self, gap: &Gap) {
        self.position = gap.resume();
        self.state = State::Seek;
    }

    pub(super) fn step(
        &mut self,
        cx: &mut Context<'_>,
        stream: &Stream<'_>,
        batch: &mut BatchBuilder,
    ) -> Step {
        if self.is_ended() {
            return Step::Gone;
        }
        if self.attachment.is_revoked() {
            self.state = State::Ended;
            return Step::Gone;
        }
        match &mut self.state {
            State::Live(place) => {
                let place = *place;
                self.live(place, cx, stream, batch)
            }
            State::Seek => {
                if !self.join() {
                    let channel = Arc::clone(&self.attachment.channel);
                    let fetch = fetch(
                        Arc::clone(stream.shared),
                        channel,
                        self.wanted(stream.settings),
                    );
                    self.state = State::Fetching(Box::pin(fetch));
                }
                Step::Moved
            }
            State::Fetching(fetching) => match fetching.as_mut().poll(cx) {
                Poll::Ready(fetched) => {
                    self.fetched(fetched);
                    Step::Moved
                }
                Poll::Pending => self.wait_for_revocation(cx),
            },
            State::Replaying(records, next) => {
                match records.get(*next).cloned() {
                    Some(record) => {
                        *next += 1;
                        self.replay(&record, stream, batch);
                    }
                    None => self.state = State::Seek,
                }
                Step::Moved
            }
            State::Telling(gap) => {
                let gap = gap.clone();
                if let OnGap::Snapshot(snapshot) = &stream.settings.on_gap {
                    let taken = snapshot.take(Gap::clone(&gap));
                    self.state = State::TakingSnapshot(Box::new((*gap, taken)));
                    Step::Moved
                } else {
                    Step::Gap(gap, Vec::new())
                }
            }
            State::TakingSnapshot(taking) => {
                let (gap, snapshot) = &mut **taking;
                match snapshot.as_mut().poll(cx) {
                    Poll::Ready(events) => Step::Gap(Box::new(gap.clone()), events),
                    Poll::Pending => self.wait_for_revocation(cx),
                }
            }
            State::Ended => Step::Gone,
        }
    }

    pub(super) fn wanted(&self, settings: &StreamSettings) -> Wanted {
        Wanted {
            behind: self.position,
            max_bytes: settings.max_batch_bytes,
            resume_from: settings.resume_from,
        }
    }

    /// The rings's wakers are woken too when somebody's right is revoked.
    fn wait_for_revocation(&self, cx: &Context<'_>) -> Step {
        if self.attachment.grant.is_some() {
            let slot = &self.attachment.slot;
            if !slot.wait_unless(cx.waker(), || self.attachment.is_revoked()) {
                return Step::Moved;
            }
        }
        Step::Waiting
    }

    fn live(
        &mut self,
        mut place: Place,
        cx: &Context<'_>,
        stream: &Stream<'_>,
        batch: &mut BatchBuilder,
    ) -> Step {
        let max_bytes = stream.settings.max_batch_bytes;
        let observers = &stream.shared.settings.observers;
        let begun = place;
        let mut reset = None;
        let mut taken = None;
        // Ids are made outside of the lock.
        let each_id_bytes = batch.each_id_bytes();
        let (mut apart, mut apart_bytes) = (Vec::new(), 0);
        let position = &mut self.position;
        let ring = &self.attachment.channel.ring;
        let read = ring.read(place.next, |entries| {
            let entries = entries.take(MAX_ENTRIES);
            let bytes: usize = entries.clone().map(Entry::len).sum();
            let bytes = bytes + entries.len() * each_id_bytes.unwrap_or(0);
            batch.expect(entries.len(), bytes.min(max_bytes));
            for entry in entries.clone() {
                match entry {
                    Entry::Record(frame, at) => {
                        *position = *at;
                        if let Some(id_bytes) = each_id_bytes {
                            apart_bytes += frame.block().len() + id_bytes;
                            apart.push((frame.shared_block(), Some(*at)));
                        } else if stream.alone {
                            batch.push(frame.with_id());
                        } else {
                            batch.push_moving(frame.block(), *at);
                        }
                    }
                    Entry::Announcement(_) if place.next < place.live_from => (),
                    Entry::Announcement(block) if each_id_bytes.is_some() => {
                        apart_bytes += block.len();
                        apart.push((block.clone(), None));
                    }
                    Entry::Announcement(block) => batch.push(block),
                    Entry::Reset(what) => {
                        reset = Some(Arc::clone(what));
                        break;
                    }
                }
                place.next += 1;
                if batch.len() + apart_bytes >= max_bytes {
                    break;
                }
            }
            // Once for all of them, and not at all where nobody is told.
            if !observers.is_empty() && place.next > begun.next {
                taken = Some(Taken::of(entries, begun, place.next));
            }
        });
        if read.is_none() {
            return self.lagged(stream);
        }
        for (block, at) in apart {
            match at {
                Some(at) => batch.push_moving(&block, at),
                None => batch.push(&block),
            }
        }
        if let Some(taken) = &taken {
            measure::tell(observers, &self.attachment.channel, begun, taken);
        }
        self.state = State::Live(place);
        if let Some(reset) = reset {
            let resume = match stream.settings.resume_from {
                ResumeFrom::Earliest => reset.earliest,
                ResumeFrom::Head => reset.head,
            };
            self.gap(stream, reset.reason, resume);
            return Step::Moved;
        }
        // Who has got something comes again, and is woken by nobody before that.
        let is_served = || !batch.is_empty() && !self.has_more(place);
        if is_served() || (place == begun && self.waits(place, cx)) {
            Step::Waiting
        } else {
            Step::Moved
        }
    }

    /// Nothing is there, and the stream is woken when something is.
    pub(super) fn is_idle(&self, cx: &Context<'_>) -> bool {
        let State::Live(place) = self.state else {
            return false;
        };
        !self.has_more(place) && self.waits(place, cx)
    }

    /// What comes next on a stream of this channel alone, if it is one record and nobody else is to
    /// be told: then it is handed on, and nothing has to be made.
    pub(super) fn only(&mut self) -> Option<Bytes> {
        let State::Live(place) = &mut self.state else {
            return None;
        };
        if self.attachment.is_revoked() {
            return None;
        }
        let (frame, position) = self.attachment.channel.ring.only(place.next)?;
        place.next += 1;
        self.position = position;
        Some(frame)
    }

    fn has_more(&self, place: Place) -> bool {
        self.attachment.channel.ring.end() != place.next || self.attachment.is_revoked()
    }

    /// Whether to wait at this place: then the stream is woken.
    fn waits(&self, place: Place, cx: &Context<'_>) -> bool {
        let slot = &self.attachment.slot;
        slot.wait_unless(cx.waker(), || self.has_more(place))
    }

    /// What comes next was forgotten by the ring.
    fn lagged(&mut self, stream: &Stream<'_>) -> Step {
        // Nothing of it may have moved a position.
        if self.join() {
            return Step::Moved;
        }
        let policy = stream.settings.on_lag;
        let channel = &self.attachment.channel.name;
        let observers = &stream.shared.settings.observers;
        observers.tell(|observer| observer.fell_behind(channel, policy));
        match policy {
            OnLag::CatchUp => self.state = State::Seek,
            OnLag::Disconnect => return Step::End(StreamEndReason::Lagged),
            OnLag::Skip => match self.attachment.channel.ring.oldest() {
                Some((base, _)) => self.gap(stream, GapReason::Lagged, base),
                None => self.state = State::Seek,
            },
        }
        Step::Moved
    }

    fn gap(&mut self, stream: &Stream<'_>, reason: GapReason, resume: Position) {
        let channel = &self.attachment.channel.name;
        let gap = stream.shared.gap_to(channel, reason, self.position, resume);
        self.state = State::Telling(Box::new(gap));
    }

    fn replay(&mut self, record: &Record, stream: &Stream<'_>, batch: &mut BatchBuilder) {
        if stream.alone {
            let out = batch.buffer_with_id();
            self.attachment.channel.put_id(record.position, out);
            out.extend_from_slice(&record.payload);
        } else {
            batch.push_moving(&record.payload, record.position);
        }
        self.position = record.position;
    }
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed")
            .field("channel", &self.attachment.channel.name)
            .finish_non_exhaustive()
    }
}
