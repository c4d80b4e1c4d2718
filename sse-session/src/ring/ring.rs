//! The newest records of a channel.

use std::{
    collections::{VecDeque, vec_deque::Iter},
    sync::Arc,
};

use bytes::Bytes;

#[cfg(test)]
use super::Drained;
use super::{
    Entry, Frame, Reset, RingLimits,
    sync::{AtomicU64, Ordering, RwLock},
};
use crate::store::{Position, Previous, Record};

/// The first entry's number: there is room before it.
const FIRST: u64 = 1 << 62;

/// The newest records of a channel on this node.
///
/// Entries are numbered; a reader is the number of the entry that it reads next.
#[derive(Debug)]
pub(crate) struct Ring {
    limits: RingLimits,
    entries: RwLock<Entries>,
    end: End,
}

/// The number of the next entry, to be looked at without the lock; and apart from it, because
/// whoever takes the lock takes its cache line from all others.
#[derive(Debug)]
#[repr(align(128))]
struct End(AtomicU64);

#[derive(Debug)]
struct Entries {
    list: VecDeque<Entry>,
    bytes: usize,
    /// The number of the oldest entry.
    front: u64,
    /// Where the log was before the oldest entry, and behind the newest; nothing is known at first.
    ends: Option<(Position, Position)>,
    /// Nothing was in it yet, and the first record of a log follows.
    takes_first: bool,
    /// Nothing was forgotten, so that older records may still come before the front.
    complete: bool,
}

/// Where a reader joins in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The number of the entry that it reads next.
    pub(crate) next: u64,
    /// Announcements before this one were not for it.
    pub(crate) live_from: u64,
}

/// What became of a record that was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offer {
    /// It is in the ring now.
    Taken,
    /// It was there.
    Known,
    /// It does not extend the ring, as far as can be seen: look into the log.
    Refused,
}

impl Ring {
    pub(crate) fn new(limits: RingLimits) -> Self {
        let entries = Entries {
            list: VecDeque::new(),
            bytes: 0,
            front: FIRST,
            ends: None,
            takes_first: false,
            complete: true,
        };
        Self {
            limits,
            entries: RwLock::new(entries),
            end: End(AtomicU64::new(FIRST)),
        }
    }

    /// The ring goes on behind this position, if it was not known before where.
    pub(crate) fn prime(&self, position: Position) {
        let mut entries = self.entries.write();
        entries.ends.get_or_insert((position, position));
    }

    /// As [`prime`](Self::prime), and if there is no log yet, its first record is told of: what is
    /// told to be the first of any log is taken for that.
    pub(crate) fn prime_with_first(&self, position: Position) {
        let mut entries = self.entries.write();
        if entries.ends.is_none() {
            entries.ends = Some((position, position));
            entries.takes_first = true;
        }
    }

    /// Something may have been there that nobody told of: the first record has to be looked for.
    pub(crate) fn doubt_first(&self) {
        self.entries.write().takes_first = false;
    }

    /// Behind which position the next record comes.
    pub(crate) fn tail(&self) -> Option<Position> {
        self.entries.read().ends.map(|(_, tail)| tail)
    }

    /// The number of the entry that comes next.
    pub(crate) fn end(&self) -> u64 {
        self.end.0.load(Ordering::Acquire)
    }

    /// A record that somebody told of: it is taken only if it extends the newest one. If there is
    /// none, only where it was [said](Self::prime_with_first) that it does, because any log begins
    /// like any other.
    pub(crate) fn offer(&self, record: &Record, frame: impl FnOnce() -> Frame) -> Offer {
        let mut entries = self.entries.write();
        let Some((_, tail)) = entries.ends else {
            return Offer::Refused;
        };
        let is_first = record.position.offset == 1 && record.previous == Previous::default();
        if entries.takes_first && tail.offset == 0 && is_first {
            self.push(&mut entries, Entry::Record(frame(), record.position));
            return Offer::Taken;
        }
        let same_epoch = tail.epoch == record.position.epoch;
        if same_epoch && tail.offset > 0 && record.previous == tail.as_previous() {
            self.push(&mut entries, Entry::Record(frame(), record.position));
            return Offer::Taken;
        }
        if same_epoch && entries.number_behind(record.position).is_some() {
            return Offer::Known;
        }
        Offer::Refused
    }

    /// Records that the log has behind a position, without a hole: those that are not in the ring
    /// extend it. Whether there were any.
    pub(crate) fn splice(
        &self,
        behind: Position,
        records: &[Record],
        frame: impl Fn(&Record) -> Frame,
    ) -> bool {
        let mut entries = self.entries.write();
        let mut behind = behind;
        let mut extended = false;
        for record in records {
            if entries.ends.is_some_and(|(_, tail)| tail == behind) {
                self.push(&mut entries, Entry::Record(frame(record), record.position));
                extended = true;
            }
            behind = record.position;
        }
        extended
    }

    /// Records that the log has behind a position: if they reach up to the front and there is room,
    /// the ring keeps the newest of them, for the next one who asks.
    pub(crate) fn prepend(
        &self,
        behind: Position,
        records: &[Record],
        frame: impl Fn(&Record) -> Frame,
    ) {
        let mut entries = self.entries.write();
        let entries = &mut *entries;
        let Some((base, _)) = &mut entries.ends else {
            return;
        };
        if !entries.complete || records.last().is_none_or(|last| last.position != *base) {
            return;
        }
        for (index, record) in records.iter().enumerate().rev() {
            let frame = frame(record);
            let bytes = entries.bytes + frame.len();
            if entries.list.len() >= self.limits.max_entries || bytes > self.limits.max_bytes {
                return;
            }
            let before = index.checked_sub(1).and_then(|index| records.get(index));
            *base = before.map_or(behind, |record| record.position);
            entries.bytes = bytes;
            entries.front -= 1;
            let entry = Entry::Record(frame, record.position);
            entries.list.push_front(entry);
        }
    }

    /// Something for those who are here now, if anybody can be.
    pub(crate) fn announce(&self, block: Bytes) {
        let mut entries = self.entries.write();
        if entries.ends.is_some() {
            self.push(&mut entries, Entry::Announcement(block));
        }
    }

    /// The log does not go on behind `tail`, but so; `false` if the ring has gone on since.
    pub(crate) fn reset(&self, tail: Position, reset: Reset) -> bool {
        let mut entries = self.entries.write();
        let unchanged = entries.ends.is_some_and(|(_, now)| now == tail);
        if unchanged {
            self.push(&mut entries, Entry::Reset(Arc::new(reset)));
        }
        unchanged
    }

    /// Where a reader joins in that has seen everything up to this position.
    pub(crate) fn locate(&self, position: Position) -> Option<Place> {
        let entries = self.entries.read();
        entries.number_behind(position).map(|next| Place {
            next,
            live_from: entries.end(),
        })
    }

    /// Where the oldest entry is, and behind which position.
    pub(crate) fn oldest(&self) -> Option<(Position, Place)> {
        let entries = self.entries.read();
        let place = Place {
            next: entries.front,
            live_from: entries.end(),
        };
        entries.ends.map(|(base, _)| (base, place))
    }

    /// Shows a reader what comes next, for as long as it looks; `None` if that is forgotten. Nobody
    /// can write meanwhile: look quickly.
    pub(crate) fn read<T>(&self, next: u64, look: impl FnOnce(Iter<'_, Entry>) -> T) -> Option<T> {
        if next == self.end() {
            return Some(look(Iter::default()));
        }
        let entries = self.entries.read();
        let skip = usize::try_from(next.checked_sub(entries.front)?).ok()?;
        let skip = skip.min(entries.list.len());
        Some(look(entries.list.range(skip..)))
    }

    /// The record that comes next, if nothing else does. In most cases it is so.
    pub(crate) fn only(&self, next: u64) -> Option<(Bytes, Position)> {
        let entries = self.entries.read();
        match entries.list.back() {
            Some(Entry::Record(frame, position)) if entries.end() == next + 1 => {
                Some((frame.with_id().clone(), *position))
            }
            _ => None,
        }
    }

    #[cfg(test)]
    pub(super) fn drain(&self, next: u64) -> Option<Drained> {
        self.read(next, |entries| Drained::of(entries))
    }

    fn push(&self, entries: &mut Entries, entry: Entry) {
        if let (Some((_, tail)), Some(behind)) = (&mut entries.ends, entry.behind()) {
            *tail = behind;
        }
        entries.bytes += entry.len();
        entries.list.push_back(entry);
        while entries.list.len() > self.limits.max_entries.max(1)
            || entries.bytes > self.limits.max_bytes && entries.list.len() > 1
        {
            entries.forget_oldest();
        }
        self.end.0.store(entries.end(), Ordering::Release);
    }
}

impl Entries {
    fn end(&self) -> u64 {
        self.front + self.list.len() as u64
    }

    fn forget_oldest(&mut self) {
        let Some(entry) = self.list.pop_front() else {
            return;
        };
        self.complete = false;
        self.front += 1;
        self.bytes -= entry.len();
        if let (Some((base, _)), Some(behind)) = (&mut self.ends, entry.behind()) {
            *base = behind;
        }
    }

    /// The number of the entry behind this position: the newest one, if the log was there twice.
    fn number_behind(&self, position: Position) -> Option<u64> {
        let (base, _) = self.ends?;
        let found = self
            .list
            .iter()
            .rposition(|entry| entry.behind() == Some(position));
        match found {
            Some(index) => Some(self.front + index as u64 + 1),
            None => (base == position).then_some(self.front),
        }
    }
}

#[cfg(test)]
#[cfg(not(loom))]
mod tests;

#[cfg(test)]
#[cfg(loom)]
mod models;
