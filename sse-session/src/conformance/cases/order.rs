//! The order of a log.

use crate::{
    conformance::{
        records::{append_of, ensure_gap, fill, head, numbered, read_all, read_behind, texts},
        stop::{Outcome, ensure, ensure_eq},
        trial::Trial,
    },
    store::{Durability, GapReason, Previous},
};

/// A1, R1, R7: records come in the order in which they were appended, over more than one page.
pub(in super::super) async fn records_are_read_in_the_order_of_their_appends(
    trial: &Trial,
) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    fill(&*store, &log, 600).await?;
    let expected: Vec<_> = (0..600).map(numbered).collect();
    let records = read_all(&*store, &log).await?;
    ensure!(texts(&records) == expected, "600 records are not in order");
    Ok(())
}

/// A1: the first offset is 1 where they are contiguous, and each one is greater than the one before.
pub(in super::super) async fn offsets_grow_from_one(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let positions = fill(&*store, &log, 20).await?;
    let contiguous = store.capabilities().contiguous_offsets;
    let mut before = 0;
    for position in positions {
        let offset = position.offset;
        ensure!(offset > before, "offset {offset} follows {before}");
        ensure!(
            !contiguous || offset == before + 1,
            "offset {offset} does not follow {before} by one"
        );
        before = offset;
    }
    Ok(())
}

/// A2: the first record has no predecessor, each other one that of the append before it.
pub(in super::super) async fn each_record_names_its_predecessor(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let positions = fill(&*store, &log, 20).await?;
    let records = read_all(&*store, &log).await?;
    let mut expected = vec![Previous::default()];
    expected.extend(positions.iter().map(|position| position.as_previous()));
    expected.pop();
    let found: Vec<_> = records.iter().map(|record| record.previous).collect();
    ensure_eq!(found, expected, "the predecessors");
    Ok(())
}

/// A1, R1: what an append gives is the position of its record, with the tag that it was given.
pub(in super::super) async fn the_acknowledgement_is_the_position_that_is_read(
    trial: &Trial,
) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let mut positions = Vec::new();
    // Also the tags at the edges of their range.
    for tag in [1, 2, 0x7fff_ffff, 0x8000_0000, u32::MAX, 3] {
        let mut append = append_of("x");
        append.tag = tag;
        let appended = store.append(&log, append).await?;
        ensure!(
            !appended.duplicate,
            "an append without a key is a duplicate"
        );
        ensure_eq!(appended.position.tag, tag, "the tag");
        positions.push(appended.position);
    }
    let records = read_all(&*store, &log).await?;
    let found: Vec<_> = records.iter().map(|record| record.position).collect();
    ensure_eq!(found, positions, "the positions");
    Ok(())
}

/// A1, A2, S2: the offsets and predecessors of a log do not depend on those of others.
pub(in super::super) async fn logs_grow_on_their_own(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    let logs = [trial.log(), trial.log(), trial.log()];
    for number in 0..30 {
        let append = append_of(numbered(number));
        store.append(&logs[number % 3], append).await?;
    }
    for (first, log) in logs.iter().enumerate() {
        let records = read_all(&*store, log).await?;
        let expected: Vec<_> = (first..30).step_by(3).map(numbered).collect();
        ensure_eq!(texts(&records), expected, "the records of log {first}");
        let none = Previous::default();
        ensure_eq!(records[0].previous, none, "the first predecessor");
    }
    Ok(())
}

/// R6: each append is read, and is the head, as soon as it is acknowledged.
pub(in super::super) async fn what_is_acknowledged_is_read_at_once(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let mut last = None;
    for number in 0..50 {
        let append = append_of(numbered(number));
        let position = store.append(&log, append).await?.position;
        let records = match last {
            Some(last) => read_behind(&*store, &log, last).await?,
            None => read_all(&*store, &log).await?,
        };
        ensure_eq!(texts(&records), [numbered(number)], "what is new");
        ensure_eq!(head(&*store, &log).await?, Some(position), "the head");
        last = Some(position);
    }
    Ok(())
}

/// R3: a position of a log that was made anew, here in an empty store, is of another epoch.
pub(in super::super) async fn a_log_made_anew_has_another_epoch(trial: &Trial) -> Outcome {
    let (before, after) = (trial.fresh().await?, trial.fresh().await?);
    let log = trial.log();
    let old = fill(&*before, &log, 3).await?[1];
    fill(&*after, &log, 3).await?;
    let now = head(&*after, &log).await?;
    ensure_gap(&*after, &log, old, GapReason::Epoch, now).await
}

/// A3: a store that is durable acknowledges as much, and no other one says so.
pub(in super::super) async fn an_acknowledgement_says_what_it_survives(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let appended = store.append(&log, append_of("x")).await?;
    let survives = appended.durability > Durability::Memory;
    ensure_eq!(
        survives,
        store.capabilities().durable,
        "whether it survives the process, by {:?}",
        appended.durability
    );
    Ok(())
}
