//! A run.

use core::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::Duration,
};
use std::sync::{Arc, Mutex};

use sse_session::{
    Channel,
    hub::{Hub, HubBuilder},
    store::{LogName, ReadFrom, ReadLimit, Retention, SessionStore, Verdict},
};
use sse_tests::servers::DEADLINE;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

use super::{publisher, subscriber};
use crate::history::{EventName, FINAL, History, Kept, Outcome, Publish, Seen};

pub(crate) const CHANNELS: usize = 2;
const PUBLISHERS: usize = 8;
const SUBSCRIBERS: usize = 50;

const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Publishers and subscribers at work.
#[derive(Debug)]
pub(crate) struct Run {
    shared: Arc<Shared>,
    publishers: JoinSet<()>,
    subscribers: JoinSet<()>,
}

/// What all of them have.
#[derive(Debug)]
pub(super) struct Shared {
    /// For subscribers.
    pub(super) hubs: Vec<Hub>,
    /// For publishers.
    pub(super) writers: Vec<Hub>,
    /// So many bytes more in each event.
    padding: String,
    pub(super) channels: Vec<Channel>,
    pub(super) stop: AtomicBool,
    /// Nothing is published meanwhile.
    pub(super) pause: AtomicBool,
    acknowledged: AtomicUsize,
    unknown: AtomicUsize,
    publishes: Mutex<Vec<Publish>>,
    seen: Vec<Mutex<Vec<Seen>>>,
}

/// A node, which keeps all that is published in a run and looks at heads each second.
pub(crate) fn hub(store: impl SessionStore) -> HubBuilder {
    Hub::builder(store)
        .with_retention(Retention::records(1_000_000))
        .with_check_interval(Duration::from_secs(1))
}

impl Shared {
    pub(super) fn published(&self, publish: Publish) {
        self.publishes.lock().unwrap().push(publish);
        match publish.outcome {
            Outcome::Acknowledged(_) => _ = self.acknowledged.fetch_add(1, Ordering::Relaxed),
            Outcome::Unknown => self.was_unknown(),
            Outcome::Refused => {}
        }
    }

    /// An outcome is not known, or not yet.
    pub(super) fn was_unknown(&self) {
        self.unknown.fetch_add(1, Ordering::Relaxed);
    }

    /// On which node a publisher publishes next: for every other one it is always the last.
    pub(super) fn writer(&self, publisher: usize, random: &mut fastrand::Rng) -> &Hub {
        let last = self.writers.len() - 1;
        let by_chance = publisher / CHANNELS % 2 == 1;
        let writer = if by_chance {
            random.usize(..=last)
        } else {
            last
        };
        &self.writers[writer]
    }

    pub(super) fn data(&self, channel: usize, (publisher, number): EventName) -> String {
        format!("{channel} {publisher} {number} {}", self.padding)
    }

    pub(super) fn saw(&self, subscriber: usize, seen: Seen) {
        self.seen[subscriber].lock().unwrap().push(seen);
    }

    /// Publishes until it is acknowledged.
    async fn publish(&self, channel: usize, event: EventName) {
        let begun = Instant::now();
        loop {
            let hub = &self.writers[self.writers.len() - 1];
            match publisher::publish(self, hub, channel, event, true).await {
                Ok(published) => {
                    return self.published(Publish {
                        channel,
                        event,
                        outcome: Outcome::Acknowledged(published.position),
                    });
                }
                Err(error) => assert!(begun.elapsed() < DEADLINE, "{error:?}"),
            }
            sleep(LOOK_AGAIN).await;
        }
    }
}

impl Run {
    /// Begins with these nodes, on channels that have something already.
    pub(crate) async fn begin(seed: u64, hubs: Vec<Hub>) -> Self {
        Self::begin_with(seed, hubs, 0).await
    }

    /// With so many bytes more in each event.
    pub(crate) async fn begin_with(seed: u64, hubs: Vec<Hub>, padding: usize) -> Self {
        let writers = hubs.clone();
        Self::begin_from(seed, hubs, writers, padding).await
    }

    /// And other nodes to publish on.
    pub(crate) async fn begin_from(
        seed: u64,
        hubs: Vec<Hub>,
        writers: Vec<Hub>,
        padding: usize,
    ) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let channels = (0..CHANNELS).map(|number| format!("channel-{number}"));
        let channels = channels.map(|name| Channel::try_from(name.as_str()).unwrap());
        let shared = Arc::new(Shared {
            hubs,
            writers,
            padding: "x".repeat(padding),
            channels: channels.collect(),
            stop: AtomicBool::new(false),
            pause: AtomicBool::new(false),
            acknowledged: AtomicUsize::new(0),
            unknown: AtomicUsize::new(0),
            publishes: Mutex::default(),
            seen: (0..SUBSCRIBERS).map(|_| Mutex::default()).collect(),
        });
        for channel in 0..CHANNELS {
            shared.publish(channel, (FINAL.0, 1)).await;
        }
        let mut subscribers = JoinSet::new();
        for number in 0..SUBSCRIBERS {
            subscribers.spawn(subscriber::run(number, Arc::clone(&shared), random.fork()));
        }
        let mut publishers = JoinSet::new();
        for number in 0..PUBLISHERS {
            publishers.spawn(publisher::run(number, Arc::clone(&shared), random.fork()));
        }
        Self {
            shared,
            publishers,
            subscribers,
        }
    }

    /// Waits until so many more events were acknowledged.
    pub(crate) async fn acknowledge(&self, more: usize) {
        let all = self.shared.acknowledged.load(Ordering::Relaxed) + more;
        self.until(|| self.shared.acknowledged.load(Ordering::Relaxed) >= all)
            .await;
    }

    /// From now on nothing more is published until the end.
    pub(crate) fn pause(&self) {
        self.shared.pause.store(true, Ordering::Relaxed);
    }

    /// Waits until publishers were told so often that the outcome is not known.
    pub(crate) async fn not_know(&self, more: usize) {
        let all = self.shared.unknown.load(Ordering::Relaxed) + more;
        self.until(|| self.shared.unknown.load(Ordering::Relaxed) >= all)
            .await;
    }

    async fn until(&self, is_it: impl Fn() -> bool) {
        let begun = Instant::now();
        while !is_it() {
            assert!(begun.elapsed() < DEADLINE, "it does not come to that");
            sleep(LOOK_AGAIN).await;
        }
    }

    /// Ends the publishers, waits until all subscribers have seen the last event, and gives what was recorded. The store is
    /// one that nothing goes wrong with any more.
    pub(crate) async fn finish(mut self, store: &dyn SessionStore) -> History {
        self.shared.stop.store(true, Ordering::Relaxed);
        let ended = timeout(DEADLINE, async {
            while let Some(ended) = self.publishers.join_next().await {
                ended.unwrap();
            }
        });
        ended.await.expect("the publishers do not end");
        for channel in 0..CHANNELS {
            self.shared.publish(channel, FINAL).await;
        }
        let ended = timeout(DEADLINE, async {
            while let Some(ended) = self.subscribers.join_next().await {
                ended.unwrap();
            }
        });
        // If they do not end the checker says what they miss.
        if ended.await.is_err() {
            println!("{} subscribers have not ended", self.subscribers.len());
        }
        self.subscribers.shutdown().await;
        let mut logs = Vec::new();
        for channel in &self.shared.channels {
            logs.push(read_all(store, &LogName::of_channel(channel)).await);
        }
        let seen = self.shared.seen.iter();
        History {
            publishes: self.shared.publishes.lock().unwrap().clone(),
            subscribers: seen.map(|seen| seen.lock().unwrap().clone()).collect(),
            logs,
        }
    }
}

async fn read_all(store: &dyn SessionStore, log: &LogName) -> Vec<Kept> {
    let mut kept: Vec<Kept> = Vec::new();
    loop {
        let from = match kept.last() {
            None => ReadFrom::Earliest,
            Some(last) => ReadFrom::After(last.record.position),
        };
        let page = store.read(log, from, ReadLimit::default()).await.unwrap();
        assert_eq!(page.verdict, Verdict::Contiguous);
        kept.extend(page.records.into_iter().map(|record| Kept {
            event: publisher::event_of(&record.payload),
            record,
        }));
        if !page.more {
            return kept;
        }
    }
}
