//! The one who reads a channel's log behind its ring.

use std::sync::Arc;

use parking_lot::Mutex;

use super::ActiveChannel;
use crate::{
    hub::{backoff::Backoff, log::Behind, shared::Shared},
    ring::Reset,
    store::{GapReason, Position, ReadLimit, Record, StoreError},
};

/// Whether a channel's ring may be behind its log, and whether somebody is at it.
#[derive(Debug, Default)]
pub(super) struct CatchUp {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    dirty: bool,
    running: bool,
}

impl CatchUp {
    /// There may be something in the log; `true` if nobody is at it and the caller has to be.
    fn request(&self) -> bool {
        let mut state = self.state.lock();
        state.dirty = true;
        !core::mem::replace(&mut state.running, true)
    }

    /// Whether to look once more; if not, the caller is done. What it depends on is asked under the
    /// lock, so that one who changes it and then requests is never between two chairs.
    fn go_on(&self, can_read: impl FnOnce() -> bool) -> bool {
        let mut state = self.state.lock();
        state.running = state.dirty && can_read();
        if state.running {
            state.dirty = false;
        }
        state.running
    }

    fn is_dirty(&self) -> bool {
        self.state.lock().dirty
    }

    /// Whoever was at it is gone, and has not said so.
    fn abandoned(&self) {
        let mut state = self.state.lock();
        state.dirty = true;
        state.running = false;
    }

    /// It did not succeed: once more, if it is worth it.
    fn failed(&self) {
        self.state.lock().dirty = true;
    }
}

impl Shared {
    /// Sees to it that the ring is brought up to the log. From any thread.
    pub(in crate::hub) fn catch_up(self: &Arc<Self>, channel: &Arc<ActiveChannel>) {
        if channel.catch_up.request() {
            let task = catch_up(Arc::clone(self), Arc::clone(channel));
            self.tasks.spawn(task);
        }
    }

    /// Finds out where the ring of a channel begins: at the head of its log.
    pub(in crate::hub) async fn prime(
        self: &Arc<Self>,
        channel: &Arc<ActiveChannel>,
    ) -> Result<(), StoreError> {
        if channel.ring.tail().is_none() {
            let _one_at_a_time = channel.priming.lock().await;
            if channel.ring.tail().is_none() {
                let head = self.head(&channel.log).await?;
                // Where all is told in this process and nothing on the way is lost, as the channel is
                // watched by now, no log can come and go unnoticed: the first record that is told
                // is the first.
                if self.store.capabilities().shared {
                    channel.ring.prime(head);
                } else {
                    channel.ring.prime_with_first(head);
                }
            }
        }
        // A hint that came too early, or to nobody.
        if channel.catch_up.is_dirty() {
            self.catch_up(channel);
        }
        Ok(())
    }

    /// Reads one page behind the ring; whether there is more.
    async fn read_on(&self, channel: &ActiveChannel) -> Result<bool, StoreError> {
        let Some(tail) = channel.ring.tail() else {
            return Ok(false);
        };
        let limit = ReadLimit::default();
        match self.read_behind(&channel.log, tail, limit).await? {
            Behind::Records { records, more } => {
                self.learn(channel, tail, &records);
                Ok(more)
            }
            Behind::Gap(reason) => {
                self.reset(channel, tail, reason).await?;
                Ok(true)
            }
        }
    }

    /// The log does not go on behind the ring: finds out from where it does.
    async fn reset(
        &self,
        channel: &ActiveChannel,
        tail: Position,
        reason: GapReason,
    ) -> Result<(), StoreError> {
        let kin = match reason {
            GapReason::Rewound | GapReason::Forked => self.common_ancestor(channel).await?,
            _ => None,
        };
        let (earliest, records, more) = match kin {
            Some(kin) => kin,
            None => self.earliest(&channel.log, ReadLimit::default()).await?,
        };
        let head = match (more, records.last()) {
            (true, _) => self.head(&channel.log).await?,
            (false, Some(last)) => last.position,
            (false, None) => earliest,
        };
        // What does not fit one page each subscriber reads for itself.
        let base = if more { head } else { earliest };
        let reset = Reset {
            reason,
            earliest,
            head,
            base,
        };
        if channel.ring.reset(tail, reset) {
            self.learn(channel, earliest, &records);
            self.wake(channel);
        }
        Ok(())
    }

    /// The newest record of the ring that is in the log still, and what the log has behind it.
    async fn common_ancestor(
        &self,
        channel: &ActiveChannel,
    ) -> Result<Option<(Position, Vec<Record>, bool)>, StoreError> {
        let Some((base, _)) = channel.ring.oldest() else {
            return Ok(None);
        };
        let limit = ReadLimit::default();
        let behind = self.read_behind(&channel.log, base, limit).await?;
        let Behind::Records { mut records, more } = behind else {
            return Ok(None);
        };
        let known = |record: &Record| channel.ring.locate(record.position).is_some();
        let last_known = records.iter().rposition(known);
        let others = records.split_off(last_known.map_or(0, |index| index + 1));
        let ancestor = records.last().map_or(base, |record| record.position);
        Ok(Some((ancestor, others, more)))
    }
}

/// Somebody is at it. Dropped by a panic of the store, the next one who asks begins anew.
struct AtIt {
    channel: Arc<ActiveChannel>,
    done: bool,
}

impl Drop for AtIt {
    fn drop(&mut self) {
        if !self.done {
            self.channel.catch_up.abandoned();
        }
    }
}

async fn catch_up(shared: Arc<Shared>, channel: Arc<ActiveChannel>) {
    let mut at_it = AtIt {
        channel: Arc::clone(&channel),
        done: false,
    };
    let mut backoff = Backoff::new();
    let mut failing = false;
    while channel
        .catch_up
        .go_on(|| channel.ring.tail().is_some() && (!failing || channel.has_subscribers()))
    {
        let permit = shared.catch_ups.acquire().await;
        let result = loop {
            match shared.read_on(&channel).await {
                Ok(true) => (),
                Ok(false) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        drop(permit);
        failing = result.is_err();
        if failing {
            // The streams stay open and know nothing of it.
            channel.catch_up.failed();
            backoff.wait(&shared.random).await;
        } else {
            backoff = Backoff::new();
            channel.caught_up.notify_waiters();
        }
    }
    at_it.done = true;
}
