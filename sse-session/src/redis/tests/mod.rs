//! What becomes of a store when something becomes of its server.

mod losses;
mod refusals;
mod replicas;
mod watching;

use core::time::Duration;

use bytes::Bytes;
use sse_tests::{
    requirement,
    servers::{DEADLINE, Redis},
};
use tokio::time::{sleep, timeout};

use super::{RedisOptions, RedisStore};
use crate::{
    Channel,
    store::{
        Append, IdempotencyKey, Key, LogName, Page, Position, ReadFrom, ReadLimit,
        SessionStore as _, StoreError,
    },
};

/// A server of one test, or the test is skipped.
fn start_or_skip(test: &str, settings: &[&str]) -> Option<Redis> {
    let Some(program) = Redis::program() else {
        requirement::skip(test, "redis-server", "there is no redis-server");
        return None;
    };
    Some(Redis::start(&program, settings))
}

fn options(server: &Redis) -> RedisOptions {
    let (first, longest) = (Duration::from_millis(5), Duration::from_millis(50));
    RedisOptions::new("127.0.0.1", server.address().port())
        .with_response_timeout(DEADLINE)
        .with_reconnect_backoff(first, longest)
}

async fn connect(server: &Redis) -> RedisStore {
    RedisStore::connect(options(server)).await.unwrap()
}

fn log() -> LogName {
    LogName::of_channel(&Channel::try_from("prices").unwrap())
}

fn key() -> Key {
    Key::new("case", "key")
}

/// Text with a tag of its own.
fn append_of(text: &str) -> Append {
    let bytes = text
        .bytes()
        .fold(7_u32, |tag, byte| tag.wrapping_mul(31) ^ u32::from(byte));
    Append::new(Bytes::copy_from_slice(text.as_bytes()), bytes.max(1))
}

fn keyed(text: &str) -> Append {
    let mut append = append_of(text);
    append.key = Some(IdempotencyKey {
        key: Bytes::copy_from_slice(text.as_bytes()),
        window: Duration::from_secs(3_600),
    });
    append
}

async fn fill(store: &RedisStore, records: usize) -> Vec<Position> {
    let mut positions = Vec::new();
    for number in 0..records {
        let append = append_of(&format!("record {number}"));
        let appended = store.append(&log(), append).await.unwrap();
        positions.push(appended.position);
    }
    positions
}

async fn read(store: &RedisStore, from: ReadFrom) -> Page {
    eventually(async || store.read(&log(), from, ReadLimit::default()).await).await
}

async fn texts(store: &RedisStore) -> Vec<String> {
    let records = read(store, ReadFrom::Earliest).await.records;
    let text = |payload: &[u8]| String::from_utf8(payload.to_vec()).unwrap();
    records.iter().map(|record| text(&record.payload)).collect()
}

/// What an operation gives as soon as the server is there.
async fn eventually<T>(operation: impl AsyncFn() -> Result<T, StoreError>) -> T {
    let tried = async {
        loop {
            match operation().await {
                Ok(done) => return done,
                Err(StoreError::Unavailable { .. }) => sleep(Duration::from_millis(5)).await,
                Err(other) => panic!("{other}: {other:?}"),
            }
        }
    };
    timeout(DEADLINE, tried).await.unwrap()
}
