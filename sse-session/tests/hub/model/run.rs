//! A run.

use core::{ops::AddAssign, time::Duration};
use std::collections::BTreeMap;

use sse_codec::{Event, EventType};
use sse_session::{
    hub::{Hub, PublishOptions},
    store::{Retention, WatchEvent},
};

use super::{Flaw, Random, Reader, Truth, Violation, truth::CHANNELS};
use crate::support::{HintMode, Lie, TestStore, channel};

/// What has happened.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) events: u64,
    pub(super) reconnects: u64,
    /// By reason.
    pub(super) gaps: BTreeMap<String, u64>,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.events += other.events;
        self.reconnects += other.reconnects;
        for (reason, count) in other.gaps {
            *self.gaps.entry(reason).or_default() += count;
        }
    }
}

pub(super) fn run(seed: u64, steps: u32, flaw: Flaw) -> Result<Counts, Violation> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let mut world = World::new(seed, flaw);
        for _ in 0..steps {
            world.step().await?;
            for _ in 0..world.random.below(4) {
                tokio::task::yield_now().await;
            }
        }
        world.end().await
    })
}

struct World {
    random: Random,
    flaw: Flaw,
    store: TestStore,
    nodes: Vec<Hub>,
    truth: Truth,
    readers: Vec<Reader>,
    counts: Counts,
}

impl World {
    fn new(seed: u64, flaw: Flaw) -> Self {
        let mut random = Random(seed);
        let store = TestStore::new();
        match flaw {
            Flaw::EverythingContiguous => store.set_lie(Lie::Contiguous),
            Flaw::FalseGaps => store.set_lie(Lie::Gaps),
            _ => (),
        }
        // A store that takes its time.
        store.set_hook(|| async {
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
        });
        let readers = (0..6).map(|_| Reader::new(&mut random, flaw)).collect();
        let nodes = (0..2).map(|_| node(&store, &mut random, flaw)).collect();
        Self {
            truth: Truth::new(&store),
            random,
            flaw,
            store,
            nodes,
            readers,
            counts: Counts::default(),
        }
    }

    async fn step(&mut self) -> Result<(), Violation> {
        let reader = self.random.below(self.readers.len() as u64) as usize;
        let node = self.random.below(self.nodes.len() as u64) as usize;
        match self.random.below(100) {
            0..30 => {
                let most = if self.random.one_in(8) { 30 } else { 3 };
                for _ in 0..=self.random.below(most) {
                    let of = self.random.below(3) as usize;
                    self.publish(node, of).await;
                }
            }
            30..70 => {
                let for_no_reason = self.random.one_in(8);
                self.readers[reader].poll(&mut self.random, &self.truth, for_no_reason)?;
            }
            70..80 => {
                let reader = &mut self.readers[reader];
                let again = self.random.one_in(5);
                if again || !reader.is_connected() {
                    self.counts.reconnects += 1;
                    reader.connect(&self.nodes[node], &self.truth).await;
                }
            }
            80..84 => self.readers[reader].disconnect(),
            84..85 => self.readers[reader].make_up_an_id(),
            85..88 => self.announce(node).await,
            88..92 => self.hints(),
            92 => {
                let late = self.random.one_in(2);
                self.store.watches().set_late(late);
            }
            93..95 => {
                let time = Duration::from_secs(self.random.below(40));
                tokio::time::sleep(time).await;
            }
            95 => self.nodes[node] = self::node(&self.store, &mut self.random, self.flaw),
            96 => {
                let keep = self.random.below(10) as usize;
                self.store
                    .keep(CHANNELS[self.random.below(3) as usize], keep);
            }
            97..98 => {
                self.store.set_away(true);
                tokio::time::sleep(Duration::from_secs(self.random.below(8))).await;
                self.store.set_away(false);
            }
            98..99 if self.random.one_in(2) => {
                self.store.renew();
                self.truth.renewals += 1;
            }
            98..99 => {
                let of = self.random.below(3) as usize;
                if let Some(most @ 1..) = self.truth.kept(of).checked_sub(1) {
                    let events = 1 + self.random.below(most as u64) as usize;
                    self.truth
                        .rewind(of, events.min(1 + self.random.below(4) as usize));
                }
            }
            _ => self.store.watches().tell_all(&WatchEvent::Restored),
        }
        Ok(())
    }

    async fn publish(&mut self, node: usize, of: usize) {
        let event = Event::builder(format!("{} {}", CHANNELS[of], self.truth.end(of)));
        let retention = Retention::records(5 + self.random.below(60));
        let options = PublishOptions::new().with_retention(retention);
        let name = channel(CHANNELS[of]);
        self.nodes[node]
            .publish_with(&name, event, options)
            .await
            .unwrap();
        self.truth.published(of);
    }

    async fn announce(&mut self, node: usize) {
        let note = EventType::from_static("note");
        let event = Event::builder(self.truth.announced.to_string()).event_type(note);
        let name = channel(CHANNELS[self.random.below(3) as usize]);
        self.nodes[node].announce(&name, event).await.unwrap();
        self.truth.announced += 1;
    }

    fn hints(&mut self) {
        let modes = [
            HintMode::Pass,
            HintMode::Pass,
            HintMode::Lose,
            HintMode::Double,
            HintMode::Hold,
            HintMode::NameOnly,
        ];
        self.store.set_hints(modes[self.random.below(6) as usize]);
        if self.random.one_in(2) {
            self.store.release_hints();
        }
    }

    /// All is quiet. What is published now is the last thing that everybody sees.
    async fn end(mut self) -> Result<Counts, Violation> {
        self.store.watches().set_late(false);
        tokio::time::sleep(Duration::from_secs(60)).await;
        self.read_all().await?;
        for of in 0..CHANNELS.len() {
            self.publish(0, of).await;
        }
        self.read_all().await?;
        for reader in &self.readers {
            reader.ended(&self.truth)?;
            self.counts.events += reader.events;
            for gap in &reader.gaps {
                let reason = gap.split('"').nth(7).unwrap_or_default().to_owned();
                *self.counts.gaps.entry(reason).or_default() += 1;
            }
        }
        Ok(self.counts)
    }

    /// Everybody is connected, and takes whatever it is woken for.
    async fn read_all(&mut self) -> Result<(), Violation> {
        for _ in 0..3 {
            for reader in &mut self.readers {
                let mut idle = 0;
                while idle < 30 {
                    // A poll may lose the connection.
                    if !reader.is_connected() {
                        reader.connect(&self.nodes[0], &self.truth).await;
                    }
                    let polled = reader.poll(&mut self.random, &self.truth, false)?;
                    idle = if polled { 0 } else { idle + 1 };
                    tokio::task::yield_now().await;
                }
            }
            tokio::time::sleep(Duration::from_secs(20)).await;
        }
        Ok(())
    }
}

fn node(store: &TestStore, random: &mut Random, flaw: Flaw) -> Hub {
    let mut builder =
        Hub::builder(store.clone()).with_max_batch_bytes(1 + random.below(800) as usize);
    builder = builder.with_ring(2 + random.below(30) as usize, 1 << 16);
    if flaw == Flaw::HintsOnly {
        builder = builder.with_check_interval(Duration::from_secs(1_000_000));
    }
    builder.build().unwrap()
}
