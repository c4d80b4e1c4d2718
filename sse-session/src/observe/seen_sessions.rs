//! The sessions that a node knows of.

use std::collections::{HashMap, hash_map::Entry};

use parking_lot::Mutex;

use super::{Observers, SeenSession, SessionChange};
use crate::session::{AttachmentEnd, SessionAddress};

/// The sessions that a node has opened or held, while they are live as far as it knows. Made only where
/// somebody is told.
///
/// A client that comes back may be attached before its old attachment is dropped: so attachments are
/// counted, and a session is seen in one way at a time.
#[derive(Debug)]
pub(crate) struct SeenSessions {
    observers: Observers,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    seen: HashMap<SessionAddress, Seen>,
    /// How often a session began to wait.
    waits: u64,
}

#[derive(Debug)]
struct Seen {
    attachments: usize,
    wait: u64,
}

impl Seen {
    const fn state(&self) -> SeenSession {
        if self.attachments > 0 {
            SeenSession::Attached
        } else {
            SeenSession::Detached
        }
    }
}

impl Table {
    fn wait(&mut self) -> u64 {
        self.waits += 1;
        self.waits
    }
}

impl SeenSessions {
    /// `None` if nobody is told.
    pub(crate) fn new(observers: &Observers) -> Option<Self> {
        (!observers.is_empty()).then(|| Self {
            observers: observers.clone(),
            table: Mutex::default(),
        })
    }

    /// It was opened, and waits. Whether it was not seen before.
    pub(crate) fn opened(&self, session: SessionAddress) -> bool {
        let mut table = self.table.lock();
        let wait = table.wait();
        let Entry::Vacant(vacant) = table.seen.entry(session) else {
            return false;
        };
        vacant.insert(Seen {
            attachments: 0,
            wait,
        });
        drop(table);
        self.tell(None, SeenSession::Detached);
        true
    }

    pub(crate) fn attached(&self, session: SessionAddress) {
        let mut table = self.table.lock();
        let before = table.seen.get(&session).map(Seen::state);
        let seen = table.seen.entry(session).or_insert(Seen {
            attachments: 0,
            wait: 0,
        });
        seen.attachments += 1;
        drop(table);
        self.tell(before, SeenSession::Attached);
    }

    /// An attachment was dropped: the session waits from now on, if it was the last one and is not over.
    pub(crate) fn detached(&self, session: SessionAddress, over: Option<AttachmentEnd>) {
        let mut table = self.table.lock();
        let wait = table.wait();
        let Some(seen) = table.seen.get_mut(&session) else {
            return;
        };
        seen.attachments = seen.attachments.saturating_sub(1);
        if seen.attachments > 0 {
            return;
        }
        seen.wait = wait;
        if over.is_some() {
            table.seen.remove(&session);
        }
        drop(table);
        let now = over.map_or(SeenSession::Detached, SeenSession::from);
        self.tell(Some(SeenSession::Attached), now);
    }

    /// If it waits, since when: a number to [look](Self::waited) with.
    pub(crate) fn waits(&self, session: SessionAddress) -> Option<u64> {
        let table = self.table.lock();
        let seen = table.seen.get(&session)?;
        (seen.attachments == 0).then_some(seen.wait)
    }

    /// It was looked at when it had waited for so long.
    pub(crate) fn waited(&self, session: SessionAddress, wait: u64, now: SeenSession) {
        let mut table = self.table.lock();
        if table.waits(session, wait) {
            table.seen.remove(&session);
            drop(table);
            self.tell(Some(SeenSession::Detached), now);
        }
    }

    /// It was closed here.
    pub(crate) fn closed(&self, session: SessionAddress) {
        let seen = self.table.lock().seen.remove(&session);
        if let Some(seen) = seen {
            self.tell(Some(seen.state()), SeenSession::Closed);
        }
    }

    fn tell(&self, before: Option<SeenSession>, now: SeenSession) {
        if before != Some(now) {
            let change = SessionChange { before, now };
            self.observers.tell(|observer| observer.session(change));
        }
    }
}

impl Table {
    fn waits(&self, session: SessionAddress, wait: u64) -> bool {
        self.seen
            .get(&session)
            .is_some_and(|seen| seen.attachments == 0 && seen.wait == wait)
    }
}

/// Nobody looks any more.
impl Drop for SeenSessions {
    fn drop(&mut self) {
        let seen = core::mem::take(&mut self.table.get_mut().seen);
        for seen in seen.into_values() {
            self.tell(Some(seen.state()), SeenSession::Unknown);
        }
    }
}
