//! Something is published before any of the polls of a client that comes: while it subscribes, while
//! it replays, while it becomes live. The store suspends before and after each read.

use core::{cell::RefCell, future::poll_fn, pin::pin, time::Duration};
use std::{collections::VecDeque, sync::Arc};

use futures_util::FutureExt;
use parking_lot::Mutex;
use sse_session::{
    hub::{Hub, OnLag},
    store::{LogName, ReadFrom, ReadLimit, Record, SessionStore, WatchEvent, WatchSink},
};
use tokio::{task::yield_now, time::timeout};

use crate::support::{Client, HintMode, TestStore, channel, hub, publish, some_time};

const BEFORE: u32 = 12;
const BURST: u32 = 6;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    After,
    Earliest,
    Latest,
}

/// What joins the log and what is live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Join {
    Hub,
    /// Wrong: what comes in between is lost.
    ReadsAndListens,
    /// Wrong: what comes in between is there twice.
    ListensAndReads,
}

#[derive(Debug, Clone, Copy)]
struct Case {
    join: Join,
    start: Start,
    on_lag: OnLag,
    channels: &'static [&'static str],
    hints: HintMode,
}

impl Case {
    /// How many polls there were; or what is wrong.
    async fn at(self, k: usize) -> Result<usize, String> {
        let store = TestStore::new();
        let publisher = hub(&store);
        let node = Hub::builder(store.clone()).with_ring(4, 1 << 20);
        let node = node.with_max_batch_bytes(100).build().unwrap();
        let mut client = Client::new(self.channels);
        if self.start == Start::After {
            client.connect(&node).await;
            client.read().await;
            client.disconnect();
        }
        self.publish(&publisher, 0..BEFORE).await;
        store.set_hints(self.hints);
        store.set_hook(yield_now);
        let polls = self.come(&mut client, &node, &store, &publisher, k).await;
        let end = if polls > k { BEFORE + BURST } else { BEFORE };
        store.clear_hook();
        if self.join == Join::Hub {
            some_time().await;
            client.read_and_come_back(&node, self.on_lag).await;
            self.publish(&publisher, end..=end).await;
            some_time().await;
            client.read_and_come_back(&node, self.on_lag).await;
            self.judge(&client.take(), end + 1).map(|()| polls)
        } else {
            self.judge(&client.take(), end).map(|()| polls)
        }
    }

    async fn publish(self, publisher: &Hub, numbers: impl Iterator<Item = u32>) {
        for number in numbers {
            for name in self.channels {
                publish(publisher, name, format!("{name} {number}")).await;
            }
        }
    }

    /// Publishes before the k-th poll of the client. How often it was polled until all was quiet.
    async fn come(
        self,
        client: &mut Client,
        node: &Hub,
        store: &TestStore,
        publisher: &Hub,
        k: usize,
    ) -> usize {
        let polls = RefCell::new(0);
        let subscription = client.subscription().with_on_lag(self.on_lag);
        let subscription = match self.start {
            Start::Earliest => subscription.from_earliest(),
            Start::After | Start::Latest => subscription,
        };
        let mut work = pin!(async {
            match self.join {
                Join::Hub => {
                    client.connect_with(node, subscription).await.unwrap();
                    client.read().await;
                }
                Join::ReadsAndListens | Join::ListensAndReads => self.naive(client, store).await,
            }
        });
        let polled = poll_fn(|context| {
            if *polls.borrow() == k {
                let burst = self.publish(publisher, BEFORE..BEFORE + BURST);
                burst.now_or_never().unwrap();
            }
            *polls.borrow_mut() += 1;
            work.as_mut().poll(context)
        });
        let _ = timeout(Duration::from_secs(1), polled).await;
        polls.into_inner()
    }

    /// A join as it is often written.
    async fn naive(self, client: &mut Client, store: &TestStore) {
        let log = LogName::of_channel(&channel(self.channels[0]));
        let live = Arc::new(Live::default());
        let listen = || {
            let watch = store.watch(Arc::clone(&live) as _);
            watch.add(&log);
            watch
        };
        let mut watch = (self.join == Join::ListensAndReads).then(listen);
        let mut from = ReadFrom::Earliest;
        loop {
            let page = store.read(&log, from, ReadLimit::default()).await.unwrap();
            let Some(last) = page.records.last() else {
                break;
            };
            from = ReadFrom::After(last.position);
            for record in page.records {
                client.receive(record.payload);
            }
        }
        watch.get_or_insert_with(listen);
        loop {
            while let Some(record) = live.take() {
                client.receive(record.payload);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn judge(self, got: &[String], end: u32) -> Result<(), String> {
        for name in self.channels {
            let mut next = match self.start {
                Start::After | Start::Earliest => Some(0),
                Start::Latest => None,
            };
            let mut gap = false;
            for seen in got {
                if seen.contains(&format!(r#"gap {{"channel":"{name}","reason":"lagged""#)) {
                    gap = true;
                    continue;
                }
                let Some(number) = seen.strip_prefix(&format!("{name} ")) else {
                    continue;
                };
                let number: u32 = number.parse().map_err(|_| seen.clone())?;
                let follows = next.is_none_or(|next| {
                    number == next || gap && self.on_lag == OnLag::Skip && number > next
                });
                if !follows {
                    return Err(format!("{number} instead of {next:?} of {got:?}"));
                }
                (next, gap) = (Some(number + 1), false);
            }
            if next != Some(end) || gap {
                return Err(format!("{next:?} is not the end, {end}: {got:?}"));
            }
            let others = got.iter().filter(|seen| seen.starts_with("gap"));
            if self.on_lag != OnLag::Skip && others.count() > 0 {
                return Err(format!("a gap where nothing is missing: {got:?}"));
            }
        }
        Ok(())
    }

    /// Before each of the polls. How many there were.
    async fn at_all(self) -> Result<usize, String> {
        for k in 0.. {
            let polls = self.at(k).await;
            let polls = polls.map_err(|wrong| format!("{self:?}, before poll {k}: {wrong}"))?;
            if polls <= k {
                return Ok(k);
            }
        }
        unreachable!()
    }
}

impl Client {
    /// Reads all that is there; if the stream ends, it comes back.
    async fn read_and_come_back(&mut self, node: &Hub, on_lag: OnLag) {
        while !self.read().await {
            let subscription = self.subscription().with_on_lag(on_lag);
            self.connect_with(node, subscription).await.unwrap();
        }
    }
}

#[derive(Debug, Default)]
struct Live(Mutex<VecDeque<Record>>);

impl Live {
    fn take(&self) -> Option<Record> {
        self.0.lock().pop_front()
    }
}

impl WatchSink for Live {
    fn notify(&self, event: WatchEvent) {
        if let WatchEvent::Appended { record, .. } = event {
            self.0.lock().push_back(record);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_lost_doubled_or_reordered_before_whichever_poll_it_is_published() {
    let mut cases = 0;
    for start in [Start::After, Start::Earliest, Start::Latest] {
        for on_lag in [OnLag::CatchUp, OnLag::Skip, OnLag::Disconnect] {
            for channels in [&["a"][..], &["a", "b", "c"][..]] {
                for hints in [HintMode::Pass, HintMode::Lose, HintMode::NameOnly] {
                    let case = Case {
                        join: Join::Hub,
                        start,
                        on_lag,
                        channels,
                        hints,
                    };
                    cases += case.at_all().await.unwrap();
                }
            }
        }
    }
    println!("{cases} moments");
    assert!(cases > 300, "only {cases} moments");
}

#[tokio::test(start_paused = true)]
async fn joins_as_they_are_often_written_are_rejected() {
    for (join, wrong) in [
        (Join::ReadsAndListens, "is not the end"),
        (Join::ListensAndReads, "instead of"),
    ] {
        let case = Case {
            join,
            start: Start::Earliest,
            on_lag: OnLag::CatchUp,
            channels: &["a"],
            hints: HintMode::Pass,
        };
        let found = case.at_all().await.unwrap_err();
        assert!(found.contains(wrong), "{found}");
    }
}
