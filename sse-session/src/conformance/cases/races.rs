//! Many who want the same, in real threads: one gets it.

use core::{future::poll_fn, task::Poll, time::Duration};
use std::{collections::BTreeSet, sync::Arc};

use bytes::Bytes;
use tokio::task::yield_now;

use super::{
    concurrency::{Task, all},
    fences::{fenced, own},
    members::join,
};
use crate::{
    conformance::{
        Stop,
        records::{head, read_all},
        stop::{Outcome, ensure, ensure_eq},
        trial::Trial,
    },
    store::{Expect, Fence, Full, Join, Joined, LogName, Member, Put, SessionStore, StoreError},
};

/// Longer than any case takes.
const LONG: Duration = Duration::from_secs(3_600);

/// S3, K2: and the others are told who it was.
pub(in super::super) async fn of_many_that_expect_absence_one_succeeds(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    for _ in 0..30 {
        let key = trial.key();
        let mut tasks = Vec::new();
        for number in 0..8_u8 {
            let (store, key) = (Arc::clone(&store), key.clone());
            tasks.push(tokio::spawn(async move {
                let value = Bytes::from(vec![number]);
                Ok(store.put(&key, value, Expect::Absent, None).await?)
            }));
        }
        let puts = all(tasks).await?;
        let entry = store.get(&key).await?;
        let mut stored = Vec::new();
        for (number, put) in puts.into_iter().enumerate() {
            match put {
                Put::Stored { revision } => stored.push((number as u8, revision)),
                Put::Conflict { current } => {
                    ensure!(current == entry, "a conflict with {current:?}");
                }
            }
        }
        let entry = entry.map(|entry| (entry.value[0], entry.revision));
        ensure_eq!(stored, Vec::from_iter(entry), "who succeeded");
    }
    Ok(())
}

/// S3, K1, K2: a counter that is compared and set counts each time.
pub(in super::super) async fn no_increment_is_lost(trial: &Trial) -> Outcome {
    const TASKS: u64 = 5;
    const TIMES: u64 = 30;
    let (store, key) = (trial.fresh().await?, trial.key());
    let zero = Bytes::copy_from_slice(&0_u64.to_be_bytes());
    store.put(&key, zero, Expect::Absent, None).await?;
    let mut tasks = Vec::new();
    for _ in 0..TASKS {
        let (store, key) = (Arc::clone(&store), key.clone());
        tasks.push(tokio::spawn(async move {
            let mut done = 0;
            while done < TIMES {
                let Some(entry) = store.get(&key).await? else {
                    return Err(Stop::failed("the counter is gone"));
                };
                yield_now().await;
                let next = count(&entry.value) + 1;
                let value = Bytes::copy_from_slice(&next.to_be_bytes());
                let expect = Expect::Revision(entry.revision);
                match store.put(&key, value, expect, None).await? {
                    Put::Stored { .. } => done += 1,
                    Put::Conflict { .. } => {}
                }
            }
            Ok(())
        }));
    }
    trial.patiently("the last increment", all(tasks)).await??;
    let counted = store.get(&key).await?.map(|entry| count(&entry.value));
    ensure_eq!(counted, Some(TASKS * TIMES), "the count");
    Ok(())
}

fn count(value: &Bytes) -> u64 {
    value
        .iter()
        .fold(0, |count, byte| count << 8 | u64::from(*byte))
}

/// S3, K3: no two values of a key ever have the same one, and for each owner they grow.
pub(in super::super) async fn concurrent_revisions_differ(trial: &Trial) -> Outcome {
    let (store, key) = (trial.fresh().await?, trial.key());
    let mut tasks = Vec::new();
    for _ in 0..6 {
        let (store, key) = (Arc::clone(&store), key.clone());
        tasks.push(tokio::spawn(async move {
            let mut revisions = Vec::new();
            for _ in 0..40 {
                revisions.push(own(&store, &key, None).await?.revision);
                if revisions.len() % 8 == 0 {
                    store.remove(&key, Expect::Any).await?;
                }
                yield_now().await;
            }
            ensure!(revisions.is_sorted(), "an owner's revisions went back");
            Ok(revisions)
        }));
    }
    let revisions = all(tasks).await?.concat();
    let different: BTreeSet<_> = revisions.iter().collect();
    ensure_eq!(different.len(), revisions.len(), "different revisions");
    Ok(())
}

/// Many join at once. Gives for each what became of it, having looked all the time that there were never
/// more than the limit.
async fn join_at_once(
    trial: &Trial,
    store: &Arc<dyn SessionStore>,
    full: Full,
) -> Result<(Vec<(String, Option<Vec<String>>)>, BTreeSet<String>), Stop> {
    const LIMIT: u32 = 5;
    let set = trial.set();
    let limited = Join::new(LONG).with_limit(LIMIT, full);
    let mut tasks = Vec::new();
    for number in 0..16 {
        let (store, set) = (Arc::clone(store), set.clone());
        tasks.push(tokio::spawn(async move {
            let id = format!("member {number}");
            let joined = join(&store, &set, &id, limited).await?;
            let count = store.members(&set, 0).await?.count;
            ensure!(count <= u64::from(LIMIT), "there are {count} members");
            let text = |it: &Member| String::from_utf8_lossy(&it.id).into_owned();
            Ok((id, joined.map(|(_, gone)| gone.iter().map(text).collect())))
        }));
    }
    let joined = all(tasks).await?;
    let members = store.members(&set, 100).await?.first;
    let text = |id: &Bytes| String::from_utf8_lossy(id).into_owned();
    let members: BTreeSet<_> = members.iter().map(|it| text(&it.id)).collect();
    ensure_eq!(members.len() as u32, LIMIT, "the members");
    Ok((joined, members))
}

/// S3, M2: as many as the limit are members, and they are the ones that were told so.
pub(in super::super) async fn a_full_set_stays_within_its_limit_under_concurrent_joins(
    trial: &Trial,
) -> Outcome {
    let store = trial
        .fresh_with(|can| can.exact_members, "exact_members")
        .await?;
    for _ in 0..10 {
        let (joined, members) = join_at_once(trial, &store, Full::Refuse).await?;
        for (id, accepted) in joined {
            let expected = members.contains(&id);
            ensure_eq!(accepted.is_some(), expected, "whether {id} was accepted");
        }
    }
    Ok(())
}

/// S3, M2: whoever had to go was told once, and is no member.
pub(in super::super) async fn an_evicting_set_stays_within_its_limit_under_concurrent_joins(
    trial: &Trial,
) -> Outcome {
    let store = trial
        .fresh_with(|can| can.exact_members, "exact_members")
        .await?;
    for _ in 0..10 {
        let (joined, members) = join_at_once(trial, &store, Full::EvictOldest).await?;
        let mut gone = BTreeSet::new();
        for (id, evicted) in joined {
            let Some(evicted) = evicted else {
                return Err(Stop::failed(format_args!("{id} was refused")));
            };
            for evicted in evicted {
                ensure!(!members.contains(&evicted), "{evicted} went, and is there");
                ensure!(gone.insert(evicted), "one went twice");
            }
        }
        ensure_eq!(gone.len() + members.len(), 16, "those that joined");
    }
    Ok(())
}

/// S3, M4: a member that comes back under another note while it is taken out is there afterwards.
pub(in super::super) async fn nobody_is_taken_out_who_came_back_meanwhile(
    trial: &Trial,
) -> Outcome {
    let store = trial.fresh().await?;
    for round in 0..60 {
        let set = trial.set();
        let [before, after] = ["before", "after"].map(|note| Member {
            id: Bytes::from_static(b"a"),
            note: Bytes::from_static(note.as_bytes()),
        });
        store.join(&set, before.clone(), Join::new(LONG)).await?;
        // Begun first: of a store that does it in several steps, it is somewhere between them.
        let mut leave = store.leave(&set, &before);
        let mut left = None;
        for _ in 0..round % 6 {
            if left.is_none() {
                left = poll_fn(|context| match leave.as_mut().poll(context) {
                    Poll::Ready(left) => Poll::Ready(Some(left)),
                    Poll::Pending => Poll::Ready(None),
                })
                .await;
            }
            yield_now().await;
        }
        let joined = store.join(&set, after.clone(), Join::new(LONG)).await?;
        let left = match left {
            Some(left) => left?,
            None => leave.await?,
        };
        let members = store.members(&set, 5).await?.first;
        ensure!(members == [after], "it was taken out, having come back");
        let new = matches!(joined, Joined::Member { new: true, .. });
        ensure_eq!(new, left, "whether it left before it came back");
    }
    Ok(())
}

/// S3, A5: once a newer value was put, nothing of its older owner comes, whatever that had begun.
pub(in super::super) async fn behind_a_newer_owner_stands_nothing_of_the_older(
    trial: &Trial,
) -> Outcome {
    let store = trial.fresh().await?;
    for _ in 0..20 {
        let (log, key) = (trial.log(), trial.key());
        let mut tasks = Vec::new();
        // From which revision on, up to which offset there may be older ones.
        let mut newer = Vec::new();
        for _ in 0..3 {
            let fence = own(&store, &key, None).await?;
            let last = head(&*store, &log).await?.map_or(0, |at| at.offset);
            newer.push((fence.revision, last));
            tasks.push(owner(&store, &log, fence));
            // Until it has appended something, so that it is at it when the next one comes.
            while head(&*store, &log)
                .await?
                .is_none_or(|at| at.offset == last)
            {
                yield_now().await;
            }
        }
        store.remove(&key, Expect::Any).await?;
        let last = head(&*store, &log).await?.map_or(0, |at| at.offset);
        newer.push((u64::MAX, last));
        trial.patiently("the last fence", all(tasks)).await??;
        for record in read_all(&*store, &log).await? {
            let (of, offset) = (count(&record.payload), record.position.offset);
            let too_late = newer
                .iter()
                .find(|(revision, last)| of < *revision && offset > *last);
            ensure!(
                too_late.is_none(),
                "the owner of revision {of} has appended offset {offset} after {too_late:?}"
            );
        }
    }
    Ok(())
}

/// Appends its revision until it is fenced off.
fn owner(store: &Arc<dyn SessionStore>, log: &LogName, fence: Fence) -> Task<()> {
    let (store, log) = (Arc::clone(store), log.clone());
    tokio::spawn(async move {
        loop {
            let payload = fence.revision.to_be_bytes();
            match store.append(&log, fenced(payload, &fence)).await {
                Ok(_) => yield_now().await,
                Err(StoreError::Fenced) => return Ok(()),
                Err(other) => return Err(other.into()),
            }
        }
    })
}
