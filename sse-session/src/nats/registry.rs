//! Values that are compared and set, and fences.
//!
//! The last message of a value's subject is it. Its revision is the sequence of the message that it came with; a message that
//! only changes something else about it carries that revision on.
//!
//! Two subjects cannot be changed at once. So that nothing of an older owner stands behind a newer one, a value knows which logs
//! were appended to behind its revision. Whoever ends that revision says so first, then puts something behind the last message of
//! each of these logs, and only then the new value is there. An append that had looked at the old revision was meant for the
//! place behind a message that is the last one no more. Whoever finds such an ending half done does the rest of it, so it is done as
//! soon as anybody looks.

use core::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{
    clock::{NEVER, deadline, is_over},
    logs::{seal, wait_for_others},
    server::{Outcome, Server, Stored, meta, to_meta},
    streams::Kind,
};
use crate::store::{Entry, Expect, Fence, Key, Put, StoreError};

/// What a message of a value says besides the value.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct ValueMeta {
    /// The value came with an earlier message, of this sequence.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    revision: Option<u64>,
    /// It was removed.
    #[serde(rename = "x", default)]
    pub(super) is_removed: bool,
    /// Until when it is there.
    #[serde(rename = "d", default = "never")]
    pub(super) until: u64,
    /// The subjects of the logs that are fenced by this revision.
    #[serde(rename = "l", default, skip_serializing_if = "Vec::is_empty")]
    pub(super) logs: Vec<String>,
    /// These logs are being sealed: it counts when they are.
    #[serde(rename = "s", default)]
    is_sealing: bool,
}

const fn never() -> u64 {
    NEVER
}

/// The last message of a value's subject.
struct Current {
    sequence: u64,
    meta: ValueMeta,
    value: Bytes,
}

impl Current {
    fn revision(&self) -> u64 {
        self.meta.revision.unwrap_or(self.sequence)
    }

    fn entry(&self, now: u64) -> Option<Entry> {
        let is_there =
            self.sequence != 0 && !self.meta.is_removed && !is_over(self.meta.until, now);
        is_there.then(|| Entry {
            value: self.value.clone(),
            revision: self.revision(),
        })
    }
}

/// What there is, after what was half done is done.
async fn current(server: &Server, subject: &str) -> Result<Current, StoreError> {
    let give_up = server.deadline();
    loop {
        let Some(stored) = server.last(Kind::State, subject).await? else {
            return Ok(Current {
                sequence: 0,
                meta: ValueMeta::default(),
                value: Bytes::new(),
            });
        };
        let meta: ValueMeta = meta(&stored.headers)?;
        if !meta.is_sealing {
            return Ok(Current {
                sequence: stored.sequence,
                meta,
                value: stored.payload,
            });
        }
        finish(server, subject, &stored, meta).await?;
        wait_for_others(give_up).await?;
    }
}

/// Seals the logs of the revision before, and lets the new one count.
async fn finish(
    server: &Server,
    subject: &str,
    stored: &Stored,
    meta: ValueMeta,
) -> Result<(), StoreError> {
    for log in &meta.logs {
        seal(server, log).await?;
    }
    let counts = ValueMeta {
        revision: Some(stored.sequence),
        logs: Vec::new(),
        is_sealing: false,
        ..meta
    };
    let meta = to_meta(&counts)?;
    // If somebody else was faster, it counts already.
    server
        .store(
            Kind::State,
            subject,
            &meta,
            stored.payload.clone(),
            stored.sequence,
        )
        .await
        .map(drop)
}

/// Puts this in the place of what is there. The revision, unless somebody was faster.
async fn replace(
    server: &Server,
    subject: &str,
    current: &Current,
    value: &Bytes,
    new: ValueMeta,
) -> Result<Option<u64>, StoreError> {
    let new = ValueMeta {
        is_sealing: !current.meta.logs.is_empty(),
        logs: current.meta.logs.clone(),
        ..new
    };
    let meta = to_meta(&new)?;
    let stored = server.store(Kind::State, subject, &meta, value.clone(), current.sequence);
    let Outcome::Stored(sequence) = stored.await? else {
        return Ok(None);
    };
    if new.is_sealing {
        // It will be done in any case, by whoever looks next.
        let of_others =
            |_| crate::nats::failure::unknown("the logs behind the value were not sealed");
        self::current(server, subject).await.map_err(of_others)?;
    }
    Ok(Some(sequence))
}

pub(super) async fn get(server: &Server, key: &Key) -> Result<Option<Entry>, StoreError> {
    let current = current(server, &server.subjects.value(key)).await?;
    Ok(current.entry(server.clock.now()))
}

pub(super) async fn put(
    server: &Server,
    key: &Key,
    value: &Bytes,
    expect: Expect,
    ttl: Option<Duration>,
) -> Result<Put, StoreError> {
    let subject = server.subjects.value(key);
    let give_up = server.deadline();
    loop {
        let there = current(server, &subject).await?;
        let now = server.clock.now();
        let entry = there.entry(now);
        if !expect.is_met_by(entry.as_ref()) {
            return Ok(Put::Conflict { current: entry });
        }
        let new = ValueMeta {
            until: ttl.map_or(NEVER, |ttl| deadline(now, ttl)),
            ..ValueMeta::default()
        };
        if let Some(revision) = replace(server, &subject, &there, value, new).await? {
            return Ok(Put::Stored { revision });
        }
        wait_for_others(give_up).await?;
    }
}

pub(super) async fn remove(server: &Server, key: &Key, expect: Expect) -> Result<bool, StoreError> {
    let subject = server.subjects.value(key);
    let give_up = server.deadline();
    loop {
        let there = current(server, &subject).await?;
        let entry = there.entry(server.clock.now());
        if entry.is_none() || !expect.is_met_by(entry.as_ref()) {
            return Ok(false);
        }
        if end(server, &subject, &there).await? {
            return Ok(true);
        }
        wait_for_others(give_up).await?;
    }
}

/// Removes what is there, with what it fences. `false` if somebody was faster.
async fn end(server: &Server, subject: &str, there: &Current) -> Result<bool, StoreError> {
    let new = ValueMeta {
        is_removed: true,
        ..ValueMeta::default()
    };
    let replaced = replace(server, subject, there, &Bytes::new(), new).await?;
    Ok(replaced.is_some())
}

/// Removes a value that has expired, and what is left of one that was removed.
pub(super) async fn forget(server: &Server, subject: &str) -> Result<(), StoreError> {
    let mut there = current(server, subject).await?;
    if there.sequence == 0 || there.entry(server.clock.now()).is_some() {
        return Ok(());
    }
    if !there.meta.logs.is_empty() {
        if !end(server, subject, &there).await? {
            return Ok(());
        }
        there = current(server, subject).await?;
        if there.entry(server.clock.now()).is_some() || !there.meta.logs.is_empty() {
            return Ok(());
        }
    }
    server.purge(Kind::State, subject, there.sequence + 1).await
}

pub(super) async fn extend(
    server: &Server,
    key: &Key,
    revision: u64,
    ttl: Duration,
) -> Result<bool, StoreError> {
    let subject = server.subjects.value(key);
    let give_up = server.deadline();
    loop {
        let there = current(server, &subject).await?;
        let now = server.clock.now();
        if there
            .entry(now)
            .is_none_or(|entry| entry.revision != revision)
        {
            return Ok(false);
        }
        let until = deadline(now, ttl);
        let changed = ValueMeta {
            until,
            ..there.meta.clone()
        };
        if change(server, &subject, &there, changed).await? {
            return Ok(true);
        }
        wait_for_others(give_up).await?;
    }
}

/// Changes something about the value, which stays. `false` if somebody was faster.
async fn change(
    server: &Server,
    subject: &str,
    there: &Current,
    meta: ValueMeta,
) -> Result<bool, StoreError> {
    let meta = ValueMeta {
        revision: Some(there.revision()),
        ..meta
    };
    let meta = to_meta(&meta)?;
    let stored = server.store(
        Kind::State,
        subject,
        &meta,
        there.value.clone(),
        there.sequence,
    );
    Ok(matches!(stored.await?, Outcome::Stored(_)))
}

/// Sees that a fence holds, and that whoever ends it seals this log.
pub(super) async fn hold(
    server: &Server,
    fence: &Fence,
    log_subject: &str,
) -> Result<(), StoreError> {
    let subject = server.subjects.value(&fence.key);
    let give_up = server.deadline();
    loop {
        let there = current(server, &subject).await?;
        let entry = there.entry(server.clock.now());
        if entry.is_none_or(|entry| entry.revision != fence.revision) {
            return Err(StoreError::Fenced);
        }
        if there.meta.logs.iter().any(|log| log == log_subject) {
            return Ok(());
        }
        let mut meta = there.meta.clone();
        meta.logs.push(log_subject.to_owned());
        if change(server, &subject, &there, meta).await? {
            return Ok(());
        }
        wait_for_others(give_up).await?;
    }
}
