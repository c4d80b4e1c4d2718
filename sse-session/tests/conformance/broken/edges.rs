//! What goes wrong with the largest, the longest and nothing at all.

use core::time::Duration;
use std::sync::Mutex;

use bytes::Bytes;
use sse_session::{
    conformance::{Defect, ReferenceStore},
    store::{
        Append, Appended, Expect, Fence, Join, Joined, Key, LogName, Member, Position, Put,
        SessionStore, SetName, StoreError, StoreFuture, check,
    },
};

/// A value that is too large is cut.
#[derive(Debug, Default)]
pub(super) struct CutsValues;

impl Defect for CutsValues {
    fn put<'a>(
        &'a self,
        right: &'a ReferenceStore,
        key: &'a Key,
        mut value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        value.truncate(check::MAX_VALUE_BYTES);
        right.put(key, value, expect, ttl)
    }
}

/// A value is looked at when the one before it is gone already.
#[derive(Debug, Default)]
pub(super) struct LooksTooLate;

impl Defect for LooksTooLate {
    fn join<'a>(
        &'a self,
        right: &'a ReferenceStore,
        set: &'a SetName,
        member: Member,
        join: Join,
    ) -> StoreFuture<'a, Joined> {
        Box::pin(async move {
            if check::member(&member).is_err()
                && let Some(oldest) = right.members(set, 1).await?.first.first()
            {
                right.leave(set, oldest).await?;
            }
            right.join(set, member, join).await
        })
    }
}

/// No time is taken for no end.
#[derive(Debug, Default)]
pub(super) struct TakesZeroForNoEnd;

impl Defect for TakesZeroForNoEnd {
    fn join<'a>(
        &'a self,
        right: &'a ReferenceStore,
        set: &'a SetName,
        member: Member,
        mut join: Join,
    ) -> StoreFuture<'a, Joined> {
        if join.ttl.is_zero() {
            join.ttl = Duration::MAX;
        }
        right.join(set, member, join)
    }
}

/// What a clock cannot count is none.
#[derive(Debug, Default)]
pub(super) struct OverflowsToNothing;

impl Defect for OverflowsToNothing {
    fn put<'a>(
        &'a self,
        right: &'a ReferenceStore,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        let counted = |ttl: Duration| u32::try_from(ttl.as_secs()).map_or(Duration::ZERO, |_| ttl);
        right.put(key, value, expect, ttl.map(counted))
    }
}

/// A count of nothing keeps nothing.
#[derive(Debug, Default)]
pub(super) struct KeepsNothing;

impl Defect for KeepsNothing {
    fn append<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        append: Append,
    ) -> StoreFuture<'a, Appended> {
        Box::pin(async move {
            let keeps = append.retention.max_records > 0;
            let appended = right.append(log, append).await?;
            if !keeps {
                right.trim(log, appended.position.offset, None).await?;
            }
            Ok(appended)
        })
    }
}

/// Whoever repeats an append behind an old fence is told that it was done.
#[derive(Debug, Default)]
pub(super) struct LooksAtKeysFirst;

impl Defect for LooksAtKeysFirst {
    fn append<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        append: Append,
    ) -> StoreFuture<'a, Appended> {
        Box::pin(async move {
            let mut unfenced = append.clone();
            unfenced.fence = None;
            match right.append(log, append).await {
                Err(StoreError::Fenced) if unfenced.key.is_some() => {
                    right.append(log, unfenced).await
                }
                appended => appended,
            }
        })
    }
}

/// A key is remembered from its last use on.
#[derive(Debug, Default)]
pub(super) struct ProlongsWindows;

impl Defect for ProlongsWindows {
    fn append<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        append: Append,
    ) -> StoreFuture<'a, Appended> {
        Box::pin(async move {
            let wanted = append.key.clone();
            let appended = right.append(log, append).await?;
            if let Some(wanted) = wanted {
                right.tamper(log, |log| {
                    let known = log.keys.iter_mut().find(|(key, _, _)| *key == wanted.key);
                    if let Some((_, _, until)) = known {
                        *until = (*until).max(tokio::time::Instant::now() + wanted.window);
                    }
                });
            }
            Ok(appended)
        })
    }
}

/// What was trimmed past the head is trimmed whenever it comes.
#[derive(Debug, Default)]
pub(super) struct TrimsWhatComes {
    through: Mutex<Vec<(LogName, u64)>>,
}

impl Defect for TrimsWhatComes {
    fn trim<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        self.through.lock().unwrap().push((log.clone(), through));
        right.trim(log, through, fence)
    }

    fn append<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        append: Append,
    ) -> StoreFuture<'a, Appended> {
        Box::pin(async move {
            let appended = right.append(log, append).await?;
            let all = self.through.lock().unwrap().clone();
            for (_, through) in all.iter().filter(|(of, _)| of == log) {
                right.trim(log, *through, None).await?;
            }
            Ok(appended)
        })
    }
}

/// Which heads were asked for, and what was told.
type Told = (Vec<LogName>, Vec<Option<Position>>);

/// Heads are remembered from the call before.
#[derive(Debug, Default)]
pub(super) struct RemembersHeads {
    told: Mutex<Vec<Told>>,
}

impl Defect for RemembersHeads {
    fn heads<'a>(
        &'a self,
        right: &'a ReferenceStore,
        logs: &'a [LogName],
    ) -> StoreFuture<'a, Vec<Option<Position>>> {
        Box::pin(async move {
            let heads = right.heads(logs).await?;
            // Only of several, so that it is seen where several are asked for.
            if logs.len() != 2 {
                return Ok(heads);
            }
            let mut told = self.told.lock().unwrap();
            match told.iter_mut().find(|(of, _)| of == logs) {
                Some((_, before)) => Ok(core::mem::replace(before, heads)),
                None => {
                    told.push((logs.to_vec(), heads.clone()));
                    Ok(heads)
                }
            }
        })
    }
}
