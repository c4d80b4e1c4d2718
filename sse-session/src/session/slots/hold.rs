//! What this node holds of a user's slots.

use core::time::Duration;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::{
    keeper::{Kept, Work},
    store::{Full, Join, Joined, LogName, Member, SessionStore, SetName, StoreError},
};

/// What to do when a slot is given to somebody else.
pub(super) type OnEvicted = Box<dyn FnOnce() + Send>;

/// A session's slot, shared by all that this node has of it and the keeper.
pub(super) struct SlotHold {
    pub(super) set: SetName,
    pub(super) control: LogName,
    /// The session, and by its note the node that has it.
    pub(super) member: Member,
    pub(super) ttl: Duration,
    pub(super) max_streams: u32,
    /// Whether it was left; held while the store is asked, so that no renewal comes after the leaving.
    left: tokio::sync::Mutex<bool>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    evicted: bool,
    on_evicted: Vec<OnEvicted>,
}

impl SlotHold {
    pub(super) fn new(
        set: SetName,
        control: LogName,
        member: Member,
        ttl: Duration,
        max_streams: u32,
    ) -> Self {
        Self {
            set,
            control,
            member,
            ttl,
            max_streams,
            left: tokio::sync::Mutex::default(),
            state: Mutex::default(),
        }
    }

    pub(super) fn is_evicted(&self) -> bool {
        self.state.lock().evicted
    }

    pub(super) fn evict(&self) {
        let mut state = self.state.lock();
        state.evicted = true;
        let all = core::mem::take(&mut state.on_evicted);
        drop(state);
        for on_evicted in all {
            on_evicted();
        }
    }

    pub(super) fn on_evicted(&self, on_evicted: OnEvicted) {
        let mut state = self.state.lock();
        if state.evicted {
            drop(state);
            on_evicted();
        } else {
            state.on_evicted.push(on_evicted);
        }
    }

    pub(super) async fn join(
        &self,
        store: &dyn SessionStore,
        full: Full,
    ) -> Result<Joined, StoreError> {
        let join = Join::new(self.ttl).with_limit(self.max_streams, full);
        let mut attempts = 4;
        loop {
            attempts -= 1;
            let joined = store.join(&self.set, self.member.clone(), join).await;
            match joined {
                // Who is a member already is not refused: it may be done twice.
                Err(StoreError::OutcomeUnknown { .. }) if attempts > 0 => (),
                joined => return joined,
            }
        }
    }

    /// Frees it, unless another node of the session has renewed it since. If one has it and has not, that one is
    /// told, and takes it again at once.
    pub(super) async fn leave(&self, store: &dyn SessionStore) -> Result<(), StoreError> {
        let mut left = self.left.lock().await;
        *left = true;
        if store.leave(&self.set, &self.member).await? {
            let payload = bytes::Bytes::from_static(b"changed");
            _ = store.announce(&self.control, payload).await;
        }
        Ok(())
    }
}

impl Kept for SlotHold {
    fn control(&self) -> Option<&LogName> {
        Some(&self.control)
    }

    fn renew(self: Arc<Self>, store: Arc<dyn SessionStore>) -> Work {
        Box::pin(async move {
            let left = self.left.lock().await;
            if *left {
                return;
            }
            if let Ok(Joined::Refused) = self.join(&*store, Full::Refuse).await {
                self.evict();
            }
        })
    }

    fn is_over(&self) -> bool {
        self.is_evicted()
    }
}
