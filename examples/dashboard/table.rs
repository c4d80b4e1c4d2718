//! A table of the application's database: rows whose keys are the ids of events, and who is told of new ones.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::BytesMut;
use redb::{Database, ReadableDatabase as _, ReadableTable as _, TableDefinition};
use serde::{Serialize, de::DeserializeOwned};
use sse_codec::{Encode, Event, EventId, EventType};
use sse_session::resumable::Broadcasts;
use tokio::sync::broadcast;

/// What a row holds, and the type of the event that tells of it.
pub(crate) trait Content:
    Serialize + DeserializeOwned + Clone + Send + Sync + 'static
{
    const EVENT_TYPE: EventType<'static>;
}

/// A row, which is an event: encoded once for all streams.
#[derive(Debug, Clone)]
pub(crate) struct Row<T> {
    pub(crate) id: u64,
    pub(crate) content: T,
    pub(crate) event: Event,
}

impl<T: Content> Row<T> {
    fn new(id: u64, json: &str) -> io::Result<Self> {
        let event = Event::builder(json).event_type(T::EVENT_TYPE);
        Ok(Self {
            id,
            content: serde_json::from_str(json)?,
            event: event.id(EventId::from(id)).build(),
        })
    }
}

impl<T> Encode for Row<T> {
    fn encoded_len(&self) -> usize {
        self.event.encoded_len()
    }

    fn encode(&self, dst: &mut BytesMut) {
        self.event.encode(dst);
    }
}

/// Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Table<T> {
    database: Arc<Database>,
    name: &'static str,
    told: broadcast::Sender<Row<T>>,
    turn: Arc<Mutex<()>>,
}

impl<T: Content> Table<T> {
    pub(crate) fn open(database: &Arc<Database>, name: &'static str) -> Result<Self, redb::Error> {
        let transaction = database.begin_write()?;
        transaction.open_table(definition(name))?;
        transaction.commit()?;
        Ok(Self {
            database: Arc::clone(database),
            name,
            told: broadcast::Sender::new(256),
            turn: Arc::default(),
        })
    }

    /// What is added from now on.
    pub(crate) fn live(&self) -> Broadcasts<Row<T>> {
        Broadcasts::new(self.told.subscribe())
    }

    /// Adds a row, and then tells of it: who is told can read it.
    pub(crate) async fn add(&self, content: T) -> io::Result<u64> {
        let table = self.clone();
        blocking(move || {
            // They are told in the order of their ids.
            let _turn = table.turn.lock().unwrap_or_else(PoisonError::into_inner);
            let json = serde_json::to_string(&content)?;
            let id = table.insert(&json).map_err(io::Error::other)?;
            _ = table.told.send(Row::new(id, &json)?); // Nobody may be there.
            Ok(id)
        })
        .await
    }

    /// The rows behind `id`, in order, at most `limit`.
    pub(crate) async fn after(&self, id: u64, limit: usize) -> io::Result<Vec<Row<T>>> {
        let table = self.clone();
        blocking(move || table.read(id, limit)).await
    }

    /// The id of the newest row; 0 if there is none.
    pub(crate) async fn newest(&self) -> io::Result<u64> {
        let table = self.clone();
        let newest = move || -> Result<u64, redb::Error> {
            let rows = table.database.begin_read()?;
            let rows = rows.open_table(definition(table.name))?;
            Ok(rows.last()?.map_or(0, |(id, _)| id.value()))
        };
        blocking(move || newest().map_err(io::Error::other)).await
    }

    /// Changes a row that is there, unless `change` says that it may not; whether it was.
    pub(crate) async fn change(
        &self,
        id: u64,
        change: impl FnOnce(&mut T) -> bool + Send + 'static,
    ) -> io::Result<bool> {
        let table = self.clone();
        blocking(move || {
            let _turn = table.turn.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(mut row) = table.read(id.saturating_sub(1), 1)?.pop() else {
                return Ok(false);
            };
            if row.id != id || !change(&mut row.content) {
                return Ok(false);
            }
            let json = serde_json::to_string(&row.content)?;
            table.write(|_| id, &json).map_err(io::Error::other)?;
            Ok(true)
        })
        .await
    }

    fn insert(&self, json: &str) -> Result<u64, redb::Error> {
        self.write(|last| last + 1, json)
    }

    /// Writes a row at the id that is chosen with a look at the last one.
    fn write(&self, choose: impl FnOnce(u64) -> u64, json: &str) -> Result<u64, redb::Error> {
        let transaction = self.database.begin_write()?;
        let id = {
            let mut rows = transaction.open_table(definition(self.name))?;
            let id = choose(rows.last()?.map_or(0, |(id, _)| id.value()));
            rows.insert(id, json)?;
            id
        };
        transaction.commit()?;
        Ok(id)
    }

    fn read(&self, after: u64, limit: usize) -> io::Result<Vec<Row<T>>> {
        let read = || -> Result<Vec<(u64, String)>, redb::Error> {
            let rows = self.database.begin_read()?;
            let rows = rows.open_table(definition(self.name))?;
            let rows = rows.range(after.saturating_add(1)..)?.take(limit);
            rows.map(|row| row.map(|(id, json)| (id.value(), json.value().to_owned())))
                .collect::<Result<_, _>>()
                .map_err(Into::into)
        };
        let rows = read().map_err(io::Error::other)?;
        rows.iter().map(|(id, json)| Row::new(*id, json)).collect()
    }
}

const fn definition(name: &'static str) -> TableDefinition<'static, u64, &'static str> {
    TableDefinition::new(name)
}

/// The disk may take its time.
async fn blocking<R: Send + 'static>(
    work: impl FnOnce() -> io::Result<R> + Send + 'static,
) -> io::Result<R> {
    tokio::task::spawn_blocking(work).await?
}
