//! The newest positions.

use crate::{
    conformance::{
        records::{append_of, fill, head},
        stop::{Outcome, ensure_eq},
        trial::Trial,
    },
    store::{LogName, ReadFrom, ReadLimit},
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
