//! What goes wrong with positions.

use sse_session::{
    conformance::{Defect, ReferenceStore},
    store::{
        Append, Appended, Fence, GapReason, LogName, Page, ReadFrom, ReadLimit, SessionStore,
        StoreFuture, Verdict,
    },
};

/// It looks at offsets, and not at tags.
#[derive(Debug, Default)]
pub(super) struct ComparesOffsetsOnly;

impl Defect for ComparesOffsetsOnly {
    fn read<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        mut from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        Box::pin(async move {
            let all = ReadLimit {
                max_records: usize::MAX,
                max_bytes: usize::MAX,
            };
            let page = right.read(log, ReadFrom::Earliest, all).await?;
            if let ReadFrom::After(position) = &mut from {
                let mut known: Vec<_> = page.head.iter().map(|it| it.as_previous()).collect();
                for record in &page.records {
                    known.extend([record.previous, record.position.as_previous()]);
                }
                let there = known.iter().find(|it| it.offset == position.offset);
                position.tag = there.map_or(position.tag, |there| there.tag);
            }
            right.read(log, from, limit).await
        })
    }
}

/// Where something was trimmed, it goes on with what is kept, as if nothing was missing.
#[derive(Debug, Default)]
pub(super) struct HidesGaps;

impl Defect for HidesGaps {
    fn read<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        Box::pin(async move {
            let page = right.read(log, from, limit).await?;
            if page.verdict == Verdict::Gap(GapReason::Trimmed) {
                return right.read(log, ReadFrom::Earliest, limit).await;
            }
            Ok(page)
        })
    }
}

/// It does not tell a log that is not there from one that was trimmed.
#[derive(Debug, Default)]
pub(super) struct TakesUnknownForTrimmed;

impl Defect for TakesUnknownForTrimmed {
    fn read<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        Box::pin(async move {
            let mut page = right.read(log, from, limit).await?;
            if page.verdict == Verdict::Gap(GapReason::Unknown) {
                page.verdict = Verdict::Gap(GapReason::Trimmed);
            }
            Ok(page)
        })
    }
}

/// A log that is made anew has the epoch of the one before.
#[derive(Debug, Default)]
pub(super) struct OneEpoch;

impl Defect for OneEpoch {
    fn append<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        append: Append,
    ) -> StoreFuture<'a, Appended> {
        Box::pin(async move {
            right.tamper(log, |log| log.epoch = 1);
            right.append(log, append).await
        })
    }
}

/// When nothing is left of a log, it forgets where it was.
#[derive(Debug, Default)]
pub(super) struct LosesItsHead;

impl Defect for LosesItsHead {
    fn trim<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            right.trim(log, through, fence).await?;
            right.tamper(log, |log| {
                if log.records.is_empty() {
                    log.head = None;
                }
            });
            Ok(())
        })
    }
}
