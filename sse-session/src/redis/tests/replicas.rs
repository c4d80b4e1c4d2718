//! Acknowledging only what replicas have too.

use core::time::Duration;
use std::sync::Arc;

use parking_lot::Mutex;

use super::{append_of, fill, key, keyed, log, options, read, start_or_skip, texts};
use crate::{
    redis::{RedisDurability, RedisStore},
    store::{
        Durability, Expect, ReadFrom, SessionStore as _, StoreError, Verdict, WatchEvent, WatchSink,
    },
};

#[derive(Default)]
struct Sink(Mutex<Vec<WatchEvent>>);

impl WatchSink for Sink {
    fn notify(&self, event: WatchEvent) {
        self.0.lock().push(event);
    }
}

impl Sink {
    fn payloads(&self) -> Vec<Vec<u8>> {
        let events = self.0.lock();
        let payload = |event: &WatchEvent| match event {
            WatchEvent::Appended { record, .. } => Some(record.payload.to_vec()),
            _ => None,
        };
        events.iter().filter_map(payload).collect()
    }
}

#[tokio::test]
async fn what_too_few_replicas_have_is_neither_told_nor_read_until_enough_have_it() {
    let test = "what_too_few_replicas_have_is_neither_told_nor_read_until_enough_have_it";
    let (Some(master), Some(replica)) = (start_or_skip(test, &[]), start_or_skip(test, &[])) else {
        return;
    };
    let durability = RedisDurability::Replicated {
        replicas: 1,
        timeout: Duration::from_millis(50),
    };
    let store = RedisStore::connect(options(&master).with_durability(durability));
    let store = store.await.unwrap();
    let sink = Arc::<Sink>::default();
    let watch = store.watch(sink.clone());
    watch.add(&log());
    while sink.0.lock().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let unknown = |error| matches!(error, Some(StoreError::OutcomeUnknown { .. }));
    assert!(unknown(store.append(&log(), keyed("first")).await.err()));
    assert!(unknown(
        store.append(&log(), append_of("second")).await.err()
    ));
    let key = key();
    let put = store.put(&key, bytes::Bytes::new(), Expect::Any, None);
    assert!(unknown(put.await.err()));
    assert!(texts(&store).await.is_empty());
    assert_eq!(store.heads(&[log()]).await.unwrap(), [None]);
    assert!(sink.payloads().is_empty());

    let port = master.address().port();
    replica.ask(&format!("REPLICAOF 127.0.0.1 {port}"));
    replica.wait_for("INFO replication", "master_link_status:up");
    master.wait_for("INFO replication", "state=online");
    // Repeated, it is where it was.
    let again = loop {
        match store.append(&log(), keyed("first")).await {
            Err(StoreError::OutcomeUnknown { .. }) => {}
            other => break other.unwrap(),
        }
    };
    assert_eq!((again.position.offset, again.duplicate), (1, true));
    assert_eq!(again.durability, Durability::Replicated);
    // A reader waits for what is on its way, but no longer than a publisher does: here 50 ms.
    while texts(&store).await != ["first", "second"] {
        assert_eq!(texts(&store).await[0], "first");
    }
    while sink.payloads().len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(sink.payloads(), [&b"first"[..], b"second"]);
}

#[tokio::test]
async fn what_was_acknowledged_is_there_when_the_replica_takes_over() {
    let test = "what_was_acknowledged_is_there_when_the_replica_takes_over";
    let (Some(mut master), Some(replica)) = (start_or_skip(test, &[]), start_or_skip(test, &[]))
    else {
        return;
    };
    let port = master.address().port();
    replica.ask(&format!("REPLICAOF 127.0.0.1 {port}"));
    replica.wait_for("INFO replication", "master_link_status:up");
    master.wait_for("INFO replication", "state=online");
    let durability = RedisDurability::Replicated {
        replicas: 1,
        timeout: Duration::from_secs(30),
    };
    let store = RedisStore::connect(options(&master).with_durability(durability));
    let store = store.await.unwrap();
    let positions = fill(&store, 20).await;
    master.server().signal("KILL");
    replica.ask("REPLICAOF NO ONE");
    // It may not have heard that the last one may be shown; whoever has seen it has a gap in no case.
    let after = RedisStore::connect(options(&replica)).await.unwrap();
    for (at, position) in positions.iter().enumerate() {
        let page = read(&after, ReadFrom::After(*position)).await;
        assert_eq!(page.verdict, Verdict::Contiguous, "behind record {at}");
    }
    after.append(&log(), append_of("next")).await.unwrap();
    assert_eq!(texts(&after).await.len(), 21);
}
