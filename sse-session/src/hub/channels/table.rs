//! All channels of a node.

use core::{sync::atomic::Ordering, time::Duration};
use std::{collections::HashMap, sync::Arc};

use parking_lot::{Mutex, RwLock};
use tokio::time::Instant;

use super::{ActiveChannel, Attachment};
use crate::{
    Channel,
    cursor::CursorCodec,
    ring::RingLimits,
    store::{LogName, Watch},
};

/// All channels of a node that are active, and the store's watch over them.
#[derive(Debug)]
pub(in crate::hub) struct Channels {
    active: RwLock<HashMap<LogName, Arc<ActiveChannel>>>,
    /// Taken before `active` by whoever changes both. Never by a hint, which may come from inside
    /// the store: it needs `active` only. `None` once the hub is gone.
    watch: Mutex<Option<Box<dyn Watch>>>,
    observed: bool,
}

impl Channels {
    /// `observed`: somebody is told what happens.
    pub(in crate::hub) fn new(watch: Box<dyn Watch>, observed: bool) -> Self {
        Self {
            active: RwLock::default(),
            watch: Mutex::new(Some(watch)),
            observed,
        }
    }

    pub(in crate::hub) fn get(&self, log: &LogName) -> Option<Arc<ActiveChannel>> {
        self.active.read().get(log).map(Arc::clone)
    }

    /// All of them.
    pub(in crate::hub) fn all(&self) -> Vec<Arc<ActiveChannel>> {
        self.active.read().values().map(Arc::clone).collect()
    }

    /// A hold on the channel, which becomes active.
    pub(in crate::hub) fn attach(
        &self,
        channel: &Channel,
        codec: &CursorCodec,
        ring: RingLimits,
    ) -> Attachment {
        let log = LogName::of_channel(channel);
        let counted = |active: &Arc<ActiveChannel>| {
            active.subscribers.fetch_add(1, Ordering::AcqRel);
            Arc::clone(active)
        };
        if let Some(active) = self.active.read().get(&log).map(counted) {
            return Attachment::new(active);
        }
        let watch = self.watch.lock();
        let mut table = self.active.write();
        let before = table.len();
        let active = table.entry(log).or_insert_with_key(|log| {
            let (name, log) = (channel.clone(), log.clone());
            Arc::new(ActiveChannel::new(name, log, codec, ring, self.observed))
        });
        let active = counted(active);
        let is_new = table.len() > before;
        drop(table);
        if let (true, Some(watch)) = (is_new, &*watch) {
            watch.add(&active.log);
        }
        drop(watch);
        Attachment::new(active)
    }

    /// Lets those go that nobody has been subscribed to for so long.
    pub(in crate::hub) fn sweep(&self, now: Instant, linger: Duration) {
        let watch = self.watch.lock();
        let mut gone = Vec::new();
        self.active.write().retain(|log, channel| {
            channel.grants.sweep();
            let mut idle_since = channel.idle_since.lock();
            if channel.has_subscribers() {
                *idle_since = None;
                return true;
            }
            let idle_since = *idle_since.get_or_insert(now);
            let stays = now.saturating_duration_since(idle_since) < linger;
            if !stays {
                gone.push(log.clone());
            }
            stays
        });
        if let Some(watch) = &*watch {
            gone.iter().for_each(|log| watch.remove(log));
        }
    }

    /// Nothing is watched any more.
    pub(in crate::hub) fn end(&self) {
        let watch = self.watch.lock().take();
        drop(watch);
    }
}
