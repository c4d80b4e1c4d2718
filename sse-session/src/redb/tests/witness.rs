//! What was acknowledged and told, and whether it is there.

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use parking_lot::Mutex;

use crate::{
    Channel,
    redb::RedbStore,
    store::{
        Append, Expect, Key, LogName, Position, Put, ReadFrom, ReadLimit, Record, Retention,
        SessionStore, StoreError, Verdict, WatchEvent, WatchSink,
    },
};

/// What was acknowledged and told. Clones are the same one.
#[derive(Clone, Default)]
pub(super) struct Witness {
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    appended: Vec<(LogName, Position, Bytes)>,
    /// Payloads of appends that were not done, as it was said.
    refused: Vec<Bytes>,
    /// Of the value that was put last.
    revision: u64,
    next: u64,
}

pub(super) fn log(number: usize) -> LogName {
    LogName::of_channel(&Channel::try_from(&*format!("log {number}")).unwrap())
}

fn key() -> Key {
    Key::new("case", "owner")
}

/// An append of something that is not there yet, which is kept.
pub(super) fn append_of(payload: Bytes) -> Append {
    let tag = fastrand::u32(1..);
    let retention = Retention::records(u64::MAX);
    Append {
        retention,
        ..Append::new(payload, tag)
    }
}

impl Witness {
    pub(super) fn acknowledged(&self) -> usize {
        self.seen.lock().appended.len()
    }

    pub(super) fn refused(&self) -> usize {
        self.seen.lock().refused.len()
    }

    fn payload(&self, bytes: usize) -> Bytes {
        let mut seen = self.seen.lock();
        seen.next += 1;
        let mut payload = format!("{} ", seen.next).into_bytes();
        payload.resize(bytes.max(payload.len()), b'x');
        payload.into()
    }

    /// Appends, and remembers what became of it.
    pub(super) async fn append(
        &self,
        store: &RedbStore,
        log: &LogName,
        bytes: usize,
    ) -> Result<(), StoreError> {
        let payload = self.payload(bytes);
        match store.append(log, append_of(payload.clone())).await {
            Ok(appended) => {
                let told = (log.clone(), appended.position, payload);
                self.seen.lock().appended.push(told);
                Ok(())
            }
            Err(error) => {
                if matches!(error, StoreError::Unavailable { .. }) {
                    self.seen.lock().refused.push(payload);
                }
                Err(error)
            }
        }
    }

    /// Puts a value, and remembers its revision.
    pub(super) async fn put(&self, store: &RedbStore) -> Result<(), StoreError> {
        let value = Bytes::from_static(b"value");
        if let Put::Stored { revision } = store.put(&key(), value, Expect::Any, None).await? {
            let mut seen = self.seen.lock();
            assert!(revision > seen.revision, "a revision went back");
            seen.revision = revision;
        }
        Ok(())
    }

    /// Whether all of it is there, in order, and nothing that was said not to be.
    pub(super) async fn check(&self, store: &RedbStore, logs: usize) -> Result<(), String> {
        let mut found = HashMap::new();
        for number in 0..logs {
            let log = log(number);
            for record in read_all(store, &log).await? {
                found.insert((log.clone(), record.position.offset), record);
            }
        }
        let revision = store.get(&key()).await.map_err(|error| error.to_string())?;
        let revision = revision.map_or(0, |entry| entry.revision);
        let seen = self.seen.lock();
        for (log, position, payload) in &seen.appended {
            let record = found.get(&(log.clone(), position.offset));
            let is_it = |it: &&Record| it.position == *position && it.payload == *payload;
            if record.filter(is_it).is_none() {
                return Err(format!("{position:?} of {log:?} is not there"));
            }
        }
        let mut refused = seen.refused.iter();
        if refused.any(|payload| found.values().any(|record| record.payload == *payload)) {
            return Err("something is there that was not done".into());
        }
        if revision < seen.revision {
            return Err("a value is older than the one that was put".into());
        }
        Ok(())
    }
}

/// All that is kept of a log that begins with its first record.
pub(super) async fn read_all(store: &RedbStore, log: &LogName) -> Result<Vec<Record>, String> {
    let mut records: Vec<Record> = Vec::new();
    let mut from = ReadFrom::Earliest;
    loop {
        let page = store.read(log, from, ReadLimit::default()).await;
        let page = page.map_err(|error| format!("{error}: {error:?}"))?;
        if page.verdict != Verdict::Contiguous {
            return Err(format!("a gap: {:?}", page.verdict));
        }
        records.extend(page.records);
        match records.last() {
            Some(last) if page.more => from = ReadFrom::After(last.position),
            last => {
                let last = last.map(|record| record.position);
                if last != page.head {
                    return Err("the log does not end with its head".into());
                }
                break;
            }
        }
    }
    for (index, record) in records.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| records[before].position);
        let previous = before.map(Position::as_previous).unwrap_or_default();
        if record.position.offset != index as u64 + 1 || record.previous != previous {
            return Err(format!("record {index} is no link of the chain"));
        }
    }
    Ok(records)
}

impl WatchSink for Witness {
    fn notify(&self, event: WatchEvent) {
        if let WatchEvent::Appended { log, record } = event {
            let told = (log, record.position, record.payload);
            self.seen.lock().appended.push(told);
        }
    }
}
