//! Values that expire.

use core::time::Duration;
use std::sync::Arc;

use bytes::Bytes;
use tokio::time::Instant;

use crate::{
    conformance::{
        Stop,
        stop::{Outcome, ensure},
        trial::Trial,
    },
    store::{Expect, Key, Put, SessionStore},
};

/// Puts a value for so long, and gives its revision.
async fn put(store: &Arc<dyn SessionStore>, key: &Key, ttl: Option<Duration>) -> Result<u64, Stop> {
    let value = Bytes::from_static(b"value");
    match store.put(key, value, Expect::Any, ttl).await? {
        Put::Stored { revision } => Ok(revision),
        Put::Conflict { .. } => Err(Stop::failed("a put that expects anything has a conflict")),
    }
}

/// The value of this revision is there, or it is gone.
async fn ensure_there(
    store: &Arc<dyn SessionStore>,
    key: &Key,
    revision: Option<u64>,
    when: &str,
) -> Outcome {
    let found = store.get(key).await?.map(|entry| entry.revision);
    ensure!(
        found == revision,
        "{when}, revision {found:?} is there, not {revision:?}"
    );
    Ok(())
}

/// K4: not less, and no longer.
pub(in super::super) async fn a_value_lives_as_long_as_was_said(trial: &Trial) -> Outcome {
    let store = trial.fresh_with_key_expiry().await?;
    let slack = trial.timing().slack;
    trial
        .within_ttl(async |ttl| {
            let key = trial.key();
            let revision = put(&store, &key, Some(ttl)).await?;
            ensure_there(&store, &key, Some(revision), "at once").await?;
            trial.advance(ttl.saturating_sub(slack * 4)).await;
            ensure_there(&store, &key, Some(revision), "before its end").await
        })
        .await?;
    let (key, ttl) = (trial.key(), trial.timing().ttl);
    put(&store, &key, Some(ttl)).await?;
    trial.outlive(ttl).await;
    ensure_there(&store, &key, None, "after its end").await
}

/// K4: it stays.
pub(in super::super) async fn a_value_without_a_time_to_live_stays(trial: &Trial) -> Outcome {
    let store = trial.fresh_with_key_expiry().await?;
    let key = trial.key();
    let revision = put(&store, &key, None).await?;
    trial.outlive(trial.timing().ttl * 3).await;
    ensure_there(&store, &key, Some(revision), "later").await
}

/// K4: a value that is put anew has the new time to live, or none.
pub(in super::super) async fn the_last_time_to_live_counts(trial: &Trial) -> Outcome {
    let store = trial.fresh_with_key_expiry().await?;
    let ttl = trial.timing().ttl;
    let (stays, goes) = (trial.key(), trial.key());
    put(&store, &stays, Some(ttl)).await?;
    let staying = put(&store, &stays, None).await?;
    put(&store, &goes, None).await?;
    put(&store, &goes, Some(ttl)).await?;
    trial.outlive(ttl).await;
    ensure_there(&store, &stays, Some(staying), "without a time to live").await?;
    ensure_there(&store, &goes, None, "with one").await
}

/// K5: from the extension on, with the same revision.
pub(in super::super) async fn an_extended_value_lives_longer(trial: &Trial) -> Outcome {
    let store = trial.fresh_with_key_expiry().await?;
    // It is given a quarter, extended to the whole, and looked at after one half.
    trial
        .within_ttl(async |ttl| {
            let key = trial.key();
            let begun = Instant::now();
            let revision = put(&store, &key, Some(ttl / 4)).await?;
            let extended = store.extend(&key, revision, ttl).await?;
            ensure!(
                extended || begun.elapsed() >= ttl / 4,
                "the current value was not extended"
            );
            trial.advance(ttl / 2).await;
            let expected = extended.then_some(revision);
            ensure_there(&store, &key, expected, "extended").await
        })
        .await
}

/// K5: the last extension counts, also if it ends sooner than what was said before.
pub(in super::super) async fn an_extended_value_may_live_shorter(trial: &Trial) -> Outcome {
    let store = trial.fresh_with_key_expiry().await?;
    let ttl = trial.timing().ttl;
    for first in [None, Some(ttl * 100)] {
        let key = trial.key();
        let revision = put(&store, &key, first).await?;
        ensure!(store.extend(&key, revision, ttl).await?, "not extended");
        trial.outlive(ttl).await;
        ensure_there(&store, &key, None, "after its extension").await?;
    }
    Ok(())
}

/// K5: no other one, and an extension that failed changes nothing.
pub(in super::super) async fn only_the_current_value_is_extended(trial: &Trial) -> Outcome {
    let store = trial.fresh_with_key_expiry().await?;
    let (key, ttl) = (trial.key(), trial.timing().ttl);
    let never = store.extend(&key, 1, ttl).await?;
    ensure!(!never, "what was never put was extended");
    let older = put(&store, &key, None).await?;
    let newer = put(&store, &key, None).await?;
    for revision in [older, newer + 1, 0, u64::MAX] {
        let extended = store.extend(&key, revision, ttl).await?;
        ensure!(!extended, "revision {revision} was extended, not {newer}");
    }
    trial.outlive(ttl).await;
    ensure_there(&store, &key, Some(newer), "not extended").await?;
    store.remove(&key, Expect::Any).await?;
    let removed = store.extend(&key, newer, ttl).await?;
    ensure!(!removed, "what was removed was extended");
    ensure_there(&store, &key, None, "removed").await
}

/// K1, K4, K5: nobody extends, removes or expects it.
pub(in super::super) async fn an_expired_value_is_as_if_never_put(trial: &Trial) -> Outcome {
    let store = trial.fresh_with_key_expiry().await?;
    let ttl = trial.timing().ttl;
    let keys = [trial.key(), trial.key(), trial.key(), trial.key()];
    let mut revisions = Vec::new();
    for key in &keys {
        revisions.push(put(&store, key, Some(ttl)).await?);
    }
    trial.outlive(ttl).await;
    let extended = store.extend(&keys[0], revisions[0], ttl * 10).await?;
    ensure!(!extended, "it was extended");
    ensure_there(&store, &keys[0], None, "extended too late").await?;
    let expect = Expect::Revision(revisions[1]);
    let removed = store.remove(&keys[1], expect).await?;
    ensure!(!removed, "it was removed");
    let expect = Expect::Revision(revisions[2]);
    let put = store.put(&keys[2], Bytes::new(), expect, None).await?;
    ensure!(
        put == Put::Conflict { current: None },
        "expecting it gave {put:?}"
    );
    let absent = store.put(&keys[3], Bytes::new(), Expect::Absent, None);
    let absent = absent.await?;
    ensure!(
        matches!(absent, Put::Stored { .. }),
        "expecting nothing gave {absent:?}"
    );
    Ok(())
}

/// K3: a new one is greater than the one that has expired.
pub(in super::super) async fn revisions_grow_over_expiry(trial: &Trial) -> Outcome {
    let store = trial.fresh_with_key_expiry().await?;
    let (key, ttl) = (trial.key(), trial.timing().ttl);
    let mut last = None;
    for _ in 0..3 {
        let revision = put(&store, &key, Some(ttl)).await?;
        ensure!(
            Some(revision) > last,
            "revision {revision} comes after {last:?}"
        );
        last = Some(revision);
        trial.outlive(ttl).await;
    }
    Ok(())
}
