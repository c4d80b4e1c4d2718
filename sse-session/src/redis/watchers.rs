//! Who watches which logs, and what is subscribed to for that.

use core::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};
use std::{
    collections::{HashMap, HashSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::hint;
use crate::store::{LogName, Watch, WatchEvent, WatchSink};

/// Who watches which logs, and what is subscribed to for that. Each log is subscribed to once, whoever watches it.
#[derive(Default)]
pub(super) struct Watchers {
    state: Mutex<State>,
    /// There is something to subscribe to or to end.
    pub(super) changed: Notify,
}

#[derive(Default)]
struct State {
    logs: HashMap<Box<str>, Watched>,
    /// Those of them that are not subscribed to as they are watched.
    changed: HashSet<Box<str>>,
    /// There was a connection, and there is none.
    lost: bool,
}

struct Watched {
    log: LogName,
    watchers: Vec<Watching>,
    subscription: Subscription,
}

struct Watching {
    watcher: Arc<Watcher>,
    /// It knows that the watch is in force.
    told: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Subscription {
    None,
    Asked,
    InForce,
    Ending,
}

struct Watcher {
    sink: Arc<dyn WatchSink>,
    closed: AtomicBool,
}

impl Watcher {
    fn tell(&self, hint: WatchEvent) {
        if self.closed.load(Ordering::Acquire) {
            return;
        }
        // A sink that panics may not take the connection with it.
        let _ = catch_unwind(AssertUnwindSafe(|| self.sink.notify(hint)));
    }
}

impl Watched {
    fn all(&self) -> impl Iterator<Item = Arc<Watcher>> {
        let watchers = self.watchers.iter();
        watchers.map(|watching| Arc::clone(&watching.watcher))
    }
}

/// What has to change in what is subscribed to, by log.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) begin: Vec<Box<str>>,
    pub(super) end: Vec<Box<str>>,
}

impl Changes {
    pub(super) fn is_empty(&self) -> bool {
        self.begin.is_empty() && self.end.is_empty()
    }
}

impl Watchers {
    /// Whether anybody watches anything.
    pub(super) fn is_empty(&self) -> bool {
        self.state.lock().logs.is_empty()
    }

    /// What has to change. It is under way until [`begun`](Self::begun) and [`ended`](Self::ended) are told.
    pub(super) fn take_changes(&self) -> Changes {
        let mut state = self.state.lock();
        let State { logs, changed, .. } = &mut *state;
        let mut changes = Changes::default();
        for name in changed.drain() {
            let Some(watched) = logs.get_mut(&name) else {
                continue;
            };
            match (watched.subscription, watched.watchers.is_empty()) {
                (Subscription::None, false) => {
                    watched.subscription = Subscription::Asked;
                    changes.begin.push(name);
                }
                (Subscription::InForce, true) => {
                    watched.subscription = Subscription::Ending;
                    changes.end.push(name);
                }
                (Subscription::None, true) => {
                    logs.remove(&name);
                }
                _ => {}
            }
        }
        changes
    }

    /// These are subscribed to.
    pub(super) fn begun(&self, names: &[Box<str>]) {
        let mut told = Vec::new();
        {
            let mut state = self.state.lock();
            let State { logs, changed, .. } = &mut *state;
            for name in names {
                let Some(watched) = logs.get_mut(name) else {
                    continue;
                };
                watched.subscription = Subscription::InForce;
                if watched.watchers.is_empty() {
                    changed.insert(name.clone());
                }
                for watching in &mut watched.watchers {
                    if !core::mem::replace(&mut watching.told, true) {
                        told.push((Arc::clone(&watching.watcher), watched.log.clone()));
                    }
                }
            }
        }
        for (watcher, log) in told {
            watcher.tell(WatchEvent::Watching(log));
        }
    }

    /// These are subscribed to no more.
    pub(super) fn ended(&self, names: &[Box<str>]) {
        let mut state = self.state.lock();
        let State { logs, changed, .. } = &mut *state;
        for name in names {
            let Some(watched) = logs.get_mut(name) else {
                continue;
            };
            watched.subscription = Subscription::None;
            if watched.watchers.is_empty() {
                logs.remove(name);
            } else {
                changed.insert(name.clone());
            }
        }
    }

    /// Whether that a subscription ended was asked for.
    pub(super) fn is_ending(&self, name: &str) -> bool {
        let state = self.state.lock();
        let watched = state.logs.get(name);
        watched.is_none_or(|watched| watched.subscription == Subscription::Ending)
    }

    /// The connection is gone, and all subscriptions with it.
    pub(super) fn lose(&self) {
        let watchers = {
            let mut state = self.state.lock();
            let State {
                logs,
                changed,
                lost,
            } = &mut *state;
            logs.retain(|_, watched| !watched.watchers.is_empty());
            for (name, watched) in logs.iter_mut() {
                watched.subscription = Subscription::None;
                changed.insert(name.clone());
            }
            if core::mem::replace(lost, true) {
                return;
            }
            everybody(logs)
        };
        for watcher in watchers {
            watcher.tell(WatchEvent::Lost);
        }
    }

    /// All that was watched is subscribed to again.
    pub(super) fn restore(&self) {
        let watchers = {
            let mut state = self.state.lock();
            if !core::mem::replace(&mut state.lost, false) {
                return;
            }
            everybody(&state.logs)
        };
        for watcher in watchers {
            watcher.tell(WatchEvent::Restored);
        }
    }

    /// Tells everybody who watches the log, with nothing locked.
    pub(super) fn tell(&self, name: &str, message: Vec<u8>) {
        let (log, watchers) = {
            let state = self.state.lock();
            let Some(watched) = state.logs.get(name) else {
                return;
            };
            let watchers: Vec<_> = watched.all().collect();
            (watched.log.clone(), watchers)
        };
        let event = hint::event(&log, message);
        for watcher in watchers {
            watcher.tell(event.clone());
        }
    }
}

/// Each who watches something, once.
fn everybody(logs: &HashMap<Box<str>, Watched>) -> Vec<Arc<Watcher>> {
    let mut all: Vec<_> = logs.values().flat_map(Watched::all).collect();
    all.sort_unstable_by_key(Arc::as_ptr);
    all.dedup_by_key(|watcher| Arc::as_ptr(watcher));
    all
}

impl fmt::Debug for Watchers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let logs = self.state.lock().logs.len();
        f.debug_struct("Watchers").field("logs", &logs).finish()
    }
}

/// The logs that one sink watches.
pub(super) struct RedisWatch {
    watchers: Arc<Watchers>,
    watcher: Arc<Watcher>,
}

impl RedisWatch {
    pub(super) fn new(watchers: Arc<Watchers>, sink: Arc<dyn WatchSink>) -> Self {
        let closed = AtomicBool::new(false);
        Self {
            watchers,
            watcher: Arc::new(Watcher { sink, closed }),
        }
    }

    fn is_this(&self, watching: &Watching) -> bool {
        Arc::ptr_eq(&watching.watcher, &self.watcher)
    }

    /// Takes this one out of a log's watchers; gives whether something has to change.
    fn leave(&self, watched: &mut Watched) -> bool {
        let before = watched.watchers.len();
        watched.watchers.retain(|watching| !self.is_this(watching));
        watched.watchers.is_empty() && before > 0
    }
}

impl Watch for RedisWatch {
    fn add(&self, log: &LogName) {
        let in_force = {
            let mut state = self.watchers.state.lock();
            let State { logs, changed, .. } = &mut *state;
            let name: Box<str> = log.as_str().into();
            let watched = logs.entry(name.clone()).or_insert_with(|| Watched {
                log: log.clone(),
                watchers: Vec::new(),
                subscription: Subscription::None,
            });
            let in_force = watched.subscription == Subscription::InForce;
            let watching = watched.watchers.iter_mut().find(|it| self.is_this(it));
            match watching {
                Some(watching) => watching.told = in_force,
                None => watched.watchers.push(Watching {
                    watcher: Arc::clone(&self.watcher),
                    told: in_force,
                }),
            }
            if !in_force {
                changed.insert(name);
            }
            in_force
        };
        if in_force {
            self.watcher.tell(WatchEvent::Watching(log.clone()));
        } else {
            self.watchers.changed.notify_one();
        }
    }

    fn remove(&self, log: &LogName) {
        let mut state = self.watchers.state.lock();
        let State { logs, changed, .. } = &mut *state;
        if let Some(watched) = logs.get_mut(log.as_str())
            && self.leave(watched)
        {
            changed.insert(log.as_str().into());
            self.watchers.changed.notify_one();
        }
    }
}

impl Drop for RedisWatch {
    fn drop(&mut self) {
        self.watcher.closed.store(true, Ordering::Release);
        let mut state = self.watchers.state.lock();
        let State { logs, changed, .. } = &mut *state;
        for (name, watched) in logs.iter_mut() {
            if self.leave(watched) {
                changed.insert(name.clone());
            }
        }
        self.watchers.changed.notify_one();
    }
}

impl fmt::Debug for RedisWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisWatch").finish_non_exhaustive()
    }
}
