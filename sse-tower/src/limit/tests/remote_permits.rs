//! A store that two servers share, as a test needs it: slow, sometimes away, with a limit per key of
//! which the oldest stream makes room.

use core::time::Duration;
use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use tokio::{sync::mpsc, time::sleep};

use crate::{
    limit::{Eviction, PermitError, PermitFuture, StreamKey, StreamPermit, StreamPermits},
    stream::StreamHandle,
};

/// How long an answer takes.
pub(super) const LATENCY: Duration = Duration::from_millis(20);

/// Who has which slot, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Store {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    away: bool,
    next: u64,
    max_streams_per_key: usize,
    evicts: bool,
    holders: Vec<(StreamKey, u64)>,
    /// The servers, to be told of what is revoked.
    servers: Vec<mpsc::UnboundedSender<u64>>,
}

impl Store {
    pub(super) fn new(max_streams_per_key: usize, evicts: bool) -> Arc<Self> {
        let store = Self::default();
        store.state.lock().max_streams_per_key = max_streams_per_key;
        store.state.lock().evicts = evicts;
        Arc::new(store)
    }

    pub(super) fn set_away(&self, away: bool) {
        self.state.lock().away = away;
    }

    pub(super) fn taken(&self) -> usize {
        self.state.lock().holders.len()
    }

    fn take(&self, key: &StreamKey) -> Result<u64, PermitError> {
        let mut state = self.state.lock();
        if state.away {
            let source = "no answer from the store".into();
            return Err(PermitError::Unavailable { source });
        }
        let mut holders = state.holders.iter();
        let oldest = holders.position(|(holder, _)| holder == key);
        let count = state.holders.iter().filter(|(holder, _)| holder == key);
        let max_streams = state.max_streams_per_key;
        if count.count() >= max_streams {
            let Some(oldest) = oldest.filter(|_| state.evicts) else {
                return Err(PermitError::KeyReached { max_streams });
            };
            let (_, revoked) = state.holders.remove(oldest);
            for server in &state.servers {
                let _ = server.send(revoked);
            }
        }
        state.next += 1;
        let number = state.next;
        state.holders.push((key.clone(), number));
        Ok(number)
    }

    fn release(&self, number: u64) {
        self.state
            .lock()
            .holders
            .retain(|holder| holder.1 != number);
    }
}

/// One server's side.
#[derive(Debug)]
pub(super) struct RemotePermits {
    store: Arc<Store>,
    streams: Arc<Mutex<HashMap<u64, StreamHandle>>>,
    /// Slots to give back, since `drop` cannot wait.
    released: mpsc::UnboundedSender<u64>,
}

impl RemotePermits {
    /// Connects; two tasks listen to the store and give slots back.
    pub(super) fn new(store: &Arc<Store>) -> Arc<Self> {
        let (released, mut to_release) = mpsc::unbounded_channel();
        let at_store = Arc::clone(store);
        tokio::spawn(async move {
            while let Some(number) = to_release.recv().await {
                sleep(LATENCY).await;
                at_store.release(number);
            }
        });
        let (server, mut revoked) = mpsc::unbounded_channel();
        store.state.lock().servers.push(server);
        let streams = Arc::<Mutex<HashMap<u64, StreamHandle>>>::default();
        let local = Arc::clone(&streams);
        tokio::spawn(async move {
            while let Some(number) = revoked.recv().await {
                sleep(LATENCY).await;
                let stream = local.lock().get(&number).cloned();
                if let Some(stream) = stream {
                    stream.end(Eviction::new().to_stream_end());
                }
            }
        });
        let store = Arc::clone(store);
        Arc::new(Self {
            store,
            streams,
            released,
        })
    }
}

impl StreamPermits for RemotePermits {
    fn acquire<'a>(&'a self, key: Option<&'a StreamKey>) -> PermitFuture<'a> {
        Box::pin(async move {
            let key = key.cloned().unwrap_or_else(|| StreamKey::new(""));
            sleep(LATENCY / 2).await;
            // From here on the slot is given back even if nobody waits for the answer any more.
            let permit: Box<dyn StreamPermit> = Box::new(RemotePermit {
                number: self.store.take(&key)?,
                streams: Arc::clone(&self.streams),
                released: self.released.clone(),
            });
            sleep(LATENCY / 2).await;
            Ok(permit)
        })
    }
}

struct RemotePermit {
    number: u64,
    streams: Arc<Mutex<HashMap<u64, StreamHandle>>>,
    released: mpsc::UnboundedSender<u64>,
}

impl StreamPermit for RemotePermit {
    fn attach(&self, stream: &StreamHandle) {
        self.streams.lock().insert(self.number, stream.clone());
    }
}

impl Drop for RemotePermit {
    fn drop(&mut self) {
        let stream = self.streams.lock().remove(&self.number);
        drop(stream);
        let _ = self.released.send(self.number);
    }
}
