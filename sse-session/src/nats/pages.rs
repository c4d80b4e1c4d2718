//! Reading many records of a log.

use core::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, ReplayPolicy, pull};
use bytes::Bytes;
use futures_util::StreamExt as _;

use super::{
    failure::unavailable,
    reads::record_of,
    server::{Server, Stored},
    streams::Kind,
};
use crate::store::{Page, Position, ReadLimit, Record, StoreError};

/// How many records are asked for one by one before many are asked for at once.
const ONE_BY_ONE: usize = 4;
/// How many are asked for at once, at most.
const AT_ONCE: usize = 256;
/// What a record has besides its payload, about.
const OVERHEAD_BYTES: usize = 1 << 10;
/// When the server forgets that somebody was reading.
const FORGET_READER: Duration = Duration::from_secs(10);

/// Fills a page, from its first record on and up to its head, as far as the limit allows.
pub(super) async fn fill(
    server: &Server,
    subject: &str,
    first: Record,
    limit: ReadLimit,
    page: &mut Page,
) -> Result<(), StoreError> {
    let Some(head) = page.head else {
        return Ok(());
    };
    let mut filling = Filling {
        bytes: first.payload.len(),
        last: first.position,
        from: first.position.offset + 1,
        is_done: false,
        records: vec![first],
        head,
        limit,
    };
    filling.look();
    while !filling.is_done && filling.records.len() < ONE_BY_ONE {
        filling.take_next(server, subject).await?;
    }
    if !filling.is_done {
        // What does not come so comes one by one.
        let _ = filling.take_many(server, subject).await;
    }
    while !filling.is_done {
        filling.take_next(server, subject).await?;
    }
    page.more = filling.last.offset < head.offset;
    page.records = filling.records;
    Ok(())
}

struct Filling {
    records: Vec<Record>,
    bytes: usize,
    last: Position,
    /// The sequence of the next message.
    from: u64,
    head: Position,
    limit: ReadLimit,
    is_done: bool,
}

impl Filling {
    async fn take_next(&mut self, server: &Server, subject: &str) -> Result<(), StoreError> {
        match server.next(Kind::Logs, subject, self.from).await? {
            Some(stored) => self.take(&stored),
            None => {
                self.is_done = true;
                Ok(())
            }
        }
    }

    fn take(&mut self, stored: &Stored) -> Result<(), StoreError> {
        if self.is_done || stored.sequence < self.from {
            return Ok(());
        }
        self.from = stored.sequence + 1;
        let Some(record) = record_of(stored, self.head.epoch)? else {
            self.is_done = stored.sequence >= self.head.offset;
            return Ok(());
        };
        let bytes = self.bytes.saturating_add(record.payload.len());
        // What follows has gone meanwhile, or is too much.
        if record.previous != self.last.as_previous() || bytes > self.limit.max_bytes {
            self.is_done = true;
            return Ok(());
        }
        self.bytes = bytes;
        self.last = record.position;
        self.records.push(record);
        self.look();
        Ok(())
    }

    fn look(&mut self) {
        self.is_done = self.last.offset >= self.head.offset
            || self.records.len() >= self.limit.max_records
            || self.bytes >= self.limit.max_bytes;
    }

    /// Lets the server send what follows, as long as nothing is missing in between.
    async fn take_many(&mut self, server: &Server, subject: &str) -> Result<(), StoreError> {
        let stream = server.stream(Kind::Logs).await?;
        let consumer = stream.create_consumer(pull::Config {
            deliver_policy: DeliverPolicy::ByStartSequence {
                start_sequence: self.from,
            },
            filter_subject: subject.to_owned(),
            ack_policy: AckPolicy::None,
            replay_policy: ReplayPolicy::Instant,
            inactive_threshold: FORGET_READER,
            memory_storage: true,
            num_replicas: 1,
            ..pull::Config::default()
        });
        let consumer = consumer.await.map_err(unavailable)?;
        let mut has_more = true;
        while has_more && !self.is_done {
            let wanted = self.limit.max_records - self.records.len();
            let left = self.limit.max_bytes - self.bytes;
            let batch = consumer
                .fetch()
                .max_messages(wanted.min(AT_ONCE))
                .max_bytes(
                    left.saturating_add(AT_ONCE * OVERHEAD_BYTES)
                        .min(MOST_BYTES),
                )
                .messages();
            let mut batch = batch.await.map_err(unavailable)?;
            has_more = false;
            while let Some(message) = batch.next().await {
                let message = message.map_err(unavailable)?;
                let sequence = message.info().map_err(unavailable)?.stream_sequence;
                has_more = true;
                let message = message.split().0;
                self.take(&Stored {
                    sequence,
                    subject: String::new(),
                    headers: message.headers.unwrap_or_default(),
                    payload: message.payload,
                    at: 0,
                })?;
            }
        }
        let name = consumer.cached_info().name.clone();
        // Nobody waits for the end of it, and if it is not told the server finds out by itself.
        let api = format!(
            "$JS.API.CONSUMER.DELETE.{}.{name}",
            server.subjects.logs_stream()
        );
        let _ = server.client.publish(api, Bytes::new()).await;
        Ok(())
    }
}

/// The most that is asked for at once, in bytes.
const MOST_BYTES: usize = 8 << 20;
