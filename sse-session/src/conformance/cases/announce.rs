//! What is told and not kept.

use bytes::Bytes;

use crate::{
    conformance::{
        records::{ensure_gap, fill, head, read_all},
        sinks::Hints,
        stop::{Outcome, ensure, ensure_eq},
        trial::Trial,
    },
    store::{GapReason, WatchEvent},
};

/// N1, W2: those who watch the log are told, with the payload as it was; or that hints may be missing.
pub(in super::super) async fn what_is_announced_is_told(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let mut hints = Hints::of(&*store);
    hints.watch(trial, &log).await?;
    for payload in [&b"typing"[..], b"", b"\0\r\n\xff"].map(Bytes::from_static) {
        store.announce(&log, payload.clone()).await?;
        loop {
            match hints.next(trial, "what was announced").await? {
                WatchEvent::Announced {
                    log: of,
                    payload: told,
                } if told == payload => {
                    ensure!(of == log, "it was announced on another log");
                    break;
                }
                WatchEvent::Lost => return Ok(()),
                other => ensure!(
                    !matches!(other, WatchEvent::Appended { .. }),
                    "{other:?} was not appended"
                ),
            }
        }
    }
    Ok(())
}

/// N1: records, head and positions are what they were, and the next append follows the last one.
pub(in super::super) async fn announcing_changes_nothing(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    fill(&*store, &log, 3).await?;
    let before = (read_all(&*store, &log).await?, head(&*store, &log).await?);
    for _ in 0..5 {
        let payload = Bytes::from_static(b"typing");
        store.announce(&log, payload).await?;
    }
    let after = (read_all(&*store, &log).await?, head(&*store, &log).await?);
    ensure_eq!(after, before, "the records and the head");
    let next = fill(&*store, &log, 1).await?[0];
    let records = read_all(&*store, &log).await?;
    ensure_eq!(records.len(), 4, "the records, then");
    ensure_eq!(records[3].position, next, "the last one");
    Ok(())
}

/// N1: a log that is not there is not there after it.
pub(in super::super) async fn announcing_makes_no_log(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let payload = Bytes::from_static(b"typing");
    store.announce(&log, payload).await?;
    ensure_eq!(head(&*store, &log).await?, None, "the head");
    let elsewhere = fill(&*store, &trial.log(), 1).await?[0];
    ensure_gap(&*store, &log, elsewhere, GapReason::Unknown, None).await?;
    let first = fill(&*store, &log, 1).await?[0];
    ensure!(
        first.offset == 1 || !store.capabilities().contiguous_offsets,
        "the first offset is {}",
        first.offset
    );
    Ok(())
}
