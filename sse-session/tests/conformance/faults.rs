//! The store that fails when it is told to.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use sse_session::{
    Channel,
    conformance::{Fault, FaultRates, Faults, FaultyStore, HintFault, Operation, ReferenceStore},
    store::{
        Append, IdempotencyKey, LogName, ReadFrom, ReadLimit, SessionStore, StoreError, WatchEvent,
        WatchSink,
    },
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

fn store() -> (FaultyStore<ReferenceStore>, Faults, LogName) {
    let faults = Faults::new();
    let store = FaultyStore::new(ReferenceStore::new(), faults.clone());
    let log = LogName::of_channel(&Channel::try_from("news").unwrap());
    (store, faults, log)
}

fn text(payload: &'static str, tag: u32) -> Append {
    Append::new(Bytes::from_static(payload.as_bytes()), tag)
}

struct Sink(UnboundedSender<WatchEvent>);

impl WatchSink for Sink {
    fn notify(&self, event: WatchEvent) {
        self.0.send(event).unwrap();
    }
}

fn sink() -> (Arc<Sink>, UnboundedReceiver<WatchEvent>) {
    let (sender, events) = unbounded_channel();
    (Arc::new(Sink(sender)), events)
}

/// The offsets that were told, with words for the rest.
fn told(events: &mut UnboundedReceiver<WatchEvent>) -> Vec<String> {
    let mut told = Vec::new();
    while let Ok(event) = events.try_recv() {
        told.push(match event {
            WatchEvent::Appended { record, .. } => record.position.offset.to_string(),
            WatchEvent::Watching(_) => "watching".to_owned(),
            other => format!("{other:?}").to_lowercase(),
        });
    }
    told
}

#[tokio::test]
async fn scripted_faults_come_in_order_and_once() {
    let (store, faults, log) = store();
    faults.push(Operation::Append, Fault::Unavailable);
    faults.push(Operation::Append, Fault::OutcomeUnknown { done: false });
    faults.push(Operation::Append, Fault::OutcomeUnknown { done: true });
    faults.push(Operation::Read, Fault::OutcomeUnknown { done: true });

    let first = store.append(&log, text("one", 1)).await;
    assert!(matches!(first, Err(StoreError::Unavailable { .. })));
    for tag in [2, 3] {
        let unknown = store.append(&log, text("two", tag)).await;
        assert!(matches!(unknown, Err(StoreError::OutcomeUnknown { .. })));
    }
    // Of a question the outcome is never unknown.
    let read = store
        .read(&log, ReadFrom::Earliest, ReadLimit::default())
        .await;
    assert!(matches!(read, Err(StoreError::Unavailable { .. })));
    let read = store
        .read(&log, ReadFrom::Earliest, ReadLimit::default())
        .await;
    let tags: Vec<_> = read
        .unwrap()
        .records
        .iter()
        .map(|it| it.position.tag)
        .collect();
    assert_eq!(tags, [3], "only the one that was done is there");
    assert_eq!(faults.injected(), 4);
}

#[tokio::test]
async fn an_append_of_unknown_outcome_is_repeated_with_its_key() {
    for done in [false, true] {
        let (store, faults, log) = store();
        faults.push(Operation::Append, Fault::OutcomeUnknown { done });
        let mut append = text("once", 1);
        append.key = Some(IdempotencyKey {
            key: Bytes::from_static(b"key"),
            window: Duration::from_secs(60),
        });
        store.append(&log, append.clone()).await.unwrap_err();
        let appended = store.append(&log, append).await.unwrap();
        assert_eq!((appended.duplicate, appended.position.offset), (done, 1));
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_faults() {
    let mut runs = Vec::new();
    for seed in [1, 1, 2] {
        let (store, faults, log) = store();
        let rates = FaultRates::default().with_unavailable(200);
        faults.set_rates(seed, rates.with_outcome_unknown(200));
        let mut outcomes = Vec::new();
        for tag in 1..200 {
            let outcome = store.append(&log, text("x", tag)).await;
            outcomes.push(
                outcome
                    .map_err(|error| error.to_string())
                    .map(|it| it.duplicate),
            );
        }
        assert!(
            (40..120).contains(&faults.injected()),
            "{}",
            faults.injected()
        );
        faults.clear();
        store.append(&log, text("x", 200)).await.unwrap();
        runs.push(outcomes);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}

#[tokio::test(start_paused = true)]
async fn an_operation_waits_at_its_gate_and_no_other_does() {
    let (store, faults, log) = store();
    let mut held = faults.hold(Operation::Append);
    let append = tokio::spawn({
        let (store, log) = (store.clone(), log.clone());
        async move { store.append(&log, text("x", 1)).await }
    });
    held.arrived(1).await;
    assert_eq!(store.heads(&[log]).await.unwrap(), [None]);
    assert!(!append.is_finished());
    drop(held);
    append.await.unwrap().unwrap();
}

#[tokio::test]
async fn hints_are_dropped_doubled_and_reordered() {
    let (store, faults, log) = store();
    let (sink, mut events) = sink();
    let watch = store.watch(sink);
    watch.add(&log);
    let append = async |records: u32| {
        for tag in 1..=records {
            store.append(&log, text("x", tag)).await.unwrap();
        }
    };
    append(1).await;
    assert_eq!(told(&mut events), ["watching", "1"]);
    faults.push_hint(HintFault::Drop);
    append(2).await;
    assert_eq!(told(&mut events), ["3"]);
    faults.push_hint(HintFault::Double);
    append(1).await;
    assert_eq!(told(&mut events), ["4", "4"]);
    faults.push_hint(HintFault::Reorder);
    append(3).await;
    assert_eq!(told(&mut events), ["6", "5", "7"]);
}

#[tokio::test]
async fn lost_hints_are_said_to_be_lost() {
    let (store, faults, log) = store();
    let (first_sink, mut events) = sink();
    let watch = store.watch(first_sink);
    watch.add(&log);
    faults.lose_hints();
    faults.lose_hints();
    store.append(&log, text("x", 1)).await.unwrap();
    // One that comes meanwhile is told the same.
    let (second_sink, mut later) = sink();
    let second = store.watch(second_sink);
    second.add(&log);
    assert_eq!(told(&mut events), ["watching", "lost"]);
    assert_eq!(told(&mut later), ["lost"]);
    faults.restore_hints();
    store.append(&log, text("x", 2)).await.unwrap();
    assert_eq!(told(&mut events), ["restored", "2"]);
    assert_eq!(told(&mut later), ["restored", "watching", "2"]);
}
