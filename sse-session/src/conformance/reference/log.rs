//! One log.

use bytes::Bytes;
use tokio::time::Instant;

use super::state::after;
use crate::store::{
    Append, Appended, Durability, GapReason, Page, Position, ReadFrom, ReadLimit, Record,
    Retention, Verdict,
};

/// One log of the [`ReferenceStore`](super::ReferenceStore). Its parts are open, so that a store that is
/// broken on purpose may do to it what it likes.
#[derive(Debug, Clone, Default)]
pub struct ReferenceLog {
    /// Random.
    pub epoch: u64,
    /// Of the last record, kept or not.
    pub head: Option<Position>,
    /// What is kept, and when it was appended.
    pub records: Vec<(Instant, Record)>,
    /// Which keys were used, for which record, until when they are remembered.
    pub keys: Vec<(Bytes, Position, Instant)>,
}

impl ReferenceLog {
    pub(super) fn append(&mut self, append: Append, now: Instant) -> (Appended, Option<Record>) {
        self.keys.retain(|(_, _, until)| *until > now);
        if let Some(wanted) = &append.key {
            let known = self.keys.iter().find(|(key, _, _)| *key == wanted.key);
            if let Some((_, position, _)) = known {
                let appended = Appended::new(*position, Durability::Stored);
                return (appended.as_duplicate(), None);
            }
        }
        let position = Position {
            epoch: self.epoch,
            offset: self.head.map_or(1, |head| head.offset + 1),
            tag: append.tag,
        };
        let record = Record {
            position,
            previous: self.head.map(Position::as_previous).unwrap_or_default(),
            payload: append.payload,
        };
        self.records.push((now, record.clone()));
        self.head = Some(position);
        if let Some(key) = append.key {
            let until = after(now, key.window);
            self.keys.push((key.key, position, until));
        }
        self.keep(append.retention, now);
        let appended = Appended::new(position, Durability::Stored);
        (appended, Some(record))
    }

    fn keep(&mut self, retention: Retention, now: Instant) {
        while self.records.len() > 1 {
            let bytes: usize = self.records.iter().map(|(_, it)| it.payload.len()).sum();
            let too_many = self.records.len() as u64 > retention.max_records;
            let too_large = retention.max_bytes.is_some_and(|max| bytes as u64 > max);
            let age = now - self.records[0].0;
            let too_old = retention.max_age.is_some_and(|max| age > max);
            if !(too_many || too_large || too_old) {
                return;
            }
            self.records.remove(0);
        }
    }

    pub(super) fn trim(&mut self, through: u64) {
        self.records
            .retain(|(_, record)| record.position.offset > through);
    }

    pub(super) fn read(&self, from: ReadFrom, limit: ReadLimit) -> Page {
        let verdict = match from {
            ReadFrom::Earliest => Verdict::Contiguous,
            ReadFrom::After(position) => self.verdict(position),
        };
        let mut page = Page {
            verdict,
            head: self.head,
            records: Vec::new(),
            more: false,
        };
        if verdict != Verdict::Contiguous {
            return page;
        }
        let mut bytes = 0;
        for (_, record) in &self.records {
            if matches!(from, ReadFrom::After(at) if record.position.offset <= at.offset) {
                continue;
            }
            bytes += record.payload.len();
            let full = page.records.len() >= limit.max_records || bytes > limit.max_bytes;
            if full && !page.records.is_empty() {
                page.more = true;
                break;
            }
            page.records.push(record.clone());
        }
        page
    }

    /// Whether what is kept follows this position, and if not, why.
    fn verdict(&self, position: Position) -> Verdict {
        let Some(head) = self.head else {
            return Verdict::Gap(GapReason::Unknown);
        };
        if position.epoch != self.epoch {
            return Verdict::Gap(GapReason::Epoch);
        }
        if position.offset > head.offset {
            return Verdict::Gap(GapReason::Rewound);
        }
        // The tags that are known: of the head, of each record that is kept, of the one before it.
        let mut known = vec![head.as_previous()];
        for (_, record) in &self.records {
            known.push(record.position.as_previous());
            known.push(record.previous);
        }
        match known.iter().find(|known| known.offset == position.offset) {
            Some(there) if there.tag == position.tag => Verdict::Contiguous,
            Some(_) => Verdict::Gap(GapReason::Forked),
            None => Verdict::Gap(GapReason::Trimmed),
        }
    }
}
