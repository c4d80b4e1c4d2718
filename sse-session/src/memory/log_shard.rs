//! A part of the logs, and who watches them.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use tokio::time::Instant;

use super::{
    log::Log,
    outbox::{Outbox, Watcher},
    schedule::Schedule,
};
use crate::store::{LogName, WatchEvent};

/// What a log costs besides what is in it.
const LOG_BYTES: u64 = 512;

/// A part of the logs, and who watches them.
#[derive(Debug, Default)]
pub(super) struct LogShard {
    logs: HashMap<LogName, Log>,
    watchers: HashMap<LogName, Vec<Arc<Watcher>>>,
    expiring: Schedule<LogName>,
    idle: Schedule<LogName>,
    outbox: Arc<Outbox>,
}

impl LogShard {
    /// What a log costs besides what is in it.
    pub(super) fn cost_of(name: &LogName) -> u64 {
        LOG_BYTES + name.as_str().len() as u64
    }

    pub(super) fn get(&self, name: &LogName) -> Option<&Log> {
        self.logs.get(name)
    }

    pub(super) fn contains(&self, name: &LogName) -> bool {
        self.logs.contains_key(name)
    }

    /// Makes a log; `false` if it is there.
    pub(super) fn make(&mut self, name: &LogName, epoch: u64) -> bool {
        match self.logs.entry(name.clone()) {
            Entry::Occupied(_) => false,
            Entry::Vacant(vacant) => {
                vacant.insert(Log::new(epoch));
                true
            }
        }
    }

    /// Changes a log that is there.
    pub(super) fn change<T>(
        &mut self,
        name: &LogName,
        now: Instant,
        change: impl FnOnce(&mut Log) -> T,
    ) -> Option<T> {
        let changed = change(self.logs.get_mut(name)?);
        self.arrange(name, now);
        Some(changed)
    }

    /// Removes what is too old from a log whose time has come. What that gives back; `None` if there is none.
    pub(super) fn expire_one(&mut self, now: Instant) -> Option<u64> {
        let name = self.expiring.due(now)?.clone();
        let log = self.logs.get_mut(&name)?;
        self.expiring.reschedule(&name, &mut log.looked_at, None);
        self.change(&name, now, |log| log.expire(now))
    }

    /// Forgets the log that nothing is in and nobody watches for the longest time. What that gives back.
    pub(super) fn forget_one(&mut self) -> Option<u64> {
        let (_, name) = self.idle.first()?.clone();
        self.forget(&name)
    }

    /// Forgets a log. What that gives back, without what is in it.
    pub(super) fn forget(&mut self, name: &LogName) -> Option<u64> {
        let mut log = self.logs.remove(name)?;
        self.idle.reschedule(name, &mut log.idle_since, None);
        self.expiring.reschedule(name, &mut log.looked_at, None);
        Some(Self::cost_of(name))
    }

    /// Puts a hint in for everybody who watches the log.
    pub(super) fn put_hint(&self, name: &LogName, hint: impl Fn() -> WatchEvent) -> Hints {
        let Some(watchers) = self.watchers.get(name) else {
            return Hints::default();
        };
        for watcher in watchers {
            self.outbox.put(watcher, hint());
        }
        self.hints()
    }

    /// Adds a watcher, who is told so. Asked again, it is told again.
    pub(super) fn watch(&mut self, name: &LogName, watcher: &Arc<Watcher>, now: Instant) -> Hints {
        let watchers = self.watchers.entry(name.clone()).or_default();
        if !watchers.iter().any(|other| Arc::ptr_eq(other, watcher)) {
            watchers.push(Arc::clone(watcher));
        }
        self.outbox.put(watcher, WatchEvent::Watching(name.clone()));
        self.arrange(name, now);
        self.hints()
    }

    /// Removes a watcher.
    pub(super) fn unwatch(&mut self, name: &LogName, watcher: &Arc<Watcher>, now: Instant) {
        let Some(watchers) = self.watchers.get_mut(name) else {
            return;
        };
        watchers.retain(|other| !Arc::ptr_eq(other, watcher));
        if watchers.is_empty() {
            self.watchers.remove(name);
        }
        self.arrange(name, now);
    }

    /// Removes a watcher from all logs.
    pub(super) fn unwatch_all(&mut self, watcher: &Arc<Watcher>, now: Instant) {
        let watches = |watchers: &Vec<_>| watchers.iter().any(|other| Arc::ptr_eq(other, watcher));
        let watched = self.watchers.iter();
        let names: Vec<_> = watched
            .filter(|(_, watchers)| watches(watchers))
            .map(|(name, _)| name.clone())
            .collect();
        for name in &names {
            self.unwatch(name, watcher, now);
        }
    }

    /// Puts a log that was changed where it belongs in the schedules.
    fn arrange(&mut self, name: &LogName, now: Instant) {
        let Some(log) = self.logs.get_mut(name) else {
            return;
        };
        // Looked at too early it is looked at once more: cheaper than to reschedule at each append.
        let expires_at = log.expires_at();
        if expires_at.is_some_and(|at| log.looked_at.is_none_or(|looked_at| at < looked_at)) {
            self.expiring
                .reschedule(name, &mut log.looked_at, expires_at);
        }
        let is_idle = log.is_empty() && !self.watchers.contains_key(name);
        let idle_since = is_idle.then(|| log.idle_since.unwrap_or(now));
        self.idle.reschedule(name, &mut log.idle_since, idle_since);
    }

    fn hints(&self) -> Hints {
        let outbox = Arc::clone(&self.outbox);
        Hints {
            outbox: Some(outbox),
        }
    }
}

/// Hints that are to be told as soon as nothing is locked.
#[derive(Debug, Default)]
#[must_use]
pub(super) struct Hints {
    outbox: Option<Arc<Outbox>>,
}

impl Hints {
    /// Tells them.
    pub(super) fn tell(self) {
        if let Some(outbox) = self.outbox {
            outbox.tell();
        }
    }
}
