//! What was published.

use crate::support::TestStore;

pub(super) const CHANNELS: [&str; 3] = ["a", "b", "c"];

/// What was published on one channel, in order. An event is its index, and says so in its data.
#[derive(Debug, Default, Clone)]
pub(super) struct Published {
    /// Of each event, after how many renewals of the store.
    generations: Vec<u32>,
    /// Of each event, whether the store has lost it although it was acknowledged.
    lost: Vec<bool>,
}

/// What was published, and what the store has done to it.
#[derive(Debug)]
pub(super) struct Truth {
    store: TestStore,
    channels: [Published; CHANNELS.len()],
    /// How often everything in the store was lost.
    pub(super) renewals: u32,
    /// How many announcements there were.
    pub(super) announced: u64,
}

impl Truth {
    pub(super) fn new(store: &TestStore) -> Self {
        Self {
            store: store.clone(),
            channels: Default::default(),
            renewals: 0,
            announced: 0,
        }
    }

    pub(super) fn published(&mut self, channel: usize) {
        let renewals = self.renewals;
        self.channels[channel].generations.push(renewals);
        self.channels[channel].lost.push(false);
    }

    /// The index of the next event.
    pub(super) fn end(&self, channel: usize) -> usize {
        self.channels[channel].generations.len()
    }

    pub(super) fn generation(&self, channel: usize, index: usize) -> u32 {
        self.channels[channel].generations[index]
    }

    /// How many events the store has.
    pub(super) fn kept(&self, channel: usize) -> usize {
        self.store
            .tamper(CHANNELS[channel], |log| log.records.len())
    }

    /// The first event that the store still has, or the next one.
    pub(super) fn kept_from(&self, channel: usize) -> usize {
        match self.kept(channel).checked_sub(1) {
            Some(others) => self.newest_first(channel).nth(others).unwrap_or(0),
            None => self.end(channel),
        }
    }

    /// The store loses its last events.
    pub(super) fn rewind(&mut self, channel: usize, events: usize) {
        let lost: Vec<_> = self.newest_first(channel).take(events).collect();
        for index in lost {
            self.channels[channel].lost[index] = true;
        }
        self.store.rewind(CHANNELS[channel], events);
    }

    pub(super) fn was_rewound(&self, channel: usize) -> bool {
        self.channels[channel].lost.contains(&true)
    }

    /// Whether all events from one to before another were lost by the store.
    pub(super) fn are_lost(&self, channel: usize, from: usize, to: usize) -> bool {
        let lost = self.channels[channel].lost.get(from..to);
        lost.is_some_and(|lost| lost.iter().all(|lost| *lost))
    }

    /// The events that were not lost, the newest first.
    fn newest_first(&self, channel: usize) -> impl Iterator<Item = usize> + '_ {
        let lost = &self.channels[channel].lost;
        (0..lost.len()).rev().filter(|&index| !lost[index])
    }
}
