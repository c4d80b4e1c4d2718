//! What is known of a run, whoever saw it.

use std::collections::{BTreeMap, HashMap, HashSet};

use sse_session::store::{Position, Previous};

use super::{Rules, Violation};
use crate::history::{EventName, History, Outcome, Seen};

/// What is known of a channel.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Of each event that was published, what its publisher was told.
    pub(super) outcomes: HashMap<EventName, Outcome>,
    /// Where each event stands, or stood.
    places: HashMap<EventName, Vec<Position>>,
    /// What stands, or stood, at a position.
    events: HashMap<Position, EventName>,
    /// Where something has to be, in the end or until it was lost: by epoch and offset.
    owed: BTreeMap<(u64, u64), EventName>,
    /// What the log has in the end, and behind what each of it stands.
    pub(super) kept: HashMap<Position, Previous>,
    /// What in the log has something behind it.
    followed: HashSet<(u64, Previous)>,
    /// The log, in order.
    pub(super) log: Vec<(Position, EventName)>,
}

impl Facts {
    pub(super) fn of(channel: usize, history: &History, rules: &Rules) -> Result<Self, Violation> {
        let mut facts = Self::default();
        let published = history.publishes.iter();
        for publish in published.filter(|publish| publish.channel == channel) {
            facts.outcomes.insert(publish.event, publish.outcome);
        }
        facts.take_log(channel, history)?;
        for (&event, outcome) in &facts.outcomes.clone() {
            if let Outcome::Acknowledged(position) = *outcome {
                facts.place(event, position)?;
                if facts.kept.contains_key(&position) {
                    continue;
                }
                if !rules.may_lose {
                    return Err(Violation::AcknowledgedLost { channel, event });
                }
            }
        }
        facts.take_seen(channel, history, rules)?;
        for (event, places) in &facts.places {
            if let (false, [one, other, ..]) = (rules.may_lose, &**places) {
                return Err(Violation::PublishedTwice {
                    event: *event,
                    positions: [*one, *other],
                });
            }
        }
        Ok(facts)
    }

    fn take_log(&mut self, channel: usize, history: &History) -> Result<(), Violation> {
        let log = history.logs.get(channel).map_or(&[][..], Vec::as_slice);
        let mut before: Option<Position> = None;
        for kept in log {
            let (position, previous) = (kept.record.position, kept.record.previous);
            if before.is_some_and(|before| !is_behind(before, position, previous)) {
                return Err(Violation::BrokenLog { channel, position });
            }
            before = Some(position);
            self.publisher_knows(channel, kept.event)?;
            self.place(kept.event, position)?;
            self.kept.insert(position, previous);
            self.followed.insert((position.epoch, previous));
            self.log.push((position, kept.event));
            self.owed
                .insert((position.epoch, position.offset), kept.event);
        }
        Ok(())
    }

    fn take_seen(
        &mut self,
        channel: usize,
        history: &History,
        rules: &Rules,
    ) -> Result<(), Violation> {
        for seen in history.subscribers.iter().flatten() {
            let Seen::Event {
                channel: its,
                event,
                position,
            } = *seen
            else {
                continue;
            };
            if its != channel {
                continue;
            }
            self.publisher_knows(channel, event)?;
            if let Some(position) = position {
                self.place(event, position)?;
            }
            let places = self.places.get(&event).map_or(&[][..], Vec::as_slice);
            if !rules.may_lose && !places.iter().any(|at| self.kept.contains_key(at)) {
                return Err(Violation::ShownNotKept { channel, event });
            }
        }
        Ok(())
    }

    fn publisher_knows(&self, channel: usize, event: EventName) -> Result<(), Violation> {
        match self.outcomes.get(&event) {
            None => Err(Violation::Invented { channel, event }),
            Some(Outcome::Refused) => Err(Violation::RefusedShown { channel, event }),
            Some(_) => Ok(()),
        }
    }

    fn place(&mut self, event: EventName, position: Position) -> Result<(), Violation> {
        let there = *self.events.entry(position).or_insert(event);
        if there != event {
            return Err(Violation::TwoAtOnePosition {
                position,
                events: [there, event],
            });
        }
        let places = self.places.entry(event).or_default();
        if !places.contains(&position) {
            places.push(position);
        }
        Ok(())
    }

    /// Where an event may stand.
    pub(super) fn places(&self, event: EventName) -> &[Position] {
        self.places.get(&event).map_or(&[], Vec::as_slice)
    }

    /// Whether something has to come between two positions of one epoch.
    pub(super) fn is_owed_between(&self, epoch: u64, from: u64, to: u64) -> bool {
        let between = (epoch, from + 1)..(epoch, to.max(from + 1));
        self.owed.range(between).next().is_some()
    }

    /// Whether somebody who stands here misses nothing of the log.
    pub(super) fn is_whole_behind(&self, position: Position) -> bool {
        self.kept.contains_key(&position)
            || position.offset > 0
                && self
                    .followed
                    .contains(&(position.epoch, position.as_previous()))
    }
}

/// Whether a record with this position and predecessor stands behind another one.
fn is_behind(before: Position, position: Position, previous: Previous) -> bool {
    position.epoch == before.epoch
        && position.offset > before.offset
        && previous == before.as_previous()
}
