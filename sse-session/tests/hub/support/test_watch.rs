//! Who watches what.

use core::fmt;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use sse_session::store::{LogName, Watch, WatchEvent, WatchSink};

/// All watches of a store.
#[derive(Default)]
pub(crate) struct Watches {
    all: Mutex<Vec<Weak<Watched>>>,
    /// Watches come into force only when they are told to.
    late: Mutex<bool>,
}

struct Watched {
    sink: Arc<dyn WatchSink>,
    logs: Mutex<Vec<LogName>>,
    /// Not in force yet.
    asked: Mutex<Vec<LogName>>,
}

impl Watches {
    pub(crate) fn watch(self: &Arc<Self>, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        let watched = Arc::new(Watched {
            sink,
            logs: Mutex::default(),
            asked: Mutex::default(),
        });
        self.all.lock().push(Arc::downgrade(&watched));
        let watches = Arc::clone(self);
        Box::new(TestWatch { watches, watched })
    }

    pub(crate) fn set_late(&self, late: bool) {
        *self.late.lock() = late;
        if !late {
            self.alive().iter().for_each(|watched| watched.begin());
        }
    }

    pub(crate) fn tell(&self, log: &LogName, event: &WatchEvent) {
        for watched in self.alive() {
            if watched.logs.lock().contains(log) {
                watched.sink.notify(event.clone());
            }
        }
    }

    pub(crate) fn tell_all(&self, event: &WatchEvent) {
        for watched in self.alive() {
            watched.sink.notify(event.clone());
        }
    }

    /// Of all who watch.
    pub(crate) fn logs(&self) -> Vec<LogName> {
        let alive = self.alive().into_iter();
        alive
            .flat_map(|watched| watched.logs.lock().clone())
            .collect()
    }

    pub(crate) fn count(&self) -> usize {
        self.alive().len()
    }

    fn alive(&self) -> Vec<Arc<Watched>> {
        self.all.lock().iter().filter_map(Weak::upgrade).collect()
    }
}

impl Watched {
    fn begin(&self) {
        let asked = core::mem::take(&mut *self.asked.lock());
        for log in asked {
            self.logs.lock().push(log.clone());
            self.sink.notify(WatchEvent::Watching(log));
        }
    }
}

struct TestWatch {
    watches: Arc<Watches>,
    watched: Arc<Watched>,
}

impl Watch for TestWatch {
    fn add(&self, log: &LogName) {
        self.watched.asked.lock().push(log.clone());
        let late = *self.watches.late.lock();
        if !late {
            self.watched.begin();
        }
    }

    fn remove(&self, log: &LogName) {
        self.watched.logs.lock().retain(|watched| watched != log);
        self.watched.asked.lock().retain(|watched| watched != log);
    }
}

impl fmt::Debug for TestWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TestWatch")
    }
}
