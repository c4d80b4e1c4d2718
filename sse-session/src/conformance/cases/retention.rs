//! What a log keeps.

use core::time::Duration;

use crate::{
    conformance::{
        Stop,
        records::{append_of, ensure_gap, fill, head, numbered, read_all, texts},
        stop::{Outcome, ensure, ensure_eq},
        trial::Trial,
    },
    store::{Append, GapReason, LogName, Position, ReadFrom, ReadLimit, Retention, SessionStore},
};

/// So many appends have to be enough for old records to go.
const MANY: usize = 20_000;

fn kept_by(retention: Retention, payload: impl AsRef<[u8]>) -> Append {
    let mut append = append_of(payload);
    append.retention = retention;
    append
}

/// The newest ones of so many numbered records are there, at least so many, and none that is not.
async fn ensure_newest(
    store: &dyn SessionStore,
    log: &LogName,
    appended: usize,
    at_least: usize,
) -> Outcome {
    let found = texts(&read_all(store, log).await?);
    let least = at_least.min(appended);
    ensure!(found.len() >= least, "{} of {least} are kept", found.len());
    ensure!(found.len() <= appended, "more than were appended");
    let expected: Vec<_> = (appended - found.len()..appended).map(numbered).collect();
    ensure_eq!(found, expected, "the newest records");
    Ok(())
}

/// A6: never fewer than the promised number, after each append.
pub(in super::super) async fn the_newest_records_are_kept(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    for max_records in [2, 3, 10, 150] {
        let log = trial.log();
        for number in 0..200 {
            let retention = Retention::records(max_records as u64);
            let append = kept_by(retention, numbered(number));
            store.append(&log, append).await?;
            if number % 10 == 9 || number < 12 {
                ensure_newest(&*store, &log, number + 1, max_records).await?;
            }
        }
    }
    Ok(())
}

/// A6: the least that can be promised is the newest record.
pub(in super::super) async fn the_newest_record_alone_is_kept(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    for number in 0..20 {
        // As it is if nobody has set it right.
        let nothing = Retention {
            max_records: 0,
            ..Retention::DEFAULT
        };
        let append = kept_by(nothing, numbered(number));
        store.append(&log, append).await?;
        ensure_newest(&*store, &log, number + 1, 1).await?;
    }
    Ok(())
}

/// A6: what the log keeps from now on is what the last append said.
pub(in super::super) async fn the_retention_of_the_last_append_counts(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let mut number = 0;
    for max_records in [100, 5, 100] {
        for _ in 0..30 {
            let append = kept_by(Retention::records(max_records), numbered(number));
            store.append(&log, append).await?;
            number += 1;
        }
        ensure_newest(&*store, &log, number, max_records.min(30) as usize).await?;
    }
    Ok(())
}

/// A6: no record that is younger than promised goes.
pub(in super::super) async fn records_that_are_young_enough_are_kept(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    let store = &*store;
    trial
        .within_ttl(async |age| {
            let log = trial.log();
            let retention = Retention::DEFAULT.with_max_age(age);
            for number in 0..10 {
                if number == 5 {
                    trial.advance(age / 2).await;
                }
                let append = kept_by(retention, numbered(number));
                store.append(&log, append).await?;
            }
            ensure_newest(store, &log, 10, 10).await
        })
        .await
}

/// A6: no record goes while the newer ones are few enough bytes.
pub(in super::super) async fn bytes_that_are_few_enough_are_kept(trial: &Trial) -> Outcome {
    let can = trial.fresh_with(|can| can.byte_retention, "byte_retention");
    let (store, log) = (can.await?, trial.log());
    // Each has 10 bytes.
    for number in 1_000..1_100 {
        let text = format!("number{number}");
        let retention = Retention::DEFAULT.with_max_bytes(200);
        store.append(&log, kept_by(retention, text)).await?;
        let kept = read_all(&*store, &log).await?.len();
        let least = (number - 999).min(20);
        ensure!(kept >= least, "{kept} of {least} records are kept");
    }
    Ok(())
}

/// A6: the newest record stays even if it is over the promise by itself.
pub(in super::super) async fn the_newest_record_is_kept_whatever_its_bytes(
    trial: &Trial,
) -> Outcome {
    let can = trial.fresh_with(|can| can.byte_retention, "byte_retention");
    let (store, log) = (can.await?, trial.log());
    let retention = Retention::DEFAULT.with_max_bytes(10);
    for byte in 0..5 {
        let append = kept_by(retention, [byte; 1_000]);
        let position = store.append(&log, append).await?.position;
        let records = read_all(&*store, &log).await?;
        let last = records.last().map(|record| record.position);
        ensure_eq!(last, Some(position), "the newest record");
    }
    Ok(())
}

/// Appends until this record is gone, or else the first one; which has to happen.
async fn append_until_it_goes(
    store: &dyn SessionStore,
    log: &LogName,
    retention: Retention,
    goes: Option<Position>,
    pause: Option<(&Trial, Duration)>,
) -> Outcome {
    let limit = ReadLimit {
        max_records: 1,
        max_bytes: 0,
    };
    let first = store.append(log, kept_by(retention, [7; 100])).await?;
    let goes = goes.unwrap_or(first.position).offset;
    for _ in 0..MANY {
        if let Some((trial, pause)) = pause {
            trial.advance(pause).await;
        }
        let append = kept_by(retention, [7; 100]);
        store.append(log, append).await?;
        let page = store.read(log, ReadFrom::Earliest, limit).await?;
        let oldest = page.records.first().map(|record| record.position.offset);
        if oldest > Some(goes) {
            return Ok(());
        }
    }
    Err(Stop::failed(format_args!(
        "the first of {MANY} records is still there with {retention:?}"
    )))
}

/// A6: a log does not grow for ever.
pub(in super::super) async fn records_that_are_too_many_go_in_the_end(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    append_until_it_goes(&*store, &log, Retention::records(5), None, None).await
}

/// A6: nor does one in which records are few and old.
pub(in super::super) async fn records_that_are_too_old_go_in_the_end(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let timing = trial.timing();
    let retention = Retention::records(u64::MAX / 2).with_max_age(timing.ttl);
    let pause = Some((trial, timing.ttl / 2));
    append_until_it_goes(&*store, &log, retention, None, pause).await
}

/// A6: nor one in which they are few and large, where bytes are counted.
pub(in super::super) async fn bytes_that_are_too_many_go_in_the_end(trial: &Trial) -> Outcome {
    let can = trial.fresh_with(|can| can.byte_retention, "byte_retention");
    let (store, log) = (can.await?, trial.log());
    let retention = Retention::records(u64::MAX / 2).with_max_bytes(1_000);
    append_until_it_goes(&*store, &log, retention, None, None).await
}

/// A6, H1, R3: behind a record that went by itself is the same gap as behind one that was trimmed, and
/// the head is where it was.
pub(in super::super) async fn what_retention_removed_is_told(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let positions = fill(&*store, &log, 3).await?;
    // The one behind the first, so that the first is not the predecessor of the oldest.
    let goes = Some(positions[1]);
    append_until_it_goes(&*store, &log, Retention::records(5), goes, None).await?;
    let last = store.append(&log, append_of("last")).await?.position;
    ensure_eq!(head(&*store, &log).await?, Some(last), "the head");
    ensure_gap(&*store, &log, positions[0], GapReason::Trimmed, Some(last)).await
}
