//! What goes wrong when a store is opened again.

use std::sync::Mutex;

use sse_session::{
    conformance::{Defect, ReferenceStore},
    store::{Append, Appended, Durability, LogName, SessionStore, StoreFuture},
};

/// The last record of each log was not written.
#[derive(Debug, Default)]
pub(super) struct LosesTheLastWrite {
    logs: Mutex<Vec<LogName>>,
}

impl Defect for LosesTheLastWrite {
    fn append<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        append: Append,
    ) -> StoreFuture<'a, Appended> {
        self.logs.lock().unwrap().push(log.clone());
        right.append(log, append)
    }

    fn reopen(&self, right: &ReferenceStore) {
        for log in self.logs.lock().unwrap().drain(..) {
            right.tamper(&log, |log| {
                log.records.pop();
                log.head = log.records.last().map(|(_, record)| record.position);
            });
        }
    }
}

/// The counters were not written, so that the next record has the offset of the first.
#[derive(Debug, Default)]
pub(super) struct ReusesOffsets {
    logs: Mutex<Vec<LogName>>,
}

impl Defect for ReusesOffsets {
    fn append<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        append: Append,
    ) -> StoreFuture<'a, Appended> {
        self.logs.lock().unwrap().push(log.clone());
        right.append(log, append)
    }

    fn reopen(&self, right: &ReferenceStore) {
        for log in self.logs.lock().unwrap().drain(..) {
            right.tamper(&log, |log| log.head = None);
        }
    }
}

/// It says of records that they are in memory, though it is durable.
#[derive(Debug, Default)]
pub(super) struct AcknowledgesFromMemory;

impl Defect for AcknowledgesFromMemory {
    fn append<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        append: Append,
    ) -> StoreFuture<'a, Appended> {
        Box::pin(async move {
            let mut appended = right.append(log, append).await?;
            appended.durability = Durability::Memory;
            Ok(appended)
        })
    }
}
