//! A server of its own for each test, and the operations that tests repeat.

use core::time::Duration;

use bytes::Bytes;
use sse_session::{
    Channel,
    nats::{NatsOptions, NatsStore},
    store::{
        Append, Appended, IdempotencyKey, LogName, Page, Position, ReadFrom, ReadLimit, Record,
        SessionStore, StoreError, Verdict,
    },
};
use sse_tests::servers::{DEADLINE, Nats, NatsSetup, find_or_skip};
use tokio::time::{Instant, sleep};

/// A server of its own; nothing if there is none here, which was said.
pub(crate) fn server(test: &str) -> Option<Nats> {
    let program = find_or_skip(test, "nats-server")?;
    Some(Nats::start(program, &NatsSetup::default()))
}

/// Gives up soon, so that tests do.
pub(crate) fn options(server: &Nats) -> NatsOptions {
    NatsOptions::new(server.url())
        .with_request_timeout(Duration::from_millis(500))
        .with_operation_timeout(Duration::from_secs(2))
}

pub(crate) async fn connect(server: &Nats) -> NatsStore {
    NatsStore::connect(options(server)).await.unwrap()
}

pub(crate) fn log(name: &str) -> LogName {
    LogName::of_channel(&Channel::try_from(name).unwrap())
}

pub(crate) fn append_of(number: u32) -> Append {
    Append::new(Bytes::from(format!("record {number}")), number + 1)
}

pub(crate) fn keyed(number: u32) -> Append {
    let mut append = append_of(number);
    append.key = Some(IdempotencyKey {
        key: Bytes::from(format!("key {number}")),
        window: Duration::from_secs(3_600),
    });
    append
}

pub(crate) async fn fill(store: &NatsStore, log: &LogName, records: u32) -> Vec<Position> {
    let mut positions = Vec::new();
    for number in 0..records {
        let appended = store.append(log, append_of(number)).await.unwrap();
        positions.push(appended.position);
    }
    positions
}

pub(crate) async fn read_after(store: &NatsStore, log: &LogName, position: Position) -> Page {
    let limit = ReadLimit {
        max_records: usize::MAX,
        max_bytes: usize::MAX,
    };
    let read = store.read(log, ReadFrom::After(position), limit);
    read.await.unwrap()
}

/// All that is kept, which has to be a chain.
pub(crate) async fn read_all(store: &NatsStore, log: &LogName) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    loop {
        let last = records.last().map(|record| record.position);
        let from = last.map_or(ReadFrom::Earliest, ReadFrom::After);
        let page = store.read(log, from, ReadLimit::default()).await.unwrap();
        assert_eq!(page.verdict, Verdict::Contiguous);
        for record in page.records {
            let previous = records.last().map(|before| before.position.as_previous());
            assert!(previous.is_none_or(|previous| previous == record.previous));
            records.push(record);
        }
        if !page.more {
            return records;
        }
    }
}

/// Repeats an append with its key until it is acknowledged.
pub(crate) async fn append_at_last(store: &NatsStore, log: &LogName, append: Append) -> Appended {
    let begun = Instant::now();
    loop {
        match store.append(log, append.clone()).await {
            Ok(appended) => return appended,
            Err(StoreError::Unavailable { .. } | StoreError::OutcomeUnknown { .. }) => {}
            Err(error) => panic!("{error}"),
        }
        assert!(begun.elapsed() < DEADLINE, "it never comes back");
        sleep(Duration::from_millis(50)).await;
    }
}

/// A client that knows nothing of ours, as an administrator has.
pub(crate) async fn administrator(server: &Nats) -> async_nats::jetstream::Context {
    async_nats::jetstream::new(async_nats::connect(server.url()).await.unwrap())
}
