//! What ends streams that are not polled.

use core::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use std::sync::Arc;

use tokio::time::sleep;

use super::{ConnectionHandle, StallReaperLayer};
use crate::stream::{CloseReason, Demand, OpenStreams, StreamHandle};

/// Ends streams that have something to send and whose bodies are not polled: on HTTP/2, those of a
/// client that opens no window for them while it reads its socket. Clones are the same one. See the
/// [module](crate::stall).
#[derive(Clone)]
#[must_use]
pub struct StallReaper {
    stall_time: Duration,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    streams: Arc<OpenStreams<Watched>>,
    /// Moved by one for each tick.
    clock: Arc<AtomicU64>,
    /// Held by the one that moves it.
    running: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Watched {
    demand: Arc<Demand>,
    connection: Option<ConnectionHandle>,
}

/// How many ticks a stall time has.
const TICKS: u64 = 10;

impl StallReaper {
    /// The stall time: 30 seconds.
    pub const DEFAULT_STALL_TIME: Duration = Duration::from_secs(30);

    /// Ends a stream that has had something to send for so long, at least 10 ms, and up to a tenth
    /// more.
    pub fn new(stall_time: Duration) -> Self {
        Self {
            stall_time: stall_time.max(Duration::from_millis(10)),
            shared: Arc::default(),
        }
    }

    /// The layer for the services whose streams are meant.
    pub fn layer(&self) -> StallReaperLayer {
        StallReaperLayer::new(self.clone())
    }

    /// Looks at all streams ten times in a stall time, as long as it is polled: spawn it. Without it
    /// nothing is ended. It never ends; dropping it is harmless. Of several the first one works, and the
    /// others wait until it is dropped.
    ///
    /// A stream that is ended is closed at once ([`CloseReason::Stalled`]): what it holds, such as a
    /// slot, is free. Its connection is [aborted](ConnectionHandle::abort) if the request tells its
    /// handle.
    pub async fn run(&self) {
        let _running = self.shared.running.lock().await;
        loop {
            sleep(self.stall_time / TICKS as u32).await;
            let _ = self.shared.clock.fetch_add(1, Ordering::AcqRel);
            for (stream, watched) in self.shared.streams.list() {
                // The tick in which it began is not whole.
                if watched.demand.ticks() > TICKS {
                    stream.close(CloseReason::Stalled);
                    if let Some(connection) = watched.connection {
                        connection.abort();
                    }
                }
            }
        }
    }

    /// A stream is open.
    pub(super) fn add(&self, stream: &StreamHandle, connection: Option<ConnectionHandle>) {
        let demand = Demand::new(Arc::clone(&self.shared.clock));
        // Some servers wait for room before they poll a body for the first time.
        demand.begin();
        let watched = Watched {
            demand: Arc::clone(&demand),
            connection: connection.clone(),
        };
        if self.shared.streams.add(stream, watched) {
            stream.demand(demand, connection);
        }
    }
}

impl Default for StallReaper {
    fn default() -> Self {
        Self::new(Self::DEFAULT_STALL_TIME)
    }
}

impl fmt::Debug for StallReaper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StallReaper")
            .field("stall_time", &self.stall_time)
            .field("open_streams", &self.shared.streams.len())
            .finish()
    }
}
