//! A stream as it is kept for its clients.

use core::{task::Waker, time::Duration};

use parking_lot::Mutex;
use sse_codec::{Encode, EncodedFrame, Event, EventId, EventType, LastEventId};
use tokio::time::Instant;

use super::{id_only::IdOnly, kept_events::KeptEvents, settings::Settings};
use crate::{
    Channel,
    cursor::ChannelLabel,
    hub::{Gap, ResumeFrom},
    ring::{Slot, Wakers},
    store::{GapReason, Position},
};

/// Which stream it is.
pub(super) struct Identity {
    pub(super) channel: Channel,
    pub(super) label: ChannelLabel,
    pub(super) epoch: u64,
}

/// The last events of a stream, who waits for the next one, and their ids.
pub(super) struct History {
    identity: Identity,
    settings: Settings,
    events: Mutex<KeptEvents>,
    pub(super) wakers: Wakers,
}

/// Where a client begins.
pub(super) struct Start {
    pub(super) seen: u64,
    pub(super) frame: EncodedFrame,
    pub(super) gap: bool,
}

/// What comes next for a client.
pub(super) enum Next {
    /// This, and up to where everything is seen then.
    Frame(EncodedFrame, u64),
    /// Nothing now. Whoever asked is woken.
    Wait,
    /// Nothing ever.
    End,
}

impl History {
    pub(super) fn new(identity: Identity, settings: Settings) -> Self {
        Self {
            identity,
            settings,
            events: Mutex::new(KeptEvents::new(Instant::now())),
            wakers: Wakers::new(),
        }
    }

    pub(super) const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Whether another event may come, or would run too far ahead; then the waker is woken once there
    /// is room.
    pub(super) fn has_room(&self, waker: &Waker) -> bool {
        self.events.lock().has_room(&self.settings, waker)
    }

    /// Wake the [`wakers`](Self::wakers) behind the last one.
    pub(super) fn push(&self, event: &Event) {
        let mut events = self.events.lock();
        let number = events.newest + 1;
        events.push(self.frame(event, number), &self.settings);
    }

    pub(super) fn end(&self) {
        self.events.lock().ended = true;
        self.wakers.wake_all();
    }

    pub(super) const fn linger(&self) -> Duration {
        self.settings.linger
    }

    /// Until when it is kept if nobody comes; `None` while somebody is there.
    pub(super) fn idle_until(&self) -> Option<Instant> {
        let events = self.events.lock();
        (events.clients == 0).then(|| events.idle_since + self.settings.linger)
    }

    /// A client comes. Whoever calls this sees to it that it [leaves](Self::leave).
    pub(super) fn attach(&self, after: Option<&LastEventId>) -> Start {
        let mut events = self.events.lock();
        events.clients += 1;
        let seen = after.map(|id| self.seen(id, &events));
        let (seen, frame, gap) = match seen {
            None => {
                let seen = self.resume(&events);
                (seen, self.standing_at(seen), false)
            }
            Some(Ok(seen)) => (seen, self.standing_at(seen), false),
            Some(Err((reason, asked))) => {
                let seen = self.resume(&events);
                (seen, self.gap(reason, asked, seen), true)
            }
        };
        let source = events.take_up_to(seen);
        drop(events);
        source.into_iter().for_each(Waker::wake);
        Start { seen, frame, gap }
    }

    pub(super) fn leave(&self) {
        let mut events = self.events.lock();
        events.clients -= 1;
        events.idle_since = Instant::now();
    }

    /// What comes behind what a client has seen.
    pub(super) fn next(&self, seen: u64, slot: &Slot, waker: &Waker) -> Next {
        let mut events = self.events.lock();
        if seen < events.before_oldest() {
            let resume = self.resume(&events);
            let source = events.take_up_to(resume);
            drop(events);
            source.into_iter().for_each(Waker::wake);
            let frame = self.gap(GapReason::Lagged, Some(seen), resume);
            return Next::Frame(frame, resume);
        }
        let Some(frame) = events.behind(seen).cloned() else {
            if events.ended {
                return Next::End;
            }
            // Under the lock: what is pushed after this wakes.
            slot.register(waker);
            return Next::Wait;
        };
        let source = events.take_up_to(seen + 1);
        drop(events);
        source.into_iter().for_each(Waker::wake);
        Next::Frame(frame, seen + 1)
    }

    pub(super) fn is_end(&self, seen: u64) -> bool {
        let events = self.events.lock();
        events.ended && seen == events.newest
    }

    /// Up to where a client has seen this stream; or why that is not known, and what it has seen at
    /// least.
    fn seen(&self, id: &LastEventId, events: &KeptEvents) -> Result<u64, (GapReason, Option<u64>)> {
        let labels = [self.identity.label];
        let position = self.settings.codec.decode(id, &labels).pop().flatten();
        let Some(Position { epoch, offset, tag }) = position else {
            return Err((GapReason::Unknown, None));
        };
        if epoch != self.identity.epoch {
            return Err((GapReason::Epoch, None));
        }
        if offset > events.newest || tag != TAG {
            return Err((GapReason::Unknown, None));
        }
        if offset < events.before_oldest() {
            return Err((GapReason::Trimmed, Some(offset)));
        }
        Ok(offset)
    }

    fn resume(&self, events: &KeptEvents) -> u64 {
        match self.settings.resume_from {
            ResumeFrom::Earliest => events.before_oldest(),
            ResumeFrom::Head => events.newest,
        }
    }

    const fn position(&self, seen: u64) -> Position {
        Position {
            epoch: self.identity.epoch,
            offset: seen,
            tag: TAG,
        }
    }

    fn id(&self, seen: u64) -> EventId<'static> {
        let seen = [(self.identity.label, self.position(seen))];
        self.settings.codec.encode(&seen)
    }

    fn frame(&self, event: &Event, number: u64) -> EncodedFrame {
        let builder = Event::builder(event.data()).id(self.id(number));
        match EventType::try_from(event.event_type()) {
            Ok(event_type) => builder.event_type(event_type).to_frame(),
            Err(_) => builder.to_frame(), // The type of an event is always one.
        }
    }

    fn standing_at(&self, seen: u64) -> EncodedFrame {
        IdOnly(self.id(seen)).to_frame()
    }

    fn gap(&self, reason: GapReason, asked: Option<u64>, resume: u64) -> EncodedFrame {
        let missed = asked.map(|asked| resume - asked);
        let channel = self.identity.channel.clone();
        let gap = Gap::new(channel, reason, missed, self.position(resume));
        Event::builder(gap.to_json())
            .event_type(self.settings.gap_event.clone())
            .id(self.id(resume))
            .to_frame()
    }
}

/// Nothing is ever replaced here, so one tag is as good as another.
const TAG: u32 = 1;
