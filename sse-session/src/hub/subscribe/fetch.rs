//! What a stream reads for itself.

use std::sync::Arc;

use crate::{
    hub::{
        Gap, ResumeFrom, backoff::Backoff, channels::ActiveChannel, log::Behind, shared::Shared,
    },
    store::{Position, ReadLimit, Record, StoreError},
};

/// How many records a stream reads at a time.
const MAX_RECORDS: usize = 128;

/// What a stream has read for itself.
#[derive(Debug)]
pub(super) enum Fetched {
    /// These come next. If there are none, the position is in the ring by now, or will be next
    /// time.
    Records(Vec<Record>),
    /// The stream does not go on without this.
    Gap(Gap),
}

/// What to read, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) behind: Position,
    pub(super) max_bytes: usize,
    pub(super) resume_from: ResumeFrom,
}

/// Reads until it succeeds. The store may be away: the stream waits, and its client knows nothing
/// of it.
pub(super) async fn fetch(
    shared: Arc<Shared>,
    channel: Arc<ActiveChannel>,
    wanted: Wanted,
) -> Fetched {
    let mut backoff = Backoff::new();
    loop {
        match fetch_once(&shared, &channel, wanted).await {
            Ok(fetched) => return fetched,
            Err(_) => backoff.wait(&shared.random).await,
        }
    }
}

pub(super) async fn fetch_once(
    shared: &Arc<Shared>,
    channel: &Arc<ActiveChannel>,
    wanted: Wanted,
) -> Result<Fetched, StoreError> {
    let permit = shared.reads.acquire().await;
    let limit = ReadLimit {
        max_records: MAX_RECORDS,
        max_bytes: wanted.max_bytes,
    };
    match shared
        .read_behind(&channel.log, wanted.behind, limit)
        .await?
    {
        Behind::Records { records, .. } if records.is_empty() => {
            // The position is the log's head. The ring is elsewhere: it has to be brought up first.
            drop(permit);
            let caught_up = channel.caught_up.notified();
            shared.catch_up(channel);
            if channel.ring.locate(wanted.behind).is_none() {
                caught_up.await;
            }
            Ok(Fetched::Records(records))
        }
        Behind::Records { records, .. } => {
            channel.learn(wanted.behind, &records);
            Ok(Fetched::Records(records))
        }
        Behind::Gap(reason) => {
            let gap = shared.gap(channel, reason, wanted.behind, wanted.resume_from);
            Ok(Fetched::Gap(gap.await?))
        }
    }
}
