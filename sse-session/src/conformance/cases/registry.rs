//! Values that are compared and set.

use std::sync::Arc;

use bytes::Bytes;

use crate::{
    conformance::{
        Stop,
        stop::{Outcome, ensure, ensure_eq},
        trial::Trial,
    },
    store::{Entry, Expect, Key, Put, SessionStore},
};

/// Puts a value, which has to succeed.
pub(super) async fn put(
    store: &Arc<dyn SessionStore>,
    key: &Key,
    value: &str,
    expect: Expect,
) -> Result<Entry, Stop> {
    let value = Bytes::copy_from_slice(value.as_bytes());
    match store.put(key, value.clone(), expect, None).await? {
        Put::Stored { revision } => Ok(Entry { value, revision }),
        Put::Conflict { .. } => Err(Stop::failed(format_args!("a conflict with {expect:?}"))),
    }
}

/// Puts a value, which must not succeed, and changes nothing.
async fn ensure_conflict(
    store: &Arc<dyn SessionStore>,
    key: &Key,
    expect: Expect,
    current: Option<&Entry>,
) -> Outcome {
    let value = Bytes::from_static(b"conflict");
    match store.put(key, value, expect, None).await? {
        Put::Conflict { current: found } => {
            ensure!(
                found.as_ref() == current,
                "the conflict with {expect:?} is with {found:?}, not with {current:?}"
            );
        }
        Put::Stored { .. } => {
            return Err(Stop::failed(format_args!("no conflict with {expect:?}")));
        }
    }
    ensure_value(store, key, current).await
}

/// What is there.
pub(super) async fn ensure_value(
    store: &Arc<dyn SessionStore>,
    key: &Key,
    expected: Option<&Entry>,
) -> Outcome {
    let found = store.get(key).await?;
    ensure!(
        found.as_ref() == expected,
        "the value is {found:?}, not {expected:?}"
    );
    Ok(())
}

/// K1: the last one put, with the revision that putting it gave.
pub(in super::super) async fn the_last_value_put_is_there(trial: &Trial) -> Outcome {
    let (store, key, other) = (trial.fresh().await?, trial.key(), trial.key());
    ensure_value(&store, &key, None).await?;
    for value in ["one", "two", "two", "", "three"] {
        let entry = put(&store, &key, value, Expect::Any).await?;
        ensure_value(&store, &key, Some(&entry)).await?;
        ensure_value(&store, &other, None).await?;
    }
    Ok(())
}

/// K2: whoever expects nothing succeeds once.
pub(in super::super) async fn absence_is_expected_once(trial: &Trial) -> Outcome {
    let (store, key) = (trial.fresh().await?, trial.key());
    let entry = put(&store, &key, "first", Expect::Absent).await?;
    for _ in 0..3 {
        ensure_conflict(&store, &key, Expect::Absent, Some(&entry)).await?;
    }
    store.remove(&key, Expect::Any).await?;
    put(&store, &key, "second", Expect::Absent).await?;
    Ok(())
}

/// K2: whoever expects a revision succeeds once.
pub(in super::super) async fn a_revision_is_expected_once(trial: &Trial) -> Outcome {
    let (store, key) = (trial.fresh().await?, trial.key());
    let first = put(&store, &key, "first", Expect::Absent).await?;
    let expect = Expect::Revision(first.revision);
    let second = put(&store, &key, "second", expect).await?;
    for _ in 0..3 {
        ensure_conflict(&store, &key, expect, Some(&second)).await?;
    }
    Ok(())
}

/// K1, K2: whoever expects something else changes nothing, and is told what there is.
pub(in super::super) async fn a_conflict_changes_nothing(trial: &Trial) -> Outcome {
    let (store, key) = (trial.fresh().await?, trial.key());
    for revision in [0, 1, u64::MAX] {
        ensure_conflict(&store, &key, Expect::Revision(revision), None).await?;
    }
    let entry = put(&store, &key, "value", Expect::Absent).await?;
    for revision in [0, entry.revision - 1, entry.revision + 1, u64::MAX] {
        let expect = Expect::Revision(revision);
        ensure_conflict(&store, &key, expect, Some(&entry)).await?;
    }
    Ok(())
}

/// K1: once.
pub(in super::super) async fn what_was_removed_is_gone(trial: &Trial) -> Outcome {
    let (store, key) = (trial.fresh().await?, trial.key());
    ensure!(
        !store.remove(&key, Expect::Any).await?,
        "nothing was removed"
    );
    let entry = put(&store, &key, "value", Expect::Any).await?;
    let expect = Expect::Revision(entry.revision);
    ensure!(store.remove(&key, expect).await?, "it was not removed");
    ensure_value(&store, &key, None).await?;
    ensure!(!store.remove(&key, expect).await?, "it was removed twice");
    ensure_conflict(&store, &key, expect, None).await?;
    put(&store, &key, "value", Expect::Any).await?;
    ensure!(store.remove(&key, Expect::Any).await?, "it was not removed");
    ensure_value(&store, &key, None).await
}

/// K1, K2: nothing else is.
pub(in super::super) async fn only_what_is_expected_is_removed(trial: &Trial) -> Outcome {
    let (store, key) = (trial.fresh().await?, trial.key());
    let older = put(&store, &key, "older", Expect::Any).await?;
    let newer = put(&store, &key, "newer", Expect::Any).await?;
    for expect in [
        Expect::Revision(older.revision),
        Expect::Revision(newer.revision + 1),
        Expect::Absent,
    ] {
        let removed = store.remove(&key, expect).await?;
        ensure!(!removed, "it was removed with {expect:?}");
        ensure_value(&store, &key, Some(&newer)).await?;
    }
    Ok(())
}

/// K3: each one is greater than all before it, whatever happened between.
pub(in super::super) async fn revisions_grow_over_removal(trial: &Trial) -> Outcome {
    let (store, key) = (trial.fresh().await?, trial.key());
    let mut last = None;
    for round in 0..12 {
        let entry = put(&store, &key, "value", Expect::Any).await?;
        ensure!(
            Some(entry.revision) > last,
            "revision {} comes after {last:?}",
            entry.revision
        );
        last = Some(entry.revision);
        if round % 3 > 0 {
            store.remove(&key, Expect::Any).await?;
        }
    }
    Ok(())
}

/// K1: values are bytes, up to 64 KiB; nothing is a value too.
pub(in super::super) async fn values_may_have_all_bytes_and_none(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    let values: [Bytes; 4] = [
        Bytes::new(),
        (0..=u8::MAX).collect(),
        Bytes::from_static(b"\0"),
        (0..65_536).map(|at| (at % 251) as u8).collect(),
    ];
    for value in values {
        let key = trial.key();
        store.put(&key, value.clone(), Expect::Any, None).await?;
        let found = store.get(&key).await?.map(|entry| entry.value);
        ensure!(
            found.as_ref() == Some(&value),
            "a value of {} bytes is another one now",
            value.len()
        );
        ensure_eq!(
            matches!(
                store.put(&key, value, Expect::Absent, None).await?,
                Put::Conflict { current: Some(_) }
            ),
            true,
            "whether it is there"
        );
    }
    Ok(())
}
