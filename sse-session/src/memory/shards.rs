//! A table in parts, each behind a lock of its own.

use core::hash::{BuildHasher, Hash};
use std::hash::RandomState;

use parking_lot::{Mutex, MutexGuard};

/// How many parts: with as many threads at work, mostly none waits for another.
const PARTS: usize = 16;

/// A table in parts. Which part a name is in cannot be told from outside.
#[derive(Debug, Default)]
pub(super) struct Shards<T> {
    parts: [Mutex<T>; PARTS],
    hasher: RandomState,
}

impl<T> Shards<T> {
    /// The number of the part that a name is in.
    pub(super) fn index_of(&self, name: &(impl Hash + ?Sized)) -> usize {
        (self.hasher.hash_one(name) % PARTS as u64) as usize
    }

    /// The part that a name is in. No other part may be locked already.
    pub(super) fn lock(&self, name: &(impl Hash + ?Sized)) -> MutexGuard<'_, T> {
        self.part(self.index_of(name)).lock()
    }

    /// A part by its number.
    pub(super) fn part(&self, index: usize) -> &Mutex<T> {
        &self.parts[index % PARTS]
    }

    /// All parts, beginning with this one.
    pub(super) fn iter_from(&self, index: usize) -> impl Iterator<Item = &Mutex<T>> {
        (0..PARTS).map(move |step| self.part(index + step))
    }

    /// All parts.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Mutex<T>> {
        self.iter_from(0)
    }
}
