//! The largest, the longest and nothing at all.

use core::time::Duration;

use bytes::Bytes;

use super::members::{ensure_members, join, member};
use crate::{
    conformance::{
        Stop,
        records::{append_of, head, read_all, texts},
        stop::{Outcome, ensure, ensure_eq},
        trial::Trial,
    },
    store::{
        Append, Expect, Full, IdempotencyKey, Join, Joined, Key, LogName, Member, Put, SetName,
        StoreError, check,
    },
};

/// As long as a name may be, and shorter by the prefix of a tenant.
const LONGEST_NAME: usize = check::MAX_NAME_BYTES - 33;

fn keyed(key: Bytes, window: Duration) -> Append {
    let mut append = append_of("x");
    append.key = Some(IdempotencyKey { key, window });
    append
}

fn of_bytes(id: usize, note: usize) -> Member {
    let [id, note] = [id, note].map(|length| Bytes::from(vec![7; length]));
    Member { id, note }
}

/// Whether it was refused by this bound.
fn ensure_too_large<T: core::fmt::Debug>(
    what: &str,
    given: &Result<T, StoreError>,
    most: usize,
) -> Outcome {
    let refused = matches!(given, Err(StoreError::TooLarge { max_bytes }) if *max_bytes == most);
    ensure!(refused, "{what} of more than {most} bytes gave {given:?}");
    Ok(())
}

/// S5: names that are as long as they may be, and differ in their last byte.
pub(in super::super) async fn the_longest_names_are_names_apart(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    let names = ["a", "b"].map(|last| "x".repeat(LONGEST_NAME - "case/".len() - 1) + last);
    for name in &names {
        let log = LogName::of_kind("case", name);
        ensure_eq!(log.as_str().len(), LONGEST_NAME, "the length of the name");
        store.append(&log, append_of(name)).await?;
        let (key, value) = (Key::new("case", name), Bytes::from(name.clone()));
        store.put(&key, value, Expect::Absent, None).await?;
        let long = Join::new(Duration::from_secs(3_600));
        join(&store, &SetName::new("case", name), "a", long).await?;
    }
    for name in &names {
        let records = read_all(&*store, &LogName::of_kind("case", name)).await?;
        ensure_eq!(texts(&records), core::slice::from_ref(name), "the records");
        let entry = store.get(&Key::new("case", name)).await?;
        let value = entry.map(|entry| entry.value);
        ensure_eq!(value, Some(Bytes::from(name.clone())), "the value");
        let members = store.members(&SetName::new("case", name), 9).await?;
        ensure_eq!(members.count, 1, "the members");
    }
    Ok(())
}

/// S5: what is as large as it may be is kept; what is larger is refused, and all is as it was.
pub(in super::super) async fn a_value_may_be_as_large_as_was_said(trial: &Trial) -> Outcome {
    let (store, key) = (trial.fresh().await?, trial.key());
    let most = check::MAX_VALUE_BYTES;
    let largest: Bytes = (0..most).map(|at| (at % 251) as u8).collect();
    store.put(&key, largest.clone(), Expect::Any, None).await?;
    let entry = store.get(&key).await?;
    let there = entry.as_ref().map(|entry| &entry.value);
    ensure!(there == Some(&largest), "it is another value now");
    for key in [&key, &trial.key()] {
        let before = store.get(key).await?;
        let larger = Bytes::from(vec![7; most + 1]);
        let put = store.put(key, larger, Expect::Any, None).await;
        ensure_too_large("a value", &put, most)?;
        ensure!(store.get(key).await? == before, "it was put all the same");
    }
    Ok(())
}

/// S5: nor does anybody go for a member that is too large.
pub(in super::super) async fn a_member_may_be_as_large_as_was_said(trial: &Trial) -> Outcome {
    let (store, set) = (trial.fresh().await?, trial.set());
    let (id, note) = (check::MAX_ID_BYTES, check::MAX_NOTE_BYTES);
    let long = Join::new(Duration::from_secs(3_600)).with_limit(1, Full::EvictOldest);
    store.join(&set, of_bytes(id, note), long).await?;
    for (larger, most) in [(of_bytes(id + 1, note), id), (of_bytes(id, note + 1), note)] {
        let joined = store.join(&set, larger, long).await;
        ensure_too_large("a member", &joined, most)?;
        let members = store.members(&set, 5).await?;
        ensure!(members.first == [of_bytes(id, note)], "the members differ");
    }
    ensure!(store.leave(&set, &of_bytes(id, note)).await?, "it is stuck");
    Ok(())
}

/// S5: and an announcement is bounded as a record is.
pub(in super::super) async fn keys_and_announcements_are_bounded(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let most = store.capabilities().max_payload_bytes;
    let least = check::MIN_PAYLOAD_BYTES;
    ensure!(most >= least, "payloads of {least} bytes are not taken");
    let window = Duration::from_secs(3_600);
    let first = store.append(&log, append_of("first")).await?.position;
    let long = Bytes::from(vec![7; check::MAX_KEY_BYTES + 1]);
    let refused = store.append(&log, keyed(long, window)).await;
    ensure_too_large("a key", &refused, check::MAX_KEY_BYTES)?;
    let refused = store.append(&log, keyed(Bytes::new(), window)).await;
    ensure!(
        matches!(refused, Err(StoreError::Configuration { .. })),
        "a key of no bytes gave {refused:?}"
    );
    ensure_eq!(head(&*store, &log).await?, Some(first), "the head");
    if most > 32 << 20 {
        let why = format!("payloads may have {most} bytes");
        return Err(Stop::skipped(why));
    }
    let announced = store.announce(&log, vec![7; most + 1].into()).await;
    ensure_too_large("an announcement", &announced, most)
}

/// S6, K4, K5: it is put and extended, and over.
pub(in super::super) async fn a_value_with_no_time_to_live_is_over(trial: &Trial) -> Outcome {
    let store = trial.fresh_with_key_expiry().await?;
    for is_extended in [false, true] {
        let key = trial.key();
        let ttl = (!is_extended).then_some(Duration::ZERO);
        let value = Bytes::from_static(b"value");
        let put = store.put(&key, value, Expect::Any, ttl).await?;
        let Put::Stored { revision } = put else {
            return Err(Stop::failed("a put that expects anything has a conflict"));
        };
        if is_extended {
            let is_current = store.extend(&key, revision, Duration::ZERO).await?;
            ensure!(is_current, "the current value was not extended");
        }
        trial.outlive(Duration::ZERO).await;
        ensure!(store.get(&key).await?.is_none(), "it is there still");
    }
    Ok(())
}

/// S6, A4, M1: so are a membership and the memory of a key.
pub(in super::super) async fn a_time_of_nothing_is_over_as_soon_as_time_goes_on(
    trial: &Trial,
) -> Outcome {
    let (store, log, set) = (trial.fresh().await?, trial.log(), trial.set());
    for before in [None, Some(Duration::from_secs(3_600))] {
        if let Some(before) = before {
            join(&store, &set, "a", Join::new(before)).await?;
        }
        let joined = join(&store, &set, "a", Join::new(Duration::ZERO)).await?;
        ensure!(joined.is_some(), "it was refused");
        trial.outlive(Duration::ZERO).await;
        ensure_members(&store, &set, &[]).await?;
    }
    let mut last = 0;
    for _ in 0..3 {
        let append = keyed(Bytes::from_static(b"key"), Duration::ZERO);
        let appended = store.append(&log, append).await?;
        ensure!(!appended.duplicate, "its window was nothing");
        ensure!(appended.position.offset > last, "its offset is not new");
        last = appended.position.offset;
        trial.outlive(Duration::ZERO).await;
    }
    Ok(())
}

/// S6, A4, A6, K4, M1: it is not over at once for being more than a clock can count.
pub(in super::super) async fn a_time_that_is_too_long_to_count_goes_on(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    for time in [Duration::MAX, Duration::from_secs(u64::MAX / 1_000)] {
        let (log, key, set) = (trial.log(), trial.key(), trial.set());
        let mut append = keyed(Bytes::from_static(b"key"), time);
        append.retention = append.retention.with_max_age(time);
        store.append(&log, append.clone()).await?;
        let value = Bytes::from_static(b"value");
        let put = store.put(&key, value, Expect::Any, Some(time)).await?;
        if let Put::Stored { revision } = put {
            let is_current = store.extend(&key, revision, time).await?;
            ensure!(is_current, "the current value was not extended");
        }
        let joined = store.join(&set, member("a"), Join::new(time)).await?;
        ensure!(joined != Joined::Refused, "it was refused");
        trial.outlive(trial.timing().ttl).await;
        ensure!(store.get(&key).await?.is_some(), "the value is gone");
        ensure_members(&store, &set, &["a"]).await?;
        let again = store.append(&log, append).await?;
        ensure!(again.duplicate, "the key is forgotten");
        ensure_eq!(read_all(&*store, &log).await?.len(), 1, "the records");
    }
    Ok(())
}
