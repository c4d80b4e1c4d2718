//! A store that panics, once.

use core::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use std::sync::Arc;

use sse_session::{
    conformance::{BrokenStore, Defect, ReferenceStore},
    hub::Hub,
    store::{
        LogName, Page, Position, ReadFrom, ReadLimit, SessionStore, StoreFuture, Watch, WatchEvent,
        WatchSink,
    },
};

use crate::support::{Client, publish, some_time};

#[derive(Debug, Clone, Default)]
struct PanicsOnce {
    read: Arc<AtomicBool>,
    heads: Arc<AtomicBool>,
}

/// Says only that something has changed.
struct Vague(Arc<dyn WatchSink>);

impl WatchSink for Vague {
    fn notify(&self, event: WatchEvent) {
        self.0.notify(match event {
            WatchEvent::Appended { log, .. } => WatchEvent::Changed(log),
            other => other,
        });
    }
}

impl Defect for PanicsOnce {
    fn watch(&self, right: &ReferenceStore, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        right.watch(Arc::new(Vague(sink)))
    }

    fn read<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        assert!(!self.read.swap(false, Ordering::Relaxed), "as asked");
        right.read(log, from, limit)
    }

    fn heads<'a>(
        &'a self,
        right: &'a ReferenceStore,
        logs: &'a [LogName],
    ) -> StoreFuture<'a, Vec<Option<Position>>> {
        assert!(!self.heads.swap(false, Ordering::Relaxed), "as asked");
        right.heads(logs)
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_the_store_holds_up_no_channel_for_good() {
    let defect = PanicsOnce::default();
    let store = BrokenStore::new(ReferenceStore::new(), defect.clone());
    let hub = Hub::builder(store).build().unwrap();
    let mut client = Client::connected(&hub, &["a"]).await;
    publish(&hub, "a", 1).await;
    assert_eq!(client.read_and_take().await, ["1"]);

    // While the ring is brought up to the log.
    defect.read.store(true, Ordering::Relaxed);
    publish(&hub, "a", 2).await;
    client.read().await;
    assert!(!defect.read.load(Ordering::Relaxed), "it has panicked");
    publish(&hub, "a", 3).await;
    client.read().await;
    assert_eq!(client.take(), ["2", "3"]);

    // While the node looks whether it has lost a hint: it goes on looking, and lets channels go.
    defect.heads.store(true, Ordering::Relaxed);
    some_time().await;
    assert!(!defect.heads.load(Ordering::Relaxed), "it has panicked");
    defect.heads.store(true, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(!defect.heads.load(Ordering::Relaxed), "it looks again");
}
