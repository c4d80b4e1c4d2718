//! What is there after the end of the process.

use core::time::Duration;
use std::sync::Arc;

use bytes::Bytes;

use super::{
    fences::{fenced, own},
    members::{join, member},
    registry::{ensure_value, put},
};
use crate::{
    conformance::{
        Stop,
        records::{append_of, ensure_gap, fill, head, numbered, read_all, read_behind, texts},
        sinks::{Hints, is_of},
        stop::{Outcome, ensure, ensure_eq},
        trial::Trial,
    },
    store::{Expect, Full, GapReason, IdempotencyKey, Join, Put, SessionStore, StoreError},
};

/// Longer than any case takes.
const LONG: Duration = Duration::from_secs(3_600);

/// S4, A3: each record that was acknowledged, as it was, with its head.
pub(in super::super) async fn records_are_there_after_reopening(trial: &Trial) -> Outcome {
    let (mut store, log, empty) = (trial.fresh_durable().await?, trial.log(), trial.log());
    for round in 1..4 {
        let last = fill(&*store, &log, 10).await?.pop();
        let before = read_all(&*store, &log).await?;
        ensure_eq!(before.len(), round * 10, "the records before");
        store = trial.reopen(store).await?;
        let after = read_all(&*store, &log).await?;
        ensure!(
            after == before,
            "{} of {} records are there, or others",
            after.len(),
            before.len()
        );
        ensure_eq!(head(&*store, &log).await?, last, "the head");
        ensure_eq!(head(&*store, &empty).await?, None, "the head of no log");
    }
    Ok(())
}

/// S4, A1, A2: in the same epoch, with the next offset, behind the last record.
pub(in super::super) async fn the_log_goes_on_after_reopening(trial: &Trial) -> Outcome {
    let (mut store, log) = (trial.fresh_durable().await?, trial.log());
    let mut last = fill(&*store, &log, 3).await?[2];
    for _ in 0..3 {
        store = trial.reopen(store).await?;
        let next = store.append(&log, append_of("next")).await?.position;
        ensure_eq!(next.epoch, last.epoch, "the epoch");
        ensure!(
            next.offset > last.offset,
            "offset {} comes after {}",
            next.offset,
            last.offset
        );
        if store.capabilities().contiguous_offsets {
            ensure_eq!(next.offset, last.offset + 1, "the offset");
        }
        last = next;
    }
    let records = read_all(&*store, &log).await?;
    ensure_eq!(records.len(), 6, "the records");
    Ok(())
}

/// S4, R2: whoever comes back finds what it missed, without a gap.
pub(in super::super) async fn positions_hold_after_reopening(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh_durable().await?, trial.log());
    let positions = fill(&*store, &log, 6).await?;
    let store = trial.reopen(store).await?;
    for (at, position) in positions.iter().enumerate() {
        let records = read_behind(&*store, &log, *position).await?;
        let expected: Vec<_> = (at + 1..6).map(numbered).collect();
        ensure_eq!(texts(&records), expected, "behind record {at}");
    }
    store.append(&log, append_of("next")).await?;
    let records = read_behind(&*store, &log, positions[5]).await?;
    ensure_eq!(texts(&records), ["next"], "behind the last one");
    Ok(())
}

/// S4, T1, H1: also if nothing is left of the log.
pub(in super::super) async fn what_was_trimmed_stays_trimmed_after_reopening(
    trial: &Trial,
) -> Outcome {
    let (mut store, log) = (trial.fresh_durable().await?, trial.log());
    let positions = fill(&*store, &log, 6).await?;
    for through in [2, 5] {
        store.trim(&log, positions[through].offset, None).await?;
        store = trial.reopen(store).await?;
        let found = texts(&read_all(&*store, &log).await?);
        let expected: Vec<_> = (through + 1..6).map(numbered).collect();
        ensure_eq!(found, expected, "what is kept");
        let last = Some(positions[5]);
        ensure_eq!(head(&*store, &log).await?, last, "the head");
        ensure_gap(&*store, &log, positions[0], GapReason::Trimmed, last).await?;
    }
    let next = store.append(&log, append_of("next")).await?.position;
    ensure_eq!(next.epoch, positions[5].epoch, "the epoch");
    let records = read_behind(&*store, &log, positions[5]).await?;
    ensure_eq!(texts(&records), ["next"], "what follows");
    Ok(())
}

/// S4, K1: and what was removed is not.
pub(in super::super) async fn values_are_there_after_reopening(trial: &Trial) -> Outcome {
    let store = trial.fresh_durable().await?;
    let (stays, goes) = (trial.key(), trial.key());
    put(&store, &stays, "older", Expect::Any).await?;
    let entry = put(&store, &stays, "newer", Expect::Any).await?;
    put(&store, &goes, "value", Expect::Any).await?;
    store.remove(&goes, Expect::Any).await?;
    let store = trial.reopen(store).await?;
    ensure_value(&store, &stays, Some(&entry)).await?;
    ensure_value(&store, &goes, None).await
}

/// S4, K3, A5: of a value that is there and of one that was removed, and the fences with them.
pub(in super::super) async fn revisions_grow_over_reopening(trial: &Trial) -> Outcome {
    let mut store = trial.fresh_durable().await?;
    for removed in [false, true] {
        let (log, key) = (trial.log(), trial.key());
        let mut last = own(&store, &key, None).await?;
        for _ in 0..3 {
            if removed {
                store.remove(&key, Expect::Any).await?;
            }
            store = trial.reopen(store).await?;
            if !removed {
                store.append(&log, fenced("current", &last)).await?;
            }
            let next = own(&store, &key, None).await?;
            ensure!(
                next.revision > last.revision,
                "revision {} comes after {}",
                next.revision,
                last.revision
            );
            let refused = store.append(&log, fenced("older", &last)).await;
            ensure!(
                matches!(refused, Err(StoreError::Fenced)),
                "an append behind an old fence gave {refused:?}"
            );
            last = next;
        }
    }
    Ok(())
}

/// S4, K4: neither sooner nor never.
pub(in super::super) async fn times_to_live_end_over_reopening(trial: &Trial) -> Outcome {
    trial.fresh_with_key_expiry().await?;
    trial
        .within_ttl(async |ttl| {
            let (store, key) = (trial.fresh_durable().await?, trial.key());
            let value = Bytes::from_static(b"value");
            let put = store.put(&key, value, Expect::Any, Some(ttl)).await?;
            let Put::Stored { revision } = put else {
                return Err(Stop::failed("a put that expects anything has a conflict"));
            };
            let store = trial.reopen(store).await?;
            let found = store.get(&key).await?.map(|entry| entry.revision);
            ensure_eq!(found, Some(revision), "the revision before its end");
            Ok(())
        })
        .await?;
    let (store, key) = (trial.fresh_durable().await?, trial.key());
    let (value, ttl) = (Bytes::from_static(b"value"), trial.timing().ttl);
    store.put(&key, value, Expect::Any, Some(ttl)).await?;
    let store = trial.reopen(store).await?;
    trial.outlive(ttl).await;
    ensure_value(&store, &key, None).await
}

/// S4, A4: an append that was repeated because its process ended is there once.
pub(in super::super) async fn keys_are_remembered_over_reopening(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh_durable().await?, trial.log());
    let mut append = append_of("once");
    append.key = Some(IdempotencyKey {
        key: Bytes::from_static(b"key"),
        window: LONG,
    });
    let first = store.append(&log, append.clone()).await?;
    let store = trial.reopen(store).await?;
    let again = store.append(&log, append).await?;
    ensure!(again.duplicate, "it was appended again");
    ensure_eq!(again.position, first.position, "its position");
    ensure_eq!(read_all(&*store, &log).await?.len(), 1, "the records");
    Ok(())
}

/// S4, M2, M3: all, some or none; in their order, counted by the limit, and able to join again.
pub(in super::super) async fn a_set_is_in_order_after_reopening(trial: &Trial) -> Outcome {
    let (store, set) = (trial.fresh_durable().await?, trial.set());
    let limited = Join::new(LONG).with_limit(3, Full::Refuse);
    for id in ["c", "a", "b", "c"] {
        join(&store, &set, id, limited).await?;
    }
    let store = trial.reopen(store).await?;
    let members = store.members(&set, 10).await?;
    let mut order = ["c", "a", "b"].into_iter();
    for there in &members.first {
        ensure!(
            order.any(|id| member(id) == *there),
            "a member came from nowhere, or has moved"
        );
    }
    let count = members.first.len();
    ensure_eq!(members.count, count as u64, "their number");
    for number in 0..4 {
        let joined = join(&store, &set, &format!("new {number}"), limited).await?;
        ensure_eq!(
            joined.is_some(),
            number + count < 3,
            "whether there is room"
        );
    }
    ensure_eq!(store.members(&set, 10).await?.count, 3, "the limit");
    Ok(())
}

/// S4, W1: nothing is told that could be lost, even if its append was not acknowledged yet.
pub(in super::super) async fn what_was_told_is_there_after_reopening(trial: &Trial) -> Outcome {
    let (mut store, log) = (trial.fresh_durable().await?, trial.log());
    for round in 1..10 {
        let mut hints = Hints::of(&*store);
        hints.watch(trial, &log).await?;
        let append = tokio::spawn({
            let (store, log) = (Arc::clone(&store), log.clone());
            async move { store.append(&log, append_of("told")).await.map(drop) }
        });
        while !is_of(&hints.next(trial, "a hint").await?, &log) {}
        append.abort();
        // Over now, done or not, so that nobody else has the store.
        let _ = append.await;
        drop(hints);
        store = trial.reopen(store).await?;
        let records = read_all(&*store, &log).await?.len();
        ensure_eq!(records, round, "the records that were told");
    }
    Ok(())
}
