//! How hints are told.

use core::sync::atomic::{AtomicU64, Ordering};
use std::{
    sync::{Arc, Barrier, Weak},
    thread,
};

use parking_lot::Mutex;

use super::*;
use crate::store::{Watch, WatchEvent, WatchSink};

/// Does something with each hint, and then notes it.
struct Sink {
    with_each: Box<dyn Fn(&WatchEvent) + Send + Sync>,
    told: Mutex<Vec<WatchEvent>>,
}

impl Sink {
    fn new(with_each: impl Fn(&WatchEvent) + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            with_each: Box::new(with_each),
            told: Mutex::default(),
        })
    }

    /// The offsets of the appends to this log, as they were told.
    fn offsets(&self, name: &str) -> Vec<u64> {
        let offset = |event: &WatchEvent| match event {
            WatchEvent::Appended { log: of, record } if *of == log(name) => {
                Some(record.position.offset)
            }
            _ => None,
        };
        self.told.lock().iter().filter_map(offset).collect()
    }
}

impl WatchSink for Sink {
    fn notify(&self, event: WatchEvent) {
        (self.with_each)(&event);
        self.told.lock().push(event);
    }
}

#[test]
fn from_many_threads_each_append_is_told_once_in_order_and_when_it_can_be_read_but_before_it_returns()
 {
    const THREADS: u64 = 4;
    const EACH: u64 = 2_000;
    let store = MemoryStore::new();
    let reader = store.clone();
    let names = ["a", "b", "c"];
    let newest = Arc::new(names.map(|_| AtomicU64::new(0)));
    let told = Arc::clone(&newest);
    let sink = Sink::new(move |event| {
        if let WatchEvent::Appended { log: of, record } = event {
            let head = reader.heads(core::slice::from_ref(of)).now().unwrap()[0];
            assert!(head.unwrap().offset >= record.position.offset);
            let index = names.iter().position(|name| *of == log(name)).unwrap();
            told[index].store(record.position.offset, Ordering::SeqCst);
        }
    });
    let watch = store.watch(sink.clone());
    names.iter().for_each(|name| watch.add(&log(name)));
    let start = Barrier::new(THREADS as usize);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                start.wait();
                for index in 0..EACH as usize {
                    let index = index % names.len();
                    let name = log(names[index]);
                    let appended = store.append(&name, record(1)).now().unwrap();
                    let newest = newest[index].load(Ordering::SeqCst);
                    assert!(newest >= appended.position.offset);
                }
            });
        }
    });
    let told: u64 = names
        .iter()
        .map(|name| sink.offsets(name).len() as u64)
        .sum();
    assert_eq!(told, THREADS * EACH);
    for name in names {
        let offsets = sink.offsets(name);
        assert!(
            offsets.iter().copied().eq(1..=offsets.len() as u64),
            "{name}"
        );
    }
}

/// Each hint from one log is appended to the other by the sink, in both directions at once.
#[test]
fn sinks_that_append_do_not_wait_for_each_other_and_their_hints_stay_in_order() {
    const EACH: u64 = 2_000;
    let store = MemoryStore::new();
    let inside = store.clone();
    let sink = Sink::new(move |event| {
        let WatchEvent::Appended { log: of, .. } = event else {
            return;
        };
        for (from, to) in [("a", "a2"), ("b", "b2"), ("a2", "b3"), ("b2", "a3")] {
            if *of == log(from) {
                inside.append(&log(to), record(1)).now().unwrap();
            }
        }
    });
    let watch = store.watch(sink.clone());
    let names = ["a", "b", "a2", "b2", "a3", "b3"];
    names.iter().for_each(|name| watch.add(&log(name)));
    let start = Barrier::new(2);
    thread::scope(|scope| {
        for name in ["a", "b"] {
            let (store, start) = (&store, &start);
            scope.spawn(move || {
                start.wait();
                for _ in 0..EACH {
                    store.append(&log(name), record(1)).now().unwrap();
                }
            });
        }
    });
    for name in names {
        assert!(sink.offsets(name).into_iter().eq(1..=EACH), "{name}");
    }
}

#[test]
fn a_sink_may_use_the_watch_and_the_store_of_the_very_log_it_is_told_of() {
    let store = MemoryStore::new();
    let inside = store.clone();
    let own: Arc<Mutex<Option<Weak<dyn Watch>>>> = Arc::default();
    let of_sink = Arc::clone(&own);
    let sink = Sink::new(move |event| {
        let watch = of_sink.lock().as_ref().and_then(Weak::upgrade);
        match event {
            WatchEvent::Appended { log, record } if record.position.offset < 5 => {
                watch.unwrap().add(log);
                inside.append(log, self::record(1)).now().unwrap();
            }
            WatchEvent::Appended { log, .. } => watch.unwrap().remove(log),
            _ => {}
        }
    });
    let watch: Arc<dyn Watch> = Arc::from(store.watch(sink.clone()));
    *own.lock() = Some(Arc::downgrade(&watch));
    watch.add(&log("a"));
    store.append(&log("a"), record(1)).now().unwrap();
    store.append(&log("a"), record(1)).now().unwrap();
    assert_eq!(sink.offsets("a"), [1, 2, 3, 4, 5]);
}

#[test]
fn a_watch_that_was_dropped_is_told_nothing_more_and_holds_nothing() {
    let store = MemoryStore::new();
    let [gone, there] = [Sink::new(|_| {}), Sink::new(|_| {})];
    let watches = [&gone, &there].map(|sink| store.watch(sink.clone()));
    for watch in &watches {
        watch.add(&log("a"));
        watch.add(&log("a"));
        watch.add(&log("b"));
    }
    store.append(&log("a"), record(1)).now().unwrap();
    let [first, second] = watches;
    drop(first);
    store.append(&log("a"), record(1)).now().unwrap();
    second.remove(&log("b"));
    store.append(&log("b"), record(1)).now().unwrap();
    assert_eq!(
        (gone.offsets("a"), there.offsets("a")),
        (vec![1], vec![1, 2])
    );
    assert_eq!(there.offsets("b"), [0_u64; 0]);
    assert_eq!(
        (Arc::strong_count(&gone), Arc::strong_count(&there)),
        (1, 2)
    );
    // A watch is none of the store's data.
    assert_eq!(store.log_count(), 2);
}

#[test]
fn after_a_sink_that_panicked_hints_are_told_in_order_again() {
    let store = MemoryStore::new();
    let sink = Sink::new(|event| {
        if let WatchEvent::Appended { record, .. } = event {
            assert_ne!(record.position.offset, 1, "on purpose");
        }
    });
    let watches = [store.watch(sink.clone()), store.watch(sink.clone())];
    watches.iter().for_each(|watch| watch.add(&log("a")));
    let append = || store.append(&log("a"), record(1)).now().unwrap();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(append));
    panicked.unwrap_err();
    sink.told.lock().clear();
    let name = log("a");
    let again = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.append(&name, record(1)).now()
    }));
    // The other watch is told of the first now, and panics as well; nothing is lost behind it.
    again.unwrap_err();
    store.append(&log("a"), record(1)).now().unwrap();
    assert_eq!(sink.offsets("a"), [2, 2, 3, 3]);
}
