//! One subscriber on one channel.

use std::collections::HashSet;

use sse_session::store::{GapReason, Position};

use super::{Rules, Violation, facts::Facts};
use crate::history::EventName;

/// One subscriber on one channel, followed from one event to the next.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    subscriber: usize,
    facts: &'a Facts,
    rules: &'a Rules,
    begin: Position,
    /// Behind what it stands; nothing if that is not known, because it got something of a lost log of which nobody knows
    /// where it stood.
    cursor: Option<Position>,
    /// On this connection, since the last gap.
    here: HashSet<Position>,
    seen: HashSet<EventName>,
    pub(super) duplicates: u64,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        subscriber: usize,
        begin: Position,
        facts: &'a Facts,
        rules: &'a Rules,
    ) -> Self {
        Self {
            subscriber,
            facts,
            rules,
            begin,
            cursor: Some(begin),
            here: HashSet::new(),
            seen: HashSet::new(),
            duplicates: 0,
        }
    }

    pub(super) fn connected(&mut self, behind: Position) {
        self.cursor = Some(behind);
        self.here.clear();
    }

    pub(super) fn gap(&mut self, reason: GapReason, resume: Position) -> Result<(), Violation> {
        let subscriber = self.subscriber;
        if let Some(cursor) = self.cursor {
            let right = self.rules.gaps.contains(&reason) && !self.facts.is_whole_behind(cursor);
            if !right {
                return Err(Violation::FalseGap {
                    subscriber,
                    cursor,
                    reason,
                });
            }
        }
        self.cursor = Some(resume);
        self.here.clear();
        Ok(())
    }

    pub(super) fn event(
        &mut self,
        event: EventName,
        position: Option<Position>,
    ) -> Result<(), Violation> {
        if !self.seen.insert(event) {
            self.duplicates += 1;
        }
        let places = self.facts.places(event);
        let Some(cursor) = self.cursor else {
            self.cursor = position.or_else(|| places.first().copied());
            return Ok(());
        };
        let follows = |at: &&Position| self.violation(cursor, **at).is_none();
        let right = places.iter().find(follows);
        let Some(got) = position.or(right.copied()).or(places.first().copied()) else {
            self.cursor = None;
            return Ok(());
        };
        if let Some(violation) = self.violation(cursor, got) {
            return Err(violation);
        }
        self.here.insert(got);
        self.cursor = Some(got);
        Ok(())
    }

    fn violation(&self, cursor: Position, got: Position) -> Option<Violation> {
        let subscriber = self.subscriber;
        if self.here.contains(&got) {
            return Some(Violation::Duplicate { subscriber, got });
        }
        let loss = Violation::SilentLoss {
            subscriber,
            cursor,
            got,
        };
        // Before the first of any epoch.
        let begins = cursor.offset == 0;
        if !begins && got.epoch != cursor.epoch {
            return Some(loss);
        }
        if got.offset <= cursor.offset {
            return Some(Violation::OutOfOrder {
                subscriber,
                cursor,
                got,
            });
        }
        let hole = if self.rules.contiguous {
            got.offset > cursor.offset + 1
        } else {
            let facts = self.facts;
            facts.is_owed_between(got.epoch, cursor.offset, got.offset)
        };
        if hole {
            return Some(loss);
        }
        let previous = self.facts.kept.get(&got);
        let crossed = previous.is_some_and(|previous| *previous != cursor.as_previous());
        crossed.then_some(Violation::CrossedLineages {
            subscriber,
            cursor,
            got,
        })
    }

    /// All is over, and the last event was waited for.
    pub(super) fn finish(&self, channel: usize) -> Result<(), Violation> {
        let Self { begin, facts, .. } = self;
        for (position, event) in &facts.log {
            let owed = position.epoch != begin.epoch || position.offset > begin.offset;
            if owed && !self.seen.contains(event) {
                return Err(Violation::Missing {
                    subscriber: self.subscriber,
                    channel,
                    event: *event,
                });
            }
        }
        Ok(())
    }
}
