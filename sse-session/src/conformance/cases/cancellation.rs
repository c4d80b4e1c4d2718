//! Operations whose futures are dropped: after no poll, after one, and so on until one is done.

use core::{future::poll_fn, pin::Pin, task::Poll, time::Duration};

use bytes::Bytes;

use super::{
    fences::{fenced, own},
    members::{ensure_members, join, member},
    registry::{ensure_value, put},
};
use crate::{
    conformance::{
        Stop,
        records::{append_of, fill, head, numbered, read_all, texts},
        stop::{Outcome, ensure, ensure_eq},
        trial::Trial,
    },
    store::{Expect, Full, IdempotencyKey, Join, LogName, ReadFrom, ReadLimit, SessionStore},
};

/// No operation needs more polls than this.
const MOST_POLLS: usize = 64;

/// Longer than any case takes.
const LONG: Duration = Duration::from_secs(3_600);

/// Polls so often and no more, and drops; gives what came of it if it was done by then.
async fn polled<T>(
    mut future: impl Future<Output = Result<T, crate::store::StoreError>> + Unpin,
    mut polls: usize,
) -> Result<Option<T>, Stop> {
    let done = poll_fn(|context| {
        while polls > 0 {
            polls -= 1;
            match Pin::new(&mut future).poll(context) {
                Poll::Ready(done) => return Poll::Ready(Some(done)),
                Poll::Pending if polls > 0 => return Poll::Pending,
                Poll::Pending => {}
            }
        }
        Poll::Ready(None)
    });
    let done = done.await;
    drop(future);
    Ok(done.transpose()?)
}

/// Repeats an attempt with one poll more until it was done by then.
async fn with_more_polls(
    trial: &Trial,
    attempt: impl AsyncFn(usize) -> Result<bool, Stop>,
) -> Outcome {
    for polls in 0..MOST_POLLS {
        if attempt(polls).await? {
            ensure!(polls > 0, "it was done without a poll");
            return Ok(());
        }
        // What goes on in the background is over before the next one.
        trial.advance(trial.timing().slack).await;
    }
    Err(Stop::failed(format_args!(
        "it is not done after {MOST_POLLS} polls"
    )))
}

/// The log is whole: a chain of what was there before and at most one more, with the right head, to which
/// can be appended.
async fn ensure_whole(
    store: &dyn SessionStore,
    log: &LogName,
    before: usize,
    done: bool,
) -> Outcome {
    for appended in 0..2 {
        let records = read_all(store, log).await?;
        let dropped = texts(&records)
            .iter()
            .filter(|text| *text == "dropped")
            .count();
        ensure!(
            dropped == 1 || (dropped == 0 && !done),
            "it was appended {dropped} times, done: {done}"
        );
        let expected = before + dropped + appended;
        ensure_eq!(records.len(), expected, "the records");
        let last = records.last().map(|record| record.position);
        ensure_eq!(head(store, log).await?, last, "the head");
        store.append(log, append_of("after")).await?;
    }
    Ok(())
}

/// S1: the record is there with all that belongs to it, or there is nothing of it.
pub(in super::super) async fn a_dropped_append_is_done_or_not(trial: &Trial) -> Outcome {
    let (store, key) = (trial.fresh().await?, trial.key());
    let fence = own(&store, &key, None).await?;
    with_more_polls(trial, async |polls| {
        let log = trial.log();
        fill(&*store, &log, 3).await?;
        let append = fenced("dropped", &fence);
        let done = polled(store.append(&log, append), polls).await?.is_some();
        trial.advance(trial.timing().slack).await;
        ensure_whole(&*store, &log, 3, done).await?;
        Ok(done)
    })
    .await?;
    // The first record of a log, which makes it.
    with_more_polls(trial, async |polls| {
        let log = trial.log();
        let append = append_of("dropped");
        let done = polled(store.append(&log, append), polls).await?.is_some();
        trial.advance(trial.timing().slack).await;
        ensure_whole(&*store, &log, 0, done).await?;
        Ok(done)
    })
    .await
}

/// S1, A4: then it is there once.
pub(in super::super) async fn a_dropped_append_may_be_repeated_with_its_key(
    trial: &Trial,
) -> Outcome {
    let store = trial.fresh().await?;
    with_more_polls(trial, async |polls| {
        let log = trial.log();
        fill(&*store, &log, 2).await?;
        let mut append = append_of("dropped");
        append.key = Some(IdempotencyKey {
            key: Bytes::from_static(b"key"),
            window: LONG,
        });
        let first = store.append(&log, append.clone());
        let done = polled(first, polls).await?.is_some();
        let again = store.append(&log, append.clone()).await?;
        ensure!(again.duplicate || !done, "it was appended again");
        ensure_whole(&*store, &log, 2, true).await?;
        let records = read_all(&*store, &log).await?;
        let there = records.iter().find(|it| it.position == again.position);
        let payload = there.map(|record| record.payload.clone());
        ensure_eq!(payload, Some(append.payload), "what stands at its position");
        Ok(done)
    })
    .await
}

/// S1, T1: all of it went or nothing did.
pub(in super::super) async fn a_dropped_trim_is_done_or_not(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    with_more_polls(trial, async |polls| {
        let log = trial.log();
        let positions = fill(&*store, &log, 6).await?;
        let trim = store.trim(&log, positions[3].offset, None);
        let done = polled(trim, polls).await?.is_some();
        trial.advance(trial.timing().slack).await;
        let kept = texts(&read_all(&*store, &log).await?);
        let trimmed = kept == [4, 5].map(numbered);
        ensure!(
            trimmed || (!done && kept.len() == 6),
            "these are kept: {kept:?}, done: {done}"
        );
        let last = Some(positions[5]);
        ensure_eq!(head(&*store, &log).await?, last, "the head");
        Ok(done)
    })
    .await
}

/// S1, K1: the value is the old one or the new one, with the revision that belongs to it.
pub(in super::super) async fn a_dropped_put_is_done_or_not(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    with_more_polls(trial, async |polls| {
        let key = trial.key();
        let old = put(&store, &key, "old", Expect::Any).await?;
        let expect = Expect::Revision(old.revision);
        let new = Bytes::from_static(b"new");
        let dropped = store.put(&key, new.clone(), expect, None);
        let done = polled(dropped, polls).await?.is_some();
        trial.advance(trial.timing().slack).await;
        let Some(found) = store.get(&key).await? else {
            return Err(Stop::failed("the value is gone"));
        };
        let is_new = found.value == new && found.revision > old.revision;
        ensure!(
            is_new || (!done && found == old),
            "the value is neither the old nor the new one, done: {done}"
        );
        let next = Expect::Revision(found.revision);
        let entry = put(&store, &key, "next", next).await?;
        ensure_value(&store, &key, Some(&entry)).await?;
        Ok(done)
    })
    .await
}

/// S1, K5: the value stays what it is.
pub(in super::super) async fn a_dropped_extension_is_done_or_not(trial: &Trial) -> Outcome {
    let store = trial.fresh_with_key_expiry().await?;
    with_more_polls(trial, async |polls| {
        let key = trial.key();
        let entry = put(&store, &key, "value", Expect::Any).await?;
        let extend = store.extend(&key, entry.revision, LONG);
        let done = polled(extend, polls).await?.is_some();
        trial.advance(trial.timing().slack).await;
        ensure_value(&store, &key, Some(&entry)).await?;
        let again = store.extend(&key, entry.revision, LONG).await?;
        ensure!(again, "it cannot be extended again");
        Ok(done)
    })
    .await
}

/// S1, K3: the value is there or gone, and then a new one has a greater revision.
pub(in super::super) async fn a_dropped_removal_is_done_or_not(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    with_more_polls(trial, async |polls| {
        let key = trial.key();
        let entry = put(&store, &key, "value", Expect::Any).await?;
        let expect = Expect::Revision(entry.revision);
        let done = polled(store.remove(&key, expect), polls).await?.is_some();
        trial.advance(trial.timing().slack).await;
        let found = store.get(&key).await?;
        ensure!(
            found.is_none() || (!done && found.as_ref() == Some(&entry)),
            "something else is there, done: {done}"
        );
        let expect = found.map_or(Expect::Absent, |it| Expect::Revision(it.revision));
        let next = put(&store, &key, "next", expect).await?;
        ensure!(next.revision > entry.revision, "the revision went back");
        Ok(done)
    })
    .await
}

/// S1, M2: one came and one went, or neither.
pub(in super::super) async fn a_dropped_join_is_done_or_not(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    with_more_polls(trial, async |polls| {
        let set = trial.set();
        let limited = Join::new(LONG).with_limit(3, Full::EvictOldest);
        for id in ["a", "b", "c"] {
            join(&store, &set, id, limited).await?;
        }
        let dropped = store.join(&set, member("d"), limited);
        let done = polled(dropped, polls).await?.is_some();
        trial.advance(trial.timing().slack).await;
        let members = store.members(&set, 10).await?.first;
        let joined = members.iter().any(|member| member.id == "d");
        ensure!(joined || !done, "it is no member");
        let expected = if joined {
            ["b", "c", "d"]
        } else {
            ["a", "b", "c"]
        };
        ensure_members(&store, &set, &expected).await?;
        Ok(done)
    })
    .await
}

/// S1, M1: it is a member or it is none.
pub(in super::super) async fn a_dropped_leave_is_done_or_not(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    with_more_polls(trial, async |polls| {
        let set = trial.set();
        for id in ["a", "b"] {
            join(&store, &set, id, Join::new(LONG)).await?;
        }
        let done = polled(store.leave(&set, &member("a")), polls)
            .await?
            .is_some();
        trial.advance(trial.timing().slack).await;
        let left = store.members(&set, 0).await?.count == 1;
        ensure!(left || !done, "it is a member still");
        let expected: &[&str] = if left { &["b"] } else { &["a", "b"] };
        ensure_members(&store, &set, expected).await?;
        Ok(done)
    })
    .await
}

/// S1, N1: whether a question is answered or not, all is as it was.
pub(in super::super) async fn a_dropped_question_changes_nothing(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let (key, set) = (trial.key(), trial.set());
    fill(&*store, &log, 4).await?;
    let entry = put(&store, &key, "value", Expect::Any).await?;
    join(&store, &set, "a", Join::new(LONG)).await?;
    let logs = [log.clone()];
    with_more_polls(trial, async |polls| {
        let limit = ReadLimit::default();
        let read = polled(store.read(&log, ReadFrom::Earliest, limit), polls).await?;
        let heads = polled(store.heads(&logs), polls).await?;
        let got = polled(store.get(&key), polls).await?;
        let members = polled(store.members(&set, 5), polls).await?;
        let payload = Bytes::from_static(b"typing");
        let announced = polled(store.announce(&log, payload), polls).await?;
        let records = read_all(&*store, &log).await?;
        let expected: Vec<_> = (0..4).map(numbered).collect();
        ensure_eq!(texts(&records), expected, "the log");
        ensure_value(&store, &key, Some(&entry)).await?;
        ensure_members(&store, &set, &["a"]).await?;
        Ok(read.is_some()
            && heads.is_some()
            && got.is_some()
            && members.is_some()
            && announced.is_some())
    })
    .await
}
