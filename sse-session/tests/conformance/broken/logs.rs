//! What goes wrong with records.

use std::{collections::HashMap, sync::Mutex};

use bytes::Bytes;
use sse_session::{
    Channel,
    conformance::{Defect, ReferenceStore},
    store::{
        Append, Appended, Durability, LogName, Page, Position, Previous, ReadFrom, ReadLimit,
        Record, SessionStore, StoreFuture, WatchEvent,
    },
};
use tokio::{task::yield_now, time::Instant};

/// The record is there before the log's head is.
#[derive(Debug, Default)]
pub(super) struct AppendsInTwoSteps;

impl Defect for AppendsInTwoSteps {
    fn append<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        append: Append,
    ) -> StoreFuture<'a, Appended> {
        if append.key.is_some() || append.fence.is_some() {
            return right.append(log, append);
        }
        Box::pin(async move {
            let record = right.tamper(log, |log| {
                let record = Record {
                    position: Position {
                        epoch: log.epoch,
                        offset: log.head.map_or(1, |head| head.offset + 1),
                        tag: append.tag,
                    },
                    previous: log.head.map(Position::as_previous).unwrap_or_default(),
                    payload: append.payload,
                };
                log.records.push((Instant::now(), record.clone()));
                record
            });
            yield_now().await;
            let position = record.position;
            right.tamper(log, |log| log.head = Some(position));
            let event = WatchEvent::Changed(log.clone());
            right.tell(log, &event);
            Ok(Appended::new(position, Durability::Stored))
        })
    }
}

/// The record is there before its key is remembered.
#[derive(Debug, Default)]
pub(super) struct RemembersKeysLate {
    keys: Mutex<HashMap<(LogName, Bytes), Position>>,
}

impl Defect for RemembersKeysLate {
    fn append<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        mut append: Append,
    ) -> StoreFuture<'a, Appended> {
        Box::pin(async move {
            let Some(key) = append.key.take() else {
                return right.append(log, append).await;
            };
            let key = (log.clone(), key.key);
            let known = self.keys.lock().unwrap().get(&key).copied();
            if let Some(position) = known {
                return Ok(Appended::new(position, Durability::Stored).as_duplicate());
            }
            let appended = right.append(log, append).await?;
            yield_now().await;
            self.keys.lock().unwrap().insert(key, appended.position);
            Ok(appended)
        })
    }
}

macro_rules! appending {
    ($(#[$documentation:meta])* $name:ident: |$right:ident, $log:ident, $append:ident| $body:expr) => {
        $(#[$documentation])*
        #[derive(Debug, Default)]
        pub(super) struct $name;

        impl Defect for $name {
            fn append<'a>(
                &'a self,
                $right: &'a ReferenceStore,
                $log: &'a LogName,
                #[allow(unused_mut, reason = "not every one changes it")] mut $append: Append,
            ) -> StoreFuture<'a, Appended> {
                Box::pin(async move { $body })
            }
        }
    };
}

macro_rules! reading {
    ($(#[$documentation:meta])* $name:ident: |$page:ident| $body:expr) => {
        $(#[$documentation])*
        #[derive(Debug, Default)]
        pub(super) struct $name;

        impl Defect for $name {
            fn read<'a>(
                &'a self,
                right: &'a ReferenceStore,
                log: &'a LogName,
                from: ReadFrom,
                limit: ReadLimit,
            ) -> StoreFuture<'a, Page> {
                Box::pin(async move {
                    let mut $page = right.read(log, from, limit).await?;
                    $body;
                    Ok($page)
                })
            }
        }
    };
}

appending! {
    /// A key is not remembered.
    AcceptsKeysTwice: |right, log, append| {
        append.key = None;
        right.append(log, append).await
    }
}

appending! {
    /// A record goes although as many are promised.
    KeepsOneTooFew: |right, log, append| {
        append.retention.max_records = append.retention.max_records.saturating_sub(1).max(1);
        right.append(log, append).await
    }
}

appending! {
    /// A payload ends at its first NUL.
    CutsPayloads: |right, log, append| {
        if let Some(end) = append.payload.iter().position(|byte| *byte == 0) {
            append.payload.truncate(end);
        }
        right.append(log, append).await
    }
}

appending! {
    /// When nothing is kept, the next record has no predecessor.
    BreaksTheChain: |right, log, append| {
        let empty = right.tamper(log, |log| log.records.is_empty());
        let appended = right.append(log, append).await?;
        right.tamper(log, |log| {
            if let Some((_, record)) = log.records.last_mut().filter(|_| empty) {
                record.previous = Previous::default();
            }
        });
        Ok(appended)
    }
}

reading! {
    /// Each page is the last one.
    NeverTellsOfMore: |page| page.more = false
}

reading! {
    /// The newest record comes first.
    ReadsBackwards: |page| page.records.reverse()
}

/// What is new is seen by the second one who asks, as with a replica that is late.
#[derive(Debug, Default)]
pub(super) struct ReadsLate {
    seen: Mutex<HashMap<LogName, u64>>,
}

impl Defect for ReadsLate {
    fn read<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        Box::pin(async move {
            let mut page = right.read(log, from, limit).await?;
            let newest = page.records.last().map_or(0, |it| it.position.offset);
            let seen = self.seen.lock().unwrap().insert(log.clone(), newest);
            if seen.unwrap_or(0) < newest {
                page.records.pop();
            }
            Ok(page)
        })
    }
}

/// Logs of channels have names without a difference between upper and lower case.
#[derive(Debug, Default)]
pub(super) struct FoldsCase;

fn folded(log: &LogName) -> LogName {
    let channel = log.as_str().strip_prefix("channel/");
    let lower = channel.map(str::to_lowercase);
    let channel = lower.and_then(|lower| Channel::try_from(&*lower).ok());
    channel.map_or_else(|| log.clone(), |channel| LogName::of_channel(&channel))
}

impl Defect for FoldsCase {
    fn append<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        append: Append,
    ) -> StoreFuture<'a, Appended> {
        Box::pin(async move { right.append(&folded(log), append).await })
    }

    fn read<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        Box::pin(async move { right.read(&folded(log), from, limit).await })
    }
}

/// What is announced is kept as a record.
#[derive(Debug, Default)]
pub(super) struct KeepsAnnouncements;

impl Defect for KeepsAnnouncements {
    fn announce<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        payload: Bytes,
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move { right.append(log, Append::new(payload, 7)).await.map(drop) })
    }
}
