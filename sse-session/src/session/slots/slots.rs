//! The slots of all users.

use core::fmt;
use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::time::Instant;

use super::{SlotError, StreamSlot, hold::SlotHold};
use crate::{
    observe::SlotOutcome,
    session::{
        SessionAddress, Sessions,
        address::{hash, text},
        id::random,
    },
    store::{Full, Joined, LogName, Member, SetName},
};

/// So many streams for each user, over all nodes. Clones are the same. See the [module](crate::session::slots).
#[derive(Clone)]
#[must_use]
pub struct StreamSlots {
    inner: Arc<Inner>,
}

/// What happens when a user has all slots there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhenFull {
    /// The new one is refused.
    Refuse,
    /// The session that has had one for the longest time loses it.
    EvictOldest,
}

pub(super) struct Inner {
    sessions: Sessions,
    max_streams: u32,
    when_full: WhenFull,
    /// Of this node, by set and session.
    held: Mutex<HashMap<(SetName, Bytes), Counted>>,
}

struct Counted {
    hold: Arc<SlotHold>,
    number: u64,
    streams: usize,
}

impl StreamSlots {
    /// So many for each user, at least one. All nodes need the same number.
    pub fn new(sessions: &Sessions, max_streams: u32, when_full: WhenFull) -> Self {
        Self {
            inner: Arc::new(Inner {
                sessions: sessions.clone(),
                max_streams: max_streams.max(1),
                when_full,
                held: Mutex::default(),
            }),
        }
    }

    /// A slot for a stream of this session, which may have one already.
    ///
    /// # Errors
    ///
    /// [`SlotError`].
    ///
    /// # Cancellation
    ///
    /// Dropped, the session may have a slot that nobody holds, until its time is over.
    pub async fn acquire(
        &self,
        user: impl AsRef<[u8]>,
        session: SessionAddress,
    ) -> Result<StreamSlot, SlotError> {
        let user = text(&hash(&[b"slots", user.as_ref()]));
        let set = SetName::new("slots", &user);
        let id = Bytes::copy_from_slice(&session.to_bytes());
        let hold = match self.inner.again(&set, &id) {
            Some(hold) => return Ok(StreamSlot::new(Arc::clone(&self.inner), hold)),
            None => {
                let note = random::<16>().map_err(|_| SlotError::NoRandomness)?;
                let note = Bytes::copy_from_slice(&note);
                let control = LogName::of_kind("control", &format!("slots-{user}"));
                let ttl = self.inner.sessions.shared.settings.lease;
                let member = Member { id, note };
                let max_streams = self.inner.max_streams;
                SlotHold::new(set, control, member, ttl, max_streams)
            }
        };
        let full = match self.inner.when_full {
            WhenFull::Refuse => Full::Refuse,
            WhenFull::EvictOldest => Full::EvictOldest,
        };
        let observers = self.inner.sessions.shared.hub.observers();
        match hold.join(&**self.inner.sessions.store(), full).await? {
            Joined::Refused => {
                observers.tell(|observer| observer.slot(SlotOutcome::Refused));
                Err(SlotError::Full {
                    max_streams: self.inner.max_streams,
                })
            }
            Joined::Member { new, evicted } => {
                if new {
                    observers.tell(|observer| observer.slot(SlotOutcome::Given));
                }
                for _ in &evicted {
                    observers.tell(|observer| observer.slot(SlotOutcome::Evicted));
                }
                self.inner.evict(&hold.set, &evicted);
                let control = hold.control.clone();
                let slot = StreamSlot::new(Arc::clone(&self.inner), self.inner.hold(hold));
                if !evicted.is_empty() {
                    self.inner.sessions.shared.tell(&control).await;
                }
                Ok(slot)
            }
        }
    }
}

impl Inner {
    /// One more stream of a session that has one here.
    fn again(&self, set: &SetName, id: &Bytes) -> Option<Arc<SlotHold>> {
        let mut held = self.held.lock();
        let counted = held.get_mut(&(set.clone(), id.clone()))?;
        if counted.hold.is_evicted() {
            return None;
        }
        counted.streams += 1;
        Some(Arc::clone(&counted.hold))
    }

    /// The first stream of a session here; or one more, if another was faster.
    fn hold(&self, hold: SlotHold) -> Arc<SlotHold> {
        let key = (hold.set.clone(), hold.member.id.clone());
        let mut held = self.held.lock();
        if let Some(counted) = held.get_mut(&key)
            && !counted.hold.is_evicted()
        {
            // Its note is not the last one told until its next renewal.
            counted.streams += 1;
            self.keeper().changed(&hold.control);
            return Arc::clone(&counted.hold);
        }
        let hold = Arc::new(hold);
        let number = self.keeper().keep(Arc::clone(&hold) as _);
        let counted = Counted {
            hold: Arc::clone(&hold),
            number,
            streams: 1,
        };
        held.insert(key, counted);
        hold
    }

    fn evict(&self, set: &SetName, evicted: &[Member]) {
        for member in evicted {
            let key = (set.clone(), member.id.clone());
            let counted = self.held.lock().remove(&key);
            if let Some(counted) = counted {
                self.keeper().forget(counted.number);
                counted.hold.evict();
            }
        }
    }

    pub(super) fn dropped(&self, hold: &Arc<SlotHold>) {
        let key = (hold.set.clone(), hold.member.id.clone());
        let mut held = self.held.lock();
        match held.get_mut(&key) {
            // Of one that was evicted another may be there by now.
            Some(counted) if Arc::ptr_eq(&counted.hold, hold) => {
                counted.streams -= 1;
                if counted.streams > 0 {
                    return;
                }
                self.keeper().forget(counted.number);
                held.remove(&key);
            }
            _ => return,
        }
        drop(held);
        if hold.is_evicted() {
            return;
        }
        let (hold, store) = (Arc::clone(hold), Arc::clone(self.sessions.store()));
        let leave = async move { _ = hold.leave(&*store).await };
        self.keeper().later(Instant::now(), Box::pin(leave));
    }

    fn keeper(&self) -> &crate::keeper::Keeper {
        &self.sessions.shared.keeper
    }
}

impl fmt::Debug for StreamSlots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamSlots")
            .field("max_streams", &self.inner.max_streams)
            .field("when_full", &self.inner.when_full)
            .finish_non_exhaustive()
    }
}
