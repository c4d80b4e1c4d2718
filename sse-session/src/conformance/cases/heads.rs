//! The newest positions.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::task::yield_now;

use super::concurrency::all;
use crate::{
    conformance::{
        records::{append_of, fill, head},
        stop::{Outcome, ensure, ensure_eq},
        trial::Trial,
    },
    store::{LogName, Position, ReadFrom, ReadLimit},
};

/// H1: one for each log that was asked for, in that order, also if it is not there or asked for twice.
pub(in super::super) async fn heads_come_in_the_order_asked(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    let mut asked = Vec::new();
    let mut expected = Vec::new();
    for records in [3, 0, 1, 0, 2] {
        let log = trial.log();
        expected.push(fill(&*store, &log, records).await?.pop());
        asked.push(log);
    }
    asked.extend_from_within(..);
    asked.reverse();
    expected.extend_from_within(..);
    expected.reverse();
    ensure_eq!(store.heads(&asked).await?, expected, "the heads");
    ensure_eq!(store.heads(&[]).await?, [], "the heads of nothing");
    let many: Vec<LogName> = (0..500).map(|_| asked[0].clone()).collect();
    let found = store.heads(&many).await?;
    ensure_eq!(found, vec![expected[0]; 500], "500 heads");
    Ok(())
}

/// H1: after each append it is what was acknowledged; after a trim it is what it was; and a page says the
/// same.
pub(in super::super) async fn a_head_is_the_last_acknowledged_position(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    for round in 0..10 {
        let appended = store.append(&log, append_of("x")).await?;
        let last = Some(appended.position);
        ensure_eq!(head(&*store, &log).await?, last, "the head");
        if round % 3 == 2 {
            store.trim(&log, appended.position.offset, None).await?;
            ensure_eq!(head(&*store, &log).await?, last, "the head, trimmed");
        }
        let limit = ReadLimit::default();
        let page = store.read(&log, ReadFrom::Earliest, limit).await?;
        ensure_eq!(page.head, last, "the head of a page");
    }
    Ok(())
}

/// H2, R6: none that was the head before the call only, and none that was never.
pub(in super::super) async fn each_head_was_one_during_the_call(trial: &Trial) -> Outcome {
    const RECORDS: usize = 200;
    let (store, logs) = (trial.fresh().await?, [trial.log(), trial.log()]);
    let acknowledged = Arc::new(Mutex::new([const { Vec::new() }; 2]));
    let writer = tokio::spawn({
        let (store, logs) = (Arc::clone(&store), logs.clone());
        let acknowledged = Arc::clone(&acknowledged);
        async move {
            for number in 0..RECORDS {
                let of = number % 2;
                let appended = store.append(&logs[of], append_of("x")).await?;
                acknowledged.lock()[of].push(appended.position);
                yield_now().await;
            }
            Ok(())
        }
    });
    // In each, how many were acknowledged before, and what was told.
    let mut told: Vec<([usize; 2], Vec<Option<Position>>)> = Vec::new();
    let mut is_last = false;
    while !is_last {
        is_last = writer.is_finished();
        let before = acknowledged.lock().each_ref().map(Vec::len);
        let heads = store.heads(&logs).await?;
        told.push((before, heads));
        yield_now().await;
    }
    all(vec![writer]).await?;
    let positions = acknowledged.lock().clone();
    for (before, heads) in told {
        for of in 0..2 {
            let position = heads[of];
            let at = positions[of].iter().position(|it| Some(*it) == position);
            let number = at.map_or(0, |at| at + 1);
            ensure!(
                number > 0 || position.is_none(),
                "{position:?} was never a head"
            );
            ensure!(
                number >= before[of],
                "{position:?} was no head any more: {} came before",
                before[of]
            );
        }
    }
    Ok(())
}
