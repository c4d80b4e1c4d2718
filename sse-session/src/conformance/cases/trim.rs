//! Removing what was handled.

use crate::{
    conformance::{
        records::{append_of, ensure_gap, fill, head, numbered, read_all, read_behind, texts},
        stop::{Outcome, ensure, ensure_eq},
        trial::Trial,
    },
    store::GapReason,
};

/// T1: exactly the records up to the offset go.
pub(in super::super) async fn what_was_handled_goes_and_the_rest_stays(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let positions = fill(&*store, &log, 10).await?;
    for at in 0..10 {
        store.trim(&log, positions[at].offset, None).await?;
        let found = texts(&read_all(&*store, &log).await?);
        let expected: Vec<_> = (at + 1..10).map(numbered).collect();
        ensure_eq!(found, expected, "what is kept after record {at}");
        let last = Some(positions[9]);
        ensure_eq!(head(&*store, &log).await?, last, "the head");
    }
    Ok(())
}

/// T1, A1, A2: offsets, epoch and chain go on, also if there is no record to go on from.
pub(in super::super) async fn a_log_goes_on_after_all_was_trimmed(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    for through in [0, u64::MAX, u64::MAX - 1] {
        let last = fill(&*store, &log, 3).await?[2];
        let through = if through == 0 { last.offset } else { through };
        store.trim(&log, through, None).await?;
        let next = store.append(&log, append_of("next")).await?.position;
        ensure_eq!(next.epoch, last.epoch, "the epoch");
        ensure!(next.offset > last.offset, "the offset went back");
        if store.capabilities().contiguous_offsets {
            ensure_eq!(next.offset, last.offset + 1, "the offset");
        }
        let records = read_behind(&*store, &log, last).await?;
        ensure_eq!(texts(&records), ["next"], "what follows");
        ensure_eq!(records[0].previous, last.as_previous(), "the predecessor");
    }
    Ok(())
}

/// T3: nor does it matter how far past the head.
pub(in super::super) async fn trimming_past_the_head_takes_nothing_that_comes_later(
    trial: &Trial,
) -> Outcome {
    let store = trial.fresh().await?;
    for past in [1, 3, 1_000, u64::MAX] {
        let log = trial.log();
        let last = fill(&*store, &log, 3).await?[2];
        store
            .trim(&log, last.offset.saturating_add(past), None)
            .await?;
        ensure!(read_all(&*store, &log).await?.is_empty(), "not trimmed");
        fill(&*store, &log, 5).await?;
        let found = texts(&read_all(&*store, &log).await?);
        let expected: Vec<_> = (0..5).map(numbered).collect();
        ensure_eq!(found, expected, "what came later, past {past}");
    }
    Ok(())
}

/// T1: what is gone already is not missed.
pub(in super::super) async fn trimming_twice_or_too_little_changes_nothing(
    trial: &Trial,
) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let positions = fill(&*store, &log, 6).await?;
    let third = positions[2].offset;
    for through in [third, third, positions[0].offset, 0] {
        store.trim(&log, through, None).await?;
        let found = texts(&read_all(&*store, &log).await?);
        ensure_eq!(found, [3, 4, 5].map(numbered), "what is kept");
    }
    let last = Some(positions[5]);
    ensure_gap(&*store, &log, positions[0], GapReason::Trimmed, last).await
}

/// T1, R3: there is no log because of it.
pub(in super::super) async fn trimming_no_log_makes_none(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    store.trim(&log, 7, None).await?;
    ensure_eq!(head(&*store, &log).await?, None, "the head");
    let elsewhere = fill(&*store, &trial.log(), 1).await?[0];
    ensure_gap(&*store, &log, elsewhere, GapReason::Unknown, None).await?;
    let first = fill(&*store, &log, 1).await?[0];
    if store.capabilities().contiguous_offsets {
        ensure_eq!(first.offset, 1, "the first offset");
    }
    Ok(())
}
