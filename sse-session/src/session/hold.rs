//! What this node holds of a session.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::time::Instant;

use super::{
    AttachmentEnd, SessionAddress,
    active_device::Active,
    attachment_end::Over,
    record::{ActiveFence, Record},
    settings::Settings,
};
use crate::{
    keeper::{Kept, Work},
    store::{Fence, LogName, SessionStore, StoreError},
};

/// What this node holds of a session, shared by an attachment and the keeper.
pub(super) struct Hold {
    pub(super) address: SessionAddress,
    settings: Arc<Settings>,
    lease: Fence,
    active: Option<ActiveFence>,
    control: LogName,
    state: Mutex<State>,
}

struct State {
    /// From then on nothing may be written; `None` for a session that is on no active device.
    deadline: Option<Instant>,
    /// When it was noted last that the session is held.
    touched: Instant,
    /// The revision of the session's record.
    record: u64,
    over: Option<Over>,
    waker: Option<std::task::Waker>,
}

/// What a hold is made of.
pub(super) struct Held {
    pub(super) address: SessionAddress,
    pub(super) lease: u64,
    pub(super) active: Option<ActiveFence>,
    pub(super) record: u64,
    /// Before it was asked whether all that holds.
    pub(super) asked: Instant,
}

impl Hold {
    pub(super) fn new(settings: Arc<Settings>, held: Held) -> Self {
        let Held { address, .. } = held;
        let deadline = held.active.map(|_| held.asked + settings.write_for());
        Self {
            address,
            lease: Fence {
                key: address.lease_key(),
                revision: held.lease,
            },
            active: held.active,
            control: match &held.active {
                Some(active) => active.control(),
                None => address.control(),
            },
            settings,
            state: Mutex::new(State {
                deadline,
                touched: held.asked,
                record: held.record,
                over: None,
                waker: None,
            }),
        }
    }

    /// Which fence what is done for the session has.
    pub(super) fn fence(&self) -> Fence {
        match &self.active {
            Some(active) => active.fence(),
            None => self.lease.clone(),
        }
    }

    pub(super) const fn lease(&self) -> &Fence {
        &self.lease
    }

    /// Why nothing may be written now, and what it is instead; and when to ask again.
    pub(super) fn poll_over(&self, cx: &Context<'_>) -> (Poll<Over>, Option<Instant>) {
        let mut state = self.state.lock();
        state.pass_deadline();
        if let Some(over) = &state.over {
            return (Poll::Ready(over.clone()), None);
        }
        match &mut state.waker {
            Some(waker) => waker.clone_from(cx.waker()),
            waker => *waker = Some(cx.waker().clone()),
        }
        (Poll::Pending, state.deadline)
    }

    /// Whether something may be written for the session now, as far as this node knows.
    pub(super) fn over(&self) -> Option<AttachmentEnd> {
        let mut state = self.state.lock();
        state.pass_deadline();
        state.over.as_ref().map(|over| over.end)
    }

    /// The first end counts.
    pub(super) fn end(&self, over: impl Into<Over>) {
        let mut state = self.state.lock();
        state.pass_deadline();
        state.over.get_or_insert_with(|| over.into());
        if let Some(waker) = state.waker.take() {
            waker.wake();
        }
    }

    fn renewed(&self, asked: Instant) {
        let mut state = self.state.lock();
        if state.over.is_none() {
            let deadline = asked + self.settings.write_for();
            state.deadline = state.deadline.map(|before| before.max(deadline));
        }
    }

    /// Whether it is time to note that the session is held.
    fn is_to_be_touched(&self, now: Instant) -> bool {
        let touched = self.state.lock().touched;
        now.saturating_duration_since(touched) >= self.settings.touch_interval()
    }

    async fn renew(&self, store: &dyn SessionStore) -> Result<(), StoreError> {
        let asked = Instant::now();
        let ttl = self.settings.record_ttl();
        if let Some(active) = &self.active
            && !store.extend(&active.key(), active.revision, ttl).await?
        {
            self.end(self.who_took_over(store, active).await);
            return Ok(());
        }
        let Fence { key, revision } = &self.lease;
        if !store.extend(key, *revision, self.settings.idle).await? {
            self.end(self.what_became_of_it(store).await);
            return Ok(());
        }
        self.renewed(asked);
        if self.is_to_be_touched(asked) {
            self.touch(store, asked).await?;
        }
        Ok(())
    }

    /// Notes that the session is held, if it is one still: who closes it may not have come to taking the lease.
    async fn touch(&self, store: &dyn SessionStore, asked: Instant) -> Result<(), StoreError> {
        let (key, ttl) = (self.address.record_key(), self.settings.record_ttl());
        let revision = self.state.lock().record;
        if store.extend(&key, revision, ttl).await? {
            self.state.lock().touched = asked;
            return Ok(());
        }
        let Some(entry) = store.get(&key).await? else {
            self.end(AttachmentEnd::Expired);
            return Ok(());
        };
        let record = Record::from_bytes(&entry.value);
        if record.is_some_and(|record| record.closed) {
            self.end(AttachmentEnd::Closed);
        } else {
            // It was opened again, by a client that makes its id itself. The next renewal notes it.
            self.state.lock().record = entry.revision;
        }
        Ok(())
    }

    /// Another device is the active one, or the user's has logged out.
    async fn who_took_over(&self, store: &dyn SessionStore, active: &ActiveFence) -> Over {
        let newer = store.get(&active.key()).await;
        let newer = newer.ok().flatten();
        let newer = newer.and_then(|entry| Active::from_bytes(&entry.value));
        let farewell = newer.map_or_else(Bytes::new, |newer| newer.farewell);
        Over {
            end: AttachmentEnd::Superseded,
            farewell: if farewell.is_empty() {
                self.settings.farewell.clone()
            } else {
                farewell
            },
        }
    }

    async fn what_became_of_it(&self, store: &dyn SessionStore) -> AttachmentEnd {
        let key = self.address.record_key();
        let Ok(record) = store.get(&key).await else {
            return AttachmentEnd::LeaseLost;
        };
        let record = record.and_then(|entry| Record::from_bytes(&entry.value));
        if record.is_some_and(|record| record.closed) {
            return AttachmentEnd::Closed;
        }
        match store.get(&self.lease.key).await {
            Ok(Some(_)) => AttachmentEnd::TakenOver,
            Ok(None) => AttachmentEnd::Expired,
            Err(_) => AttachmentEnd::LeaseLost,
        }
    }
}

impl State {
    /// After it nothing is written, not even a last event: who was superseded meanwhile would not know.
    fn pass_deadline(&mut self) {
        let passed = self.deadline.is_some_and(|at| Instant::now() >= at);
        if passed {
            let over = self.over.get_or_insert(AttachmentEnd::LeaseLost.into());
            over.farewell = Bytes::new();
        }
    }
}

impl Kept for Hold {
    fn control(&self) -> Option<&LogName> {
        Some(&self.control)
    }

    fn renew(self: Arc<Self>, store: Arc<dyn SessionStore>) -> Work {
        Box::pin(async move {
            // If the store is away, the next round is as good; the deadline does not wait for it.
            _ = Self::renew(&self, &*store).await;
        })
    }

    /// Not at the deadline alone: until the stream has looked, a renewal shows that nothing was lost.
    fn is_over(&self) -> bool {
        self.state.lock().over.is_some()
    }
}
