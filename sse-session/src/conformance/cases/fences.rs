//! Who may still do what.

use core::time::Duration;
use std::sync::Arc;

use bytes::Bytes;

use crate::{
    conformance::{
        Stop,
        records::{append_of, head, read_all, texts},
        stop::{Outcome, ensure, ensure_eq},
        trial::Trial,
    },
    store::{Append, Expect, Fence, IdempotencyKey, Key, LogName, Put, SessionStore, StoreError},
};

/// Puts a value, and gives the fence of its owner.
pub(super) async fn own(
    store: &Arc<dyn SessionStore>,
    key: &Key,
    ttl: Option<Duration>,
) -> Result<Fence, Stop> {
    let owner = Bytes::from_static(b"owner");
    match store.put(key, owner, Expect::Any, ttl).await? {
        Put::Stored { revision } => Ok(Fence {
            key: key.clone(),
            revision,
        }),
        Put::Conflict { .. } => Err(Stop::failed("a put that expects anything has a conflict")),
    }
}

/// An append behind this fence.
pub(super) fn fenced(payload: impl AsRef<[u8]>, fence: &Fence) -> Append {
    let mut append = append_of(payload);
    append.fence = Some(fence.clone());
    append
}

/// Whoever has this fence appends nothing, not even a log.
async fn ensure_fenced(
    trial: &Trial,
    store: &Arc<dyn SessionStore>,
    log: &LogName,
    fence: &Fence,
) -> Outcome {
    for log in [log, &trial.log()] {
        let before = head(&**store, log).await?;
        let refused = store.append(log, fenced("fenced", fence)).await;
        ensure!(
            matches!(refused, Err(StoreError::Fenced)),
            "an append behind an old fence gave {refused:?}"
        );
        ensure_eq!(head(&**store, log).await?, before, "the head");
    }
    let found = texts(&read_all(&**store, log).await?);
    ensure!(!found.contains(&"fenced".to_owned()), "it is in the log");
    Ok(())
}

/// A5: with the current revision, also after its time to live was extended.
pub(in super::super) async fn the_current_owner_appends(trial: &Trial) -> Outcome {
    let (store, log, key) = (trial.fresh().await?, trial.log(), trial.key());
    let fence = own(&store, &key, None).await?;
    store.append(&log, fenced("one", &fence)).await?;
    let long = Duration::from_secs(3_600);
    ensure!(
        store.extend(&key, fence.revision, long).await?,
        "the current value was not extended"
    );
    store.append(&log, fenced("two", &fence)).await?;
    let found = texts(&read_all(&*store, &log).await?);
    ensure_eq!(found, ["one", "two"], "the log");
    Ok(())
}

/// A5: whoever has put a newer value has fenced off the older one.
pub(in super::super) async fn an_older_owner_appends_nothing(trial: &Trial) -> Outcome {
    let (store, log, key) = (trial.fresh().await?, trial.log(), trial.key());
    let older = own(&store, &key, None).await?;
    store.append(&log, fenced("older", &older)).await?;
    let newer = own(&store, &key, None).await?;
    ensure_fenced(trial, &store, &log, &older).await?;
    store.append(&log, fenced("newer", &newer)).await?;
    ensure_fenced(trial, &store, &log, &older).await?;
    // Of another key it says nothing.
    let elsewhere = Fence {
        key: trial.key(),
        revision: newer.revision,
    };
    ensure_fenced(trial, &store, &log, &elsewhere).await
}

/// A5: nor is there an owner of a key that was never put.
pub(in super::super) async fn nobody_owns_what_was_never_put(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    for revision in [0, 1, u64::MAX] {
        let key = trial.key();
        ensure_fenced(trial, &store, &log, &Fence { key, revision }).await?;
    }
    Ok(())
}

/// A5: nor of one that was removed.
pub(in super::super) async fn nobody_owns_what_was_removed(trial: &Trial) -> Outcome {
    let (store, log, key) = (trial.fresh().await?, trial.log(), trial.key());
    let fence = own(&store, &key, None).await?;
    let expect = Expect::Revision(fence.revision);
    ensure!(store.remove(&key, expect).await?, "it was not removed");
    ensure_fenced(trial, &store, &log, &fence).await
}

/// A5, K3: a fence does not hold again because somebody put the key anew after it was removed.
pub(in super::super) async fn whoever_owned_it_before_its_removal_does_not_own_it_again(
    trial: &Trial,
) -> Outcome {
    let (store, log, key) = (trial.fresh().await?, trial.log(), trial.key());
    let mut older = Vec::new();
    for _ in 0..5 {
        older.push(own(&store, &key, None).await?);
        store.remove(&key, Expect::Any).await?;
    }
    let newer = own(&store, &key, None).await?;
    for fence in &older {
        ensure_fenced(trial, &store, &log, fence).await?;
    }
    store.append(&log, fenced("newer", &newer)).await?;
    Ok(())
}

/// A5, K4: nor does one whose value has expired.
pub(in super::super) async fn nobody_owns_what_has_expired(trial: &Trial) -> Outcome {
    let store = trial.fresh_with_key_expiry().await?;
    let (log, key, ttl) = (trial.log(), trial.key(), trial.timing().ttl);
    let fence = own(&store, &key, Some(ttl)).await?;
    trial.outlive(ttl).await;
    ensure_fenced(trial, &store, &log, &fence).await?;
    own(&store, &key, None).await?;
    ensure_fenced(trial, &store, &log, &fence).await
}

/// A8: whoever is fenced off is told that and nothing else, also of what it has appended itself; its successor is told that it
/// was done.
pub(in super::super) async fn a_repetition_behind_an_old_fence_is_fenced(trial: &Trial) -> Outcome {
    let (store, log, key) = (trial.fresh().await?, trial.log(), trial.key());
    let older = own(&store, &key, None).await?;
    let repeated = |fence: &Fence| {
        let mut append = fenced("once", fence);
        append.key = Some(IdempotencyKey {
            key: Bytes::from_static(b"key"),
            window: Duration::from_secs(3_600),
        });
        append
    };
    let first = store.append(&log, repeated(&older)).await?;
    let newer = own(&store, &key, None).await?;
    let refused = store.append(&log, repeated(&older)).await;
    ensure!(
        matches!(refused, Err(StoreError::Fenced)),
        "a repetition behind an old fence gave {refused:?}"
    );
    let again = store.append(&log, repeated(&newer)).await?;
    ensure!(again.duplicate, "the successor has done it once more");
    ensure_eq!(again.position, first.position, "its position");
    ensure_eq!(read_all(&*store, &log).await?.len(), 1, "the records");
    Ok(())
}

/// T2: whoever is fenced off removes nothing; the owner does.
pub(in super::super) async fn an_older_owner_trims_nothing(trial: &Trial) -> Outcome {
    let (store, log, key) = (trial.fresh().await?, trial.log(), trial.key());
    let older = own(&store, &key, None).await?;
    let newer = own(&store, &key, None).await?;
    store.append(&log, append_of("one")).await?;
    let last = store.append(&log, append_of("two")).await?.position;
    let refused = store.trim(&log, last.offset, Some(older)).await;
    ensure!(
        matches!(refused, Err(StoreError::Fenced)),
        "trimming behind an old fence gave {refused:?}"
    );
    ensure_eq!(read_all(&*store, &log).await?.len(), 2, "the records");
    store.trim(&log, last.offset, Some(newer)).await?;
    ensure!(read_all(&*store, &log).await?.is_empty(), "not trimmed");
    Ok(())
}
