//! What a stream reads for itself.

use std::sync::Arc;

use crate::{
    hub::{
        Gap, ResumeFrom, backoff::Backoff, channels::ActiveChannel, log::Behind, shared::Shared,
        single_flight::SingleFlight,
    },
    observe::Replay,
    store::{Position, ReadLimit, Record, StoreError},
};

/// How many records a stream reads at a time.
const MAX_RECORDS: usize = 128;

/// The reads of a channel that are under way. After a restart thousands come back with much the
/// same id: who wants the same at the same time shares one, and its page.
pub(in crate::hub) type SharedReads = SingleFlight<Wanted, Result<Fetched, Arc<StoreError>>>;

/// What a stream has read for itself.
#[derive(Debug, Clone)]
pub(in crate::hub) enum Fetched {
    /// These come next. If there are none, the position is in the ring by now, or will be next
    /// time.
    Records(Arc<[Record]>),
    /// The stream does not go on without this.
    Gap(Gap),
}

impl Fetched {
    /// What somebody finds who comes back.
    pub(super) const fn replay(&self) -> Replay {
        match self {
            Self::Records(_) => Replay::Read,
            Self::Gap(_) => Replay::Miss,
        }
    }
}

/// What to read, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::hub) struct Wanted {
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

/// Reads once, or waits for one who reads the same. For want of the error itself, those who have
/// waited get one of the same kind.
pub(super) async fn fetch_once(
    shared: &Arc<Shared>,
    channel: &Arc<ActiveChannel>,
    wanted: Wanted,
) -> Result<Fetched, StoreError> {
    let read = || {
        let (shared, channel) = (Arc::clone(shared), Arc::clone(channel));
        async move { read(&shared, &channel, wanted).await.map_err(Arc::new) }
    };
    let reading = channel.reads.run(wanted, read, |flight| {
        shared.tasks.spawn(flight.fly());
    });
    let fetched = match reading.await {
        Some(fetched) => fetched.map_err(|error| {
            Arc::try_unwrap(error).unwrap_or_else(|error| without_source(&error))
        })?,
        None => return Err(StoreError::Unavailable { source: None }),
    };
    if matches!(&fetched, Fetched::Records(records) if records.is_empty()) {
        // The position is the log's head. The ring is elsewhere: it has to be brought up first.
        let caught_up = channel.caught_up.notified();
        shared.catch_up(channel);
        if channel.ring.locate(wanted.behind).is_none() {
            caught_up.await;
        }
    }
    Ok(fetched)
}

async fn read(
    shared: &Arc<Shared>,
    channel: &Arc<ActiveChannel>,
    wanted: Wanted,
) -> Result<Fetched, StoreError> {
    let _permit = shared.reads.acquire().await;
    let limit = ReadLimit {
        max_records: MAX_RECORDS,
        max_bytes: wanted.max_bytes,
    };
    let behind = shared.read_behind(&channel.log, wanted.behind, limit);
    match behind.await? {
        Behind::Records { records, .. } => {
            if !records.is_empty() {
                let observers = &shared.settings.observers;
                observers.tell(|observer| observer.read(&channel.name, records.len()));
                shared.learn(channel, wanted.behind, &records);
            }
            Ok(Fetched::Records(records.into()))
        }
        Behind::Gap(reason) => {
            let gap = shared.gap(channel, reason, wanted.behind, wanted.resume_from);
            Ok(Fetched::Gap(gap.await?))
        }
    }
}

fn without_source(error: &StoreError) -> StoreError {
    match error {
        StoreError::Unavailable { .. } => StoreError::Unavailable { source: None },
        StoreError::OutcomeUnknown { .. } => StoreError::OutcomeUnknown { source: None },
        StoreError::Fenced => StoreError::Fenced,
        StoreError::TooLarge { max_bytes } => StoreError::TooLarge {
            max_bytes: *max_bytes,
        },
        StoreError::Corrupt { .. } => StoreError::Corrupt { source: None },
        StoreError::NewerFormat { found, known } => StoreError::NewerFormat {
            found: *found,
            known: *known,
        },
        StoreError::InUse => StoreError::InUse,
        StoreError::Closed => StoreError::Closed,
        StoreError::Configuration { problem } => StoreError::Configuration {
            problem: problem.clone(),
        },
    }
}
