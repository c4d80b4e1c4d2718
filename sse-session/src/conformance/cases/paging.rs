//! Reading in pages.

use std::sync::Arc;

use crate::{
    conformance::{
        Stop,
        records::{append_of, ensure_chain, fill, numbered, texts},
        stop::{Outcome, ensure, ensure_eq},
        trial::Trial,
    },
    store::{LogName, ReadFrom, ReadLimit, Record, SessionStore, Verdict},
};

/// Reads everything in pages of this limit, each of which has to keep it and to be honest about what
/// follows.
async fn pages(
    store: &Arc<dyn SessionStore>,
    log: &LogName,
    limit: ReadLimit,
    records: usize,
) -> Result<Vec<Vec<Record>>, Stop> {
    let mut pages: Vec<Vec<Record>> = Vec::new();
    let mut from = ReadFrom::Earliest;
    let mut read = 0;
    loop {
        let page = store.read(log, from, limit).await?;
        ensure_eq!(page.verdict, Verdict::Contiguous, "the verdict");
        read += page.records.len();
        ensure_eq!(
            page.more,
            read < records,
            "whether there are more than {read} of {records}"
        );
        let Some(last) = page.records.last() else {
            ensure_eq!(read, records, "the records before an empty page");
            return Ok(pages);
        };
        let bytes: usize = page.records.iter().map(|it| it.payload.len()).sum();
        ensure!(
            page.records.len() == 1
                || (page.records.len() <= limit.max_records && bytes <= limit.max_bytes),
            "a page of {} records and {bytes} bytes is over {limit:?}",
            page.records.len()
        );
        from = ReadFrom::After(last.position);
        pages.push(page.records);
    }
}

/// R1, R4: whatever the limit, all pages together are the log.
pub(in super::super) async fn pages_join_without_a_hole(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    fill(&*store, &log, 50).await?;
    let expected: Vec<_> = (0..50).map(numbered).collect();
    for max_records in [1, 2, 7, 49, 50, 51, usize::MAX] {
        for max_bytes in [1, 20, 100, usize::MAX] {
            let limit = ReadLimit {
                max_records,
                max_bytes,
            };
            let all = pages(&store, &log, limit, 50).await?.concat();
            ensure_eq!(texts(&all), expected, "all pages by {limit:?}");
            ensure_chain(&all, &store.capabilities())?;
        }
    }
    Ok(())
}

/// R4: a page has no more records than the limit, and tells whether others follow.
pub(in super::super) async fn pages_are_bounded_by_records(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    fill(&*store, &log, 6).await?;
    for max_records in 1..8 {
        let limit = ReadLimit {
            max_records,
            ..ReadLimit::default()
        };
        let page = store.read(&log, ReadFrom::Earliest, limit).await?;
        let read = page.records.len();
        ensure!(read <= max_records, "{read} records of {max_records}");
        ensure_eq!(page.more, read < 6, "whether more than {read} are there");
    }
    Ok(())
}

/// R4: a page has no more bytes than the limit.
pub(in super::super) async fn pages_are_bounded_by_bytes(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    for _ in 0..20 {
        store.append(&log, append_of([7; 100])).await?;
    }
    for max_bytes in [100, 199, 200, 201, 1_000, 1_999, 2_000] {
        let limit = ReadLimit {
            max_records: 100,
            max_bytes,
        };
        for page in pages(&store, &log, limit, 20).await? {
            let most = max_bytes / 100;
            ensure!(page.len() <= most, "{} records of {most}", page.len());
        }
    }
    Ok(())
}

/// R4: a record that is over the limit by itself is read, and no other one with it.
pub(in super::super) async fn one_oversized_record_is_read_alone(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    for length in [10, 5_000, 10, 10, 5_000, 5_000, 10] {
        store.append(&log, append_of(vec![7; length])).await?;
    }
    let limit = ReadLimit {
        max_records: 100,
        max_bytes: 100,
    };
    let read = pages(&store, &log, limit, 7).await?;
    let together = |page: &&Vec<Record>| page.iter().any(|it| it.payload.len() > 100);
    for page in read.iter().filter(together) {
        ensure_eq!(page.len(), 1, "the records with an oversized one");
    }
    Ok(())
}

/// R4: where there is a record, at least one is read.
pub(in super::super) async fn a_limit_of_nothing_gives_one_record(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    fill(&*store, &log, 3).await?;
    for (max_records, max_bytes) in [(0, 0), (0, 1_000), (5, 0)] {
        let limit = ReadLimit {
            max_records,
            max_bytes,
        };
        let read = pages(&store, &log, limit, 3).await?;
        ensure_eq!(read.len(), 3, "the pages of one record by {limit:?}");
    }
    Ok(())
}

/// R7: of no log, the earliest is nothing, without a gap.
pub(in super::super) async fn the_earliest_of_no_log_is_nothing(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let page = store.read(&log, ReadFrom::Earliest, ReadLimit::default());
    let page = page.await?;
    ensure_eq!(page.verdict, Verdict::Contiguous, "the verdict");
    ensure_eq!(page.head, None, "the head");
    ensure!(page.records.is_empty() && !page.more, "there is something");
    Ok(())
}
