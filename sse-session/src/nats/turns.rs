//! Taking turns within this process, so that it does not compete with itself on the server.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;

/// How many subjects are remembered.
const MOST: usize = 4_096;

/// One lock for each subject, with what is known of it.
#[derive(Debug, Default)]
pub(super) struct Turns<T> {
    subjects: Mutex<HashMap<Box<str>, Arc<tokio::sync::Mutex<T>>>>,
}

impl<T: Default> Turns<T> {
    /// The lock of a subject.
    pub(super) fn of(&self, subject: &str) -> Arc<tokio::sync::Mutex<T>> {
        let mut subjects = self.subjects.lock();
        if let Some(turn) = subjects.get(subject) {
            return Arc::clone(turn);
        }
        if subjects.len() >= MOST {
            // What is known of the others is only a saving.
            subjects.retain(|_, turn| Arc::strong_count(turn) > 1);
        }
        let turn = Arc::<tokio::sync::Mutex<T>>::default();
        subjects.insert(subject.into(), Arc::clone(&turn));
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_waits_for_is_forgotten_when_there_are_too_many() {
        let turns = Turns::<u32>::default();
        let held = turns.of("held");
        for number in 0..MOST * 2 {
            turns.of(&number.to_string());
        }
        assert!(turns.subjects.lock().len() <= MOST);
        assert!(Arc::ptr_eq(&held, &turns.of("held")));
    }
}
