//! Many at once, in real threads.

use core::time::Duration;
use std::sync::Arc;

use bytes::Bytes;
use tokio::task::{JoinHandle, yield_now};

use crate::{
    conformance::{
        Stop,
        records::{append_of, ensure_chain, read_after, read_all, texts},
        sinks::Subscriber,
        stop::{Outcome, ensure, ensure_eq},
        trial::Trial,
    },
    store::{
        Append, IdempotencyKey, LogName, Position, ReadFrom, ReadLimit, Record, SessionStore,
        Verdict,
    },
};

/// Longer than any case takes.
const LONG: Duration = Duration::from_secs(3_600);

pub(super) type Task<T> = JoinHandle<Result<T, Stop>>;

/// What all of them give, once all have ended.
pub(super) async fn all<T>(tasks: Vec<Task<T>>) -> Result<Vec<T>, Stop> {
    let mut given = Vec::new();
    for task in tasks {
        given.push(task.await.map_err(Stop::failed)??);
    }
    Ok(given)
}

/// Appends so many records, told by writer and number.
fn writer(
    store: &Arc<dyn SessionStore>,
    log: &LogName,
    writer: usize,
    records: usize,
) -> Task<Vec<Position>> {
    let (store, log) = (Arc::clone(store), log.clone());
    tokio::spawn(async move {
        let mut positions = Vec::new();
        for number in 0..records {
            let append = append_of(format!("{writer} {number}"));
            positions.push(store.append(&log, append).await?.position);
            yield_now().await;
        }
        Ok(positions)
    })
}

/// Reads what comes until so many records were read.
fn reader(store: &Arc<dyn SessionStore>, log: &LogName, records: usize) -> Task<Vec<Record>> {
    let (store, log) = (Arc::clone(store), log.clone());
    tokio::spawn(async move {
        let mut read: Vec<Record> = Vec::new();
        while read.len() < records {
            let last = read.last().map(|record| record.position);
            let from = last.map_or(ReadFrom::Earliest, ReadFrom::After);
            let limit = ReadLimit {
                max_records: 7,
                ..ReadLimit::default()
            };
            let page = store.read(&log, from, limit).await?;
            ensure_eq!(
                page.verdict,
                Verdict::Contiguous,
                "the verdict from {from:?}"
            );
            read.extend(page.records);
            yield_now().await;
        }
        Ok(read)
    })
}

/// S3, A1, A2, R1, R6: each record is in its log once, in the order of its writer, and every reader reads
/// the same.
pub(in super::super) async fn many_writers_and_readers_lose_and_double_nothing(
    trial: &Trial,
) -> Outcome {
    const WRITERS: usize = 6;
    const RECORDS: usize = 60;
    let store = trial.fresh().await?;
    let logs = [trial.log(), trial.log()];
    let (mut writers, mut readers) = (Vec::new(), Vec::new());
    for log in &logs {
        for number in 0..WRITERS {
            writers.push(writer(&store, log, number, RECORDS));
        }
        for _ in 0..2 {
            readers.push(reader(&store, log, WRITERS * RECORDS));
        }
    }
    let written = all(writers).await?;
    let read = trial.patiently("the last record", all(readers)).await??;
    for (at, log) in logs.iter().enumerate() {
        let records = read_all(&*store, log).await?;
        ensure_eq!(records.len(), WRITERS * RECORDS, "the records");
        for seen in &read[at * 2..at * 2 + 2] {
            ensure!(*seen == records, "a reader has read something else");
        }
        for number in 0..WRITERS {
            let of_writer = format!("{number} ");
            let kept = records.iter();
            let kept = kept.filter(|record| record.payload.starts_with(of_writer.as_bytes()));
            let kept: Vec<Record> = kept.cloned().collect();
            let expected: Vec<_> = (0..RECORDS).map(|it| format!("{number} {it}")).collect();
            ensure_eq!(texts(&kept), expected, "the records of writer {number}");
            let positions: Vec<_> = kept.iter().map(|record| record.position).collect();
            let acknowledged = &written[at * WRITERS + number];
            ensure_eq!(positions, *acknowledged, "their positions");
        }
    }
    Ok(())
}

/// S3, A4: one of them is the first, and all have its position.
pub(in super::super) async fn concurrent_repetitions_are_one_record(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    for _ in 0..20 {
        let log = trial.log();
        let mut append: Append = append_of("once");
        append.key = Some(IdempotencyKey {
            key: Bytes::from_static(b"key"),
            window: LONG,
        });
        let mut tasks = Vec::new();
        for _ in 0..8 {
            let (store, log, append) = (Arc::clone(&store), log.clone(), append.clone());
            tasks.push(tokio::spawn(async move {
                Ok(store.append(&log, append).await?)
            }));
        }
        let appended = all(tasks).await?;
        let first = appended.iter().filter(|appended| !appended.duplicate);
        ensure_eq!(first.count(), 1, "those that are no duplicate");
        let records = read_all(&*store, &log).await?;
        ensure_eq!(records.len(), 1, "the records");
        for one in appended {
            ensure_eq!(one.position, records[0].position, "its position");
        }
    }
    Ok(())
}

/// S3, W1, W2: whoever reads once it is told that it watches, and then whenever it is told something, has
/// everything.
pub(in super::super) async fn nothing_appended_around_watching_is_missed(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    for round in 0..10 {
        let log = trial.log();
        let mut writers = Vec::new();
        for number in 0..3 {
            writers.push(writer(&store, &log, number, 20));
        }
        for _ in 0..round {
            yield_now().await;
        }
        let mut subscriber = Subscriber::begin(trial, &*store, &log).await?;
        subscriber.see(trial, &*store, 60).await?;
        all(writers).await?;
        ensure_chain(&subscriber.seen, &store.capabilities())?;
    }
    Ok(())
}

/// S3, W1: while many append, a record that is told can be read.
pub(in super::super) async fn concurrent_hints_come_when_they_can_be_read(
    trial: &Trial,
) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let mut subscriber = Subscriber::begin(trial, &*store, &log).await?;
    let first = store.append(&log, append_of("first")).await?.position;
    let mut writers = Vec::new();
    for number in 0..6 {
        writers.push(writer(&store, &log, number, 50));
    }
    subscriber.see(trial, &*store, 301).await?;
    all(writers).await?;
    let page = read_after(&*store, &log, first).await?;
    ensure!(
        page.records == subscriber.seen[1..],
        "it has seen something else"
    );
    Ok(())
}
