//! A hub over a store in which many events are kept.

use core::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sse_codec::{Encode as _, LastEventId};
use sse_session::{
    Channel,
    cursor::CursorCodec,
    hub::{Hub, Subscription},
    memory::MemoryStore,
    redb::{RedbMode, RedbOptions, RedbStore},
    store::{Append, LogName, Position, ReadFrom, ReadLimit, Retention, SessionStore, StoreError},
};
use tempfile::TempDir;

use crate::fanout::event::{data, event};

/// How many appends are on their way at a time.
const AT_A_TIME: usize = 512;

/// A hub, and the log of a channel with so many events.
#[derive(Debug)]
pub struct Kept {
    /// What the store is called.
    pub store: &'static str,
    /// How many events.
    pub events: u64,
    /// Over the store.
    pub hub: Hub,
    channel: Channel,
    first: Position,
    /// Where its file is.
    _folder: Option<TempDir>,
}

impl Kept {
    /// In memory.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn in_memory(events: u64) -> Result<Self, StoreError> {
        let store = MemoryStore::new();
        Self::fill("memory", store, events, None).await
    }

    /// In a file. It is written without synchronising each append.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn in_a_file(events: u64) -> Result<Self, StoreError> {
        let folder = folder()?;
        let interval = Duration::from_millis(200);
        let options = RedbOptions::default().with_mode(RedbMode::Relaxed { interval });
        let store = RedbStore::open_with(folder.path().join("kept.redb"), options)?;
        Self::fill("redb", store, events, Some(folder)).await
    }

    async fn fill(
        name: &'static str,
        store: impl SessionStore + Clone,
        events: u64,
        folder: Option<TempDir>,
    ) -> Result<Self, StoreError> {
        let channel = Channel::try_from("prices").expect("a name");
        let log = LogName::of_channel(&channel);
        let appends = stream::iter(1..=events).map(|number| {
            let mut append = Append::new(block(number), tag(number));
            append.retention = Retention::records(events);
            store.append(&log, append)
        });
        let appended = appends.buffered(AT_A_TIME);
        let last = appended.try_fold(None, async |_, it| Ok(Some(it.position)));
        // Without tokio's budget, which would make some wait and be overtaken.
        let last = tokio::task::unconstrained(last).await?.expect("an event");
        let page = store.read(&log, ReadFrom::Earliest, ReadLimit::default());
        let first = page.await?.records.first().map(|it| it.position);
        let first = first.expect("a record");
        assert_eq!(
            (first.offset, last.offset),
            (1, events),
            "nothing is trimmed"
        );
        Ok(Self {
            store: name,
            events,
            hub: Hub::builder(store)
                .build()
                .expect("a runtime and randomness"),
            channel,
            first,
            _folder: folder,
        })
    }

    /// The subscription of a client that has seen this event last.
    ///
    /// # Panics
    ///
    /// Never: ids of ours are ids.
    pub fn after(&self, number: u64) -> Subscription {
        let position = Position {
            offset: number,
            tag: tag(number),
            ..self.first
        };
        let codec = CursorCodec::new();
        let id = codec.encode(&[(codec.label(&self.channel), position)]);
        let id = LastEventId::try_from(id.as_str().as_bytes()).expect("an id of ours");
        Subscription::to([self.channel.clone()]).after(id)
    }
}

/// A folder for a store's file, where temporary files are.
///
/// # Errors
///
/// If there is none.
pub fn folder() -> Result<TempDir, StoreError> {
    TempDir::new().map_err(|error| StoreError::Unavailable {
        source: Some(error.into()),
    })
}

/// What a hub would store.
#[must_use]
pub fn block(number: u64) -> Bytes {
    event(&data(number)).to_frame().into_bytes()
}

fn tag(number: u64) -> u32 {
    (number as u32).max(1)
}
