//! Where replay meets what is live.

use core::time::Duration;
use std::sync::{
    Arc,
    atomic::{AtomicU32, AtomicUsize, Ordering},
};

use sse_session::hub::Hub;

use crate::support::{Client, HintMode, TestStore, hub, publish, publish_all, some_time};

/// Publishes at the k-th of all moments at which the hub waits for its store.
struct Injection {
    moments: Arc<AtomicUsize>,
}

impl Injection {
    fn new(store: &TestStore, publisher: Hub, k: usize, next: Arc<AtomicU32>, burst: u32) -> Self {
        let moments = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&moments);
        store.set_hook(move || {
            let moment = counter.fetch_add(1, Ordering::Relaxed);
            let (publisher, next) = (publisher.clone(), Arc::clone(&next));
            async move {
                tokio::task::yield_now().await;
                if moment == k {
                    for _ in 0..burst {
                        publish(&publisher, "a", next.fetch_add(1, Ordering::Relaxed)).await;
                    }
                }
                tokio::task::yield_now().await;
            }
        });
        Self { moments }
    }

    /// How many moments there were.
    fn moments(&self) -> usize {
        self.moments.load(Ordering::Relaxed)
    }
}

/// A client comes back to a node while something is published at one of the moments.
#[derive(Debug, Clone, Copy)]
struct HandOver {
    hints: HintMode,
    /// So much it has to replay.
    replayed: u32,
    /// Some of it is in the node's memory.
    warm: bool,
    /// So much is published at the moment.
    burst: u32,
    /// The node looks now and then whether it has all of the log.
    looks: bool,
}

impl HandOver {
    /// How many moments there were; or what the client got, if that is not all in order.
    async fn at(self, k: usize) -> Result<usize, Vec<String>> {
        let store = TestStore::new();
        let publisher = hub(&store);
        // Pages of a few records, and a ring that holds less than is replayed.
        let mut builder = Hub::builder(store.clone()).with_ring(8, 1 << 20);
        if !self.looks {
            builder = builder.with_check_interval(Duration::from_secs(1_000_000));
        }
        let node = builder.with_max_batch_bytes(100).build().unwrap();
        let mut client = Client::connected(&node, &["a"]).await;
        client.read().await;
        client.disconnect();
        if !self.warm {
            for _ in 0..3 {
                some_time().await;
            }
        }
        publish_all(&publisher, "a", 0..self.replayed).await;
        if self.warm {
            client.read_all_of(&node).await;
        }
        let next = Arc::new(AtomicU32::new(self.replayed));
        store.set_hints(self.hints);
        let injection = Injection::new(&store, publisher.clone(), k, Arc::clone(&next), self.burst);
        client.connect(&node).await;
        client.read().await;
        store.clear_hook();
        some_time().await;
        publish(&publisher, "a", next.fetch_add(1, Ordering::Relaxed)).await;
        some_time().await;
        client.read().await;
        let expected: Vec<_> = (0..next.load(Ordering::Relaxed))
            .map(|it| it.to_string())
            .collect();
        let got = client.take();
        if got == expected {
            Ok(injection.moments())
        } else {
            Err(got)
        }
    }

    /// At each of the moments. How many there were.
    async fn at_all(self) -> usize {
        let mut k = 0;
        loop {
            match self.at(k).await {
                Ok(moments) if moments <= k => return k,
                Ok(_) => k += 1,
                Err(got) => panic!("{self:?} at {k}: {got:?}"),
            }
        }
    }
}

impl Client {
    /// Somebody else reads, so that the node has something in memory.
    async fn read_all_of(&self, node: &Hub) {
        let mut other = Self::new(&["a"]);
        other.set_last_event_id(self.last_event_id().unwrap().as_str());
        other.connect(node).await;
        other.read().await;
    }
}

const HINTS: [HintMode; 5] = [
    HintMode::Pass,
    HintMode::Lose,
    HintMode::Double,
    HintMode::Hold,
    HintMode::NameOnly,
];

#[tokio::test(start_paused = true)]
async fn nothing_is_lost_doubled_or_reordered_whenever_something_is_published() {
    let replays = [
        (0, false),
        (1, false),
        (5, false),
        (30, false),
        (3, true),
        (30, true),
    ];
    let mut cases = 0;
    for hints in HINTS {
        for (replayed, warm) in replays {
            for burst in [1, 20] {
                let hand_over = HandOver {
                    hints,
                    replayed,
                    warm,
                    burst,
                    looks: true,
                };
                cases += hand_over.at_all().await;
            }
        }
    }
    assert!(cases > 300, "only {cases} moments");
}

/// The same with a node that believes that hints are all there is.
#[tokio::test(start_paused = true)]
async fn a_node_that_never_looks_at_the_log_is_noticed() {
    let mut hand_over = HandOver {
        hints: HintMode::Lose,
        replayed: 5,
        warm: false,
        burst: 1,
        looks: false,
    };
    assert!(hand_over.at(0).await.is_err());
    hand_over.hints = HintMode::Pass;
    hand_over.at_all().await;
}

/// A new client: whatever is acknowledged after it was subscribed comes.
#[tokio::test(start_paused = true)]
async fn a_new_client_misses_nothing_after_its_subscription() {
    for hints in [HintMode::Pass, HintMode::Lose, HintMode::NameOnly] {
        for existing in [0, 3] {
            for k in 0.. {
                let store = TestStore::new();
                let (publisher, node) = (hub(&store), hub(&store));
                publish_all(&publisher, "a", 0..existing).await;
                let next = Arc::new(AtomicU32::new(existing));
                store.set_hints(hints);
                let injection = Injection::new(&store, publisher.clone(), k, Arc::clone(&next), 2);
                let mut client = Client::connected(&node, &["a"]).await;
                let subscribed = next.load(Ordering::Relaxed);
                publish_all(&publisher, "a", [next.fetch_add(1, Ordering::Relaxed)]).await;
                client.read().await;
                store.clear_hook();
                some_time().await;
                client.read().await;
                let end = next.load(Ordering::Relaxed);
                let got: Vec<u32> = client.take().iter().map(|it| it.parse().unwrap()).collect();
                let first = got[0];
                assert!(first <= subscribed, "{got:?}, {subscribed} before, at {k}");
                assert_eq!(got, (first..end).collect::<Vec<_>>(), "{hints:?}, at {k}");
                if injection.moments() <= k {
                    break;
                }
            }
        }
    }
}
