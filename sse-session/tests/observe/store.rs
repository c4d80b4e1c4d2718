//! The calls of a store.

use bytes::Bytes;
use sse_session::{
    conformance::{Fault, Faults, FaultyStore, Operation},
    memory::MemoryStore,
    observe::{MeasuredStore, Observers},
    store::{Append, LogName, SessionStore},
};
use tokio::time::timeout;

use crate::support::{Figures, channel, pass};

#[tokio::test(start_paused = true)]
async fn a_call_is_told_once_with_what_became_of_it_and_how_long_it_took() {
    let (mut figures, observers) = Figures::new();
    let faults = Faults::new();
    let faulty = FaultyStore::new(MemoryStore::new(), faults.clone());
    let store = MeasuredStore::new(faulty, observers);
    assert_eq!(
        store.to_string(),
        FaultyStore::new(MemoryStore::new(), faults.clone()).to_string()
    );
    let log = LogName::of_channel(&channel("a"));
    let append = || Append::new(Bytes::from_static(b"data: 1\n\n"), 1);
    store.append(&log, append()).await.unwrap();
    let took = "store_call_seconds{operation=append} [0.0]";
    let done = "store_calls_total{operation=append,outcome=done} 1";
    assert_eq!(figures.moved(), [took, done]);

    faults.push(Operation::Append, Fault::Unavailable);
    store.append(&log, append()).await.unwrap_err();
    let failed = "store_calls_total{operation=append,outcome=unavailable} 1";
    assert_eq!(figures.moved(), [took, failed]);

    let logs = [log];
    let held = faults.hold(Operation::Heads);
    let (got, ()) = tokio::join!(store.heads(&logs), async {
        pass(3).await;
        drop(held);
    });
    got.unwrap();
    let took = "store_call_seconds{operation=heads} [3.0]";
    let done = "store_calls_total{operation=heads,outcome=done} 1";
    assert_eq!(figures.moved(), [took, done]);

    let _held = faults.hold(Operation::Heads);
    let two = core::time::Duration::from_secs(2);
    timeout(two, store.heads(&logs)).await.unwrap_err();
    let took = "store_call_seconds{operation=heads} [2.0]";
    let dropped = "store_calls_total{operation=heads,outcome=dropped} 1";
    assert_eq!(figures.moved(), [took, dropped]);
}

#[tokio::test(start_paused = true)]
async fn it_is_a_store_as_the_one_inside_is() {
    let inner = MemoryStore::new();
    let (_, observers) = Figures::new();
    for observers in [Observers::new(), observers] {
        let store = MeasuredStore::new(inner.clone(), observers);
        assert_eq!(store.capabilities(), inner.capabilities());
        let log = LogName::of_channel(&channel("a"));
        store
            .append(&log, Append::new(Bytes::new(), 1))
            .await
            .unwrap();
        let logs = [log];
        assert_eq!(
            store.heads(&logs).await.unwrap(),
            inner.heads(&logs).await.unwrap()
        );
    }
}
