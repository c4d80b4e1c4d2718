//! What goes wrong with hints.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use sse_session::{
    conformance::{Defect, ReferenceStore},
    store::{
        Append, Appended, LogName, Position, Record, SessionStore, StoreFuture, Watch, WatchEvent,
        WatchSink,
    },
};
use tokio::task::yield_now;

/// A sink that takes some hints, and not others.
struct Filter<F> {
    sink: Arc<dyn WatchSink>,
    takes: F,
}

impl<F: Fn(&WatchEvent) -> bool + Send + Sync + 'static> WatchSink for Filter<F> {
    fn notify(&self, event: WatchEvent) {
        if (self.takes)(&event) {
            self.sink.notify(event);
        }
    }
}

fn filtered(
    right: &ReferenceStore,
    sink: Arc<dyn WatchSink>,
    takes: impl Fn(&WatchEvent) -> bool + Send + Sync + 'static,
) -> Box<dyn Watch> {
    right.watch(Arc::new(Filter { sink, takes }))
}

/// One of five hints never comes.
#[derive(Debug, Default)]
pub(super) struct LosesHints;

impl Defect for LosesHints {
    fn watch(&self, right: &ReferenceStore, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        let count = AtomicU32::new(0);
        filtered(right, sink, move |event| {
            !matches!(event, WatchEvent::Appended { .. })
                || count.fetch_add(1, Ordering::Relaxed) % 5 != 4
        })
    }
}

/// A hint comes while its record is being written.
#[derive(Debug, Default)]
pub(super) struct TellsTooEarly;

impl Defect for TellsTooEarly {
    fn append<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        append: Append,
    ) -> StoreFuture<'a, Appended> {
        Box::pin(async move {
            let head = right.heads(std::slice::from_ref(log)).await?[0];
            let record = Record {
                position: Position {
                    epoch: head.map_or(0, |head| head.epoch),
                    offset: head.map_or(1, |head| head.offset + 1),
                    tag: append.tag,
                },
                previous: head.map(Position::as_previous).unwrap_or_default(),
                payload: append.payload.clone(),
            };
            let event = WatchEvent::Appended {
                log: log.clone(),
                record,
            };
            right.tell(log, &event);
            yield_now().await;
            right.append(log, append).await
        })
    }
}

/// It says that it watches when it has only asked for it.
#[derive(Debug, Default)]
pub(super) struct WatchesLate;

#[derive(Debug)]
struct LateWatch {
    watch: Arc<dyn Watch>,
    sink: Watching,
}

struct Watching(Arc<dyn WatchSink>);

impl std::fmt::Debug for Watching {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watching(..)")
    }
}

impl Watch for LateWatch {
    fn add(&self, log: &LogName) {
        self.sink.0.notify(WatchEvent::Watching(log.clone()));
        let (watch, log) = (Arc::clone(&self.watch), log.clone());
        tokio::spawn(async move {
            for _ in 0..50 {
                yield_now().await;
            }
            watch.add(&log);
        });
    }

    fn remove(&self, log: &LogName) {
        self.watch.remove(log);
    }
}

impl Defect for WatchesLate {
    fn watch(&self, right: &ReferenceStore, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        let watch = filtered(right, Arc::clone(&sink), |event| {
            !matches!(event, WatchEvent::Watching(_))
        });
        Box::new(LateWatch {
            watch: watch.into(),
            sink: Watching(sink),
        })
    }
}

/// A log that was removed is told for ever.
#[derive(Debug, Default)]
pub(super) struct NeverFallsSilent;

#[derive(Debug)]
struct OpenWatch(Box<dyn Watch>);

impl Watch for OpenWatch {
    fn add(&self, log: &LogName) {
        self.0.add(log);
    }

    fn remove(&self, _: &LogName) {}
}

impl Defect for NeverFallsSilent {
    fn watch(&self, right: &ReferenceStore, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        Box::new(OpenWatch(right.watch(sink)))
    }
}

/// It tells what this process appends, and no other.
#[derive(Debug, Default)]
pub(super) struct DeafToOthers {
    own: Arc<Mutex<HashSet<u32>>>,
}

impl Defect for DeafToOthers {
    fn append<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        append: Append,
    ) -> StoreFuture<'a, Appended> {
        self.own.lock().unwrap().insert(append.tag);
        right.append(log, append)
    }

    fn watch(&self, right: &ReferenceStore, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        let own = Arc::clone(&self.own);
        filtered(right, sink, move |event| match event {
            WatchEvent::Appended { record, .. } => {
                own.lock().unwrap().contains(&record.position.tag)
            }
            _ => true,
        })
    }
}
