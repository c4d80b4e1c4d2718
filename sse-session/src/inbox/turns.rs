//! One message of a session after the other.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use parking_lot::Mutex;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use crate::session::SessionAddress;

/// Of each session one message is taken in at a time on this node, in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Turns {
    lines: Mutex<HashMap<SessionAddress, Line>>,
}

#[derive(Debug, Default)]
struct Line {
    length: usize,
    turn: Arc<AsyncMutex<()>>,
}

/// A place in a session's line.
#[derive(Debug)]
pub(super) struct Place {
    turns: Arc<Turns>,
    session: SessionAddress,
    turn: Arc<AsyncMutex<()>>,
}

/// It is this one's turn, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _guard: OwnedMutexGuard<()>,
    /// Given up after the guard: fields are dropped in their order.
    _place: Place,
}

impl Turns {
    /// A place in the line, if there are fewer than `most` in it.
    pub(super) fn line_up(self: &Arc<Self>, session: SessionAddress, most: usize) -> Option<Place> {
        let mut lines = self.lines.lock();
        let line = lines.entry(session).or_default();
        if line.length >= most {
            return None;
        }
        line.length += 1;
        Some(Place {
            turns: Arc::clone(self),
            session,
            turn: Arc::clone(&line.turn),
        })
    }
}

impl Place {
    /// Waits until all who came before are done.
    pub(super) async fn turn(self) -> Turn {
        let guard = Arc::clone(&self.turn).lock_owned().await;
        Turn {
            _guard: guard,
            _place: self,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut lines = self.turns.lines.lock();
        if let Entry::Occupied(mut line) = lines.entry(self.session) {
            line.get_mut().length -= 1;
            if line.get().length == 0 {
                line.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_line_has_an_end_and_leaves_nothing_behind() {
        let turns = Arc::new(Turns::default());
        let session = |byte| SessionAddress::from_bytes([byte; 16]);
        let first = turns.line_up(session(1), 2).unwrap().turn().await;
        let second = turns.line_up(session(1), 2).unwrap();
        assert!(turns.line_up(session(1), 2).is_none());
        let other = turns.line_up(session(2), 2).unwrap().turn().await;
        let waiting = tokio::spawn(second.turn());
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(first);
        drop((waiting.await.unwrap(), other));
        assert!(turns.lines.lock().is_empty());
    }
}
