//! What a node keeps.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::Kept;
use crate::store::LogName;

/// What a node keeps, by number, and where it is told of.
#[derive(Default)]
pub(super) struct Table {
    kept: HashMap<u64, Arc<dyn Kept>>,
    by_control: HashMap<LogName, HashSet<u64>>,
    /// Others say that these may have changed.
    changed: HashSet<u64>,
    given: u64,
}

impl Table {
    /// Its number, and its control log if it is the first one with it.
    pub(super) fn insert(&mut self, kept: Arc<dyn Kept>) -> (u64, Option<LogName>) {
        self.given += 1;
        let mut first = None;
        if let Some(control) = kept.control() {
            let numbers = self.by_control.entry(control.clone()).or_default();
            numbers.insert(self.given);
            first = (numbers.len() == 1).then(|| control.clone());
        }
        self.kept.insert(self.given, kept);
        (self.given, first)
    }

    /// Its control log, if it was the last one with it.
    pub(super) fn remove(&mut self, number: u64) -> Option<LogName> {
        let kept = self.kept.remove(&number)?;
        self.changed.remove(&number);
        let control = kept.control()?;
        let numbers = self.by_control.get_mut(control)?;
        numbers.remove(&number);
        if !numbers.is_empty() {
            return None;
        }
        self.by_control.remove(control);
        Some(control.clone())
    }

    /// Whether there is any that this log is told of.
    pub(super) fn changed(&mut self, control: &LogName) -> bool {
        let numbers = self.by_control.get(control);
        self.changed.extend(numbers.into_iter().flatten());
        numbers.is_some()
    }

    /// Whether there is any that is told of where this one is.
    pub(super) fn changed_beside(&mut self, number: u64) -> bool {
        let kept = self.kept.get(&number);
        let control = kept.and_then(|kept| kept.control());
        let numbers = control.and_then(|control| self.by_control.get(control));
        let others = numbers.into_iter().flatten().filter(|it| **it != number);
        let before = self.changed.len();
        self.changed.extend(others);
        self.changed.len() > before
    }

    pub(super) fn all_changed(&mut self) {
        self.changed.extend(self.kept.keys());
    }

    pub(super) fn take_changed(&mut self) -> Vec<(u64, Arc<dyn Kept>)> {
        let changed = core::mem::take(&mut self.changed);
        let kept = changed.into_iter().filter_map(|number| {
            let kept = self.kept.get(&number)?;
            Some((number, Arc::clone(kept)))
        });
        kept.collect()
    }

    pub(super) fn all(&self) -> Vec<(u64, Arc<dyn Kept>)> {
        let all = self.kept.iter();
        all.map(|(number, kept)| (*number, Arc::clone(kept)))
            .collect()
    }

    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }
}
