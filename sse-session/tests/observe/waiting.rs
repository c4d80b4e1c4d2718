//! Sessions that wait while the store does not answer, or whose clients come and go.

use core::time::Duration;
use std::sync::Arc;

use parking_lot::Mutex;
use sse_session::{
    conformance::{Faults, FaultyStore, Operation},
    hub::Hub,
    memory::MemoryStore,
    observe::{HubObserver, MeasuredStore, Observers, SessionChange, StoreCall},
    session::{OpenOptions, Sessions},
};
use tokio::time::sleep;

#[derive(Debug, Default)]
struct Told {
    changes: Mutex<Vec<(Option<&'static str>, &'static str)>>,
    calls: Mutex<usize>,
}

impl HubObserver for Told {
    fn session(&self, change: SessionChange) {
        let before = change.before.map(|before| before.as_str());
        self.changes.lock().push((before, change.now.as_str()));
    }

    fn store_call(&self, _: StoreCall) {
        *self.calls.lock() += 1;
    }
}

fn sessions() -> (Sessions, Faults, Arc<Told>) {
    let told = Arc::new(Told::default());
    let observers = Observers::new().with_observer(Arc::clone(&told) as _);
    let faults = Faults::new();
    let store = FaultyStore::new(MemoryStore::new(), faults.clone());
    let store = MeasuredStore::new(store, observers.clone());
    let hub = Hub::builder(store)
        .with_observers(observers)
        .build()
        .unwrap();
    (Sessions::builder(&hub).build().unwrap(), faults, told)
}

#[tokio::test(start_paused = true)]
async fn a_session_that_cannot_be_looked_at_is_forgotten_all_the_same() {
    let (sessions, faults, told) = sessions();
    let session = sessions.open(None, OpenOptions::new()).await.unwrap();
    drop(sessions.attach(&session.id(), None).await.unwrap());
    sleep(Duration::from_secs(60)).await;
    let held = faults.hold(Operation::Get);
    sleep(Duration::from_secs(3600)).await;
    drop(held);
    sleep(Duration::from_secs(3600)).await;
    let expected = [
        (None, "detached"),
        (Some("detached"), "attached"),
        (Some("attached"), "detached"),
        (Some("detached"), "unknown"),
    ];
    assert_eq!(*told.changes.lock(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_comes_and_goes_leaves_no_more_to_do_than_one_that_went_once() {
    let (sessions, _, told) = sessions();
    let session = sessions.open(None, OpenOptions::new()).await.unwrap();
    for _ in 0..1_000 {
        drop(sessions.attach(&session.id(), None).await.unwrap());
        sleep(Duration::from_millis(10)).await;
    }
    *told.calls.lock() = 0;
    sleep(Duration::from_secs(3600)).await;
    let calls = *told.calls.lock();
    assert!(calls < 20, "{calls}");
    let last = told.changes.lock().last().copied();
    assert_eq!(last, Some((Some("detached"), "expired")));
}
