//! The handle by which a server drains.

use core::{
    fmt,
    future::poll_fn,
    pin::pin,
    task::{Poll, ready},
    time::Duration,
};
use std::sync::Arc;

use sse_codec::{Encode, Event, EventType};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use super::{DrainLayer, LeftBehind};
use crate::{
    Jitter,
    response::after,
    retry::Retry,
    stream::{CloseReason, Farewell, OpenStreams, StreamEnd, StreamHandle},
};

/// Ends the streams of a server that stops. Clones are the same drain. See the
/// [module](crate::drain).
#[derive(Clone)]
#[must_use]
pub struct Drain {
    window: Duration,
    deadline: Duration,
    farewell: Farewell,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    streams: Arc<OpenStreams<()>>,
    /// From the beginning on.
    times: watch::Sender<Option<Times>>,
}

impl Shared {
    /// Waits until it has begun.
    async fn begun(&self) -> Times {
        let mut times = self.times.subscribe();
        loop {
            let known = *times.borrow_and_update();
            if let Some(times) = known {
                return times;
            }
            // It fails when the sender is gone, which is here.
            let _ = times.changed().await;
        }
    }
}

/// When a drain that has begun is over.
#[derive(Clone, Copy)]
struct Times {
    window: Instant,
    deadline: Instant,
}

impl Drain {
    /// With a window of 10 seconds and a deadline of 5; clients are told to come back after 1 to 3
    /// seconds, and why, by an event `disconnected` with the data `draining`.
    pub fn new() -> Self {
        let event = Event::builder("draining").event_type(EventType::from_static("disconnected"));
        let retry = Retry::new(Duration::from_secs(1)).with_jitter(Jitter::percent(100));
        Self {
            window: Duration::from_secs(10),
            deadline: Duration::from_secs(5),
            farewell: Farewell::new()
                .with_retry(retry)
                .with_event(event.to_frame()),
            shared: Arc::default(),
        }
    }

    /// Sets over how long the ends are spread. 0: all at once.
    pub const fn with_window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// Sets how long after the window the last ones may take: an event that has begun, a client
    /// that is slow.
    pub const fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets what is said last.
    pub fn with_farewell(mut self, farewell: Farewell) -> Self {
        self.farewell = farewell;
        self
    }

    /// The layer for the services whose streams are meant.
    pub fn layer(&self) -> DrainLayer {
        DrainLayer::new(self.clone())
    }

    /// Begins, with the settings of this clone. Only the first call does something. Call it on a
    /// tokio runtime.
    pub fn begin(&self) {
        let window = after(Instant::now(), self.window);
        let deadline = after(window, self.deadline);
        let times = Times { window, deadline };
        let first = self.shared.times.send_if_modified(|known| {
            let first = known.is_none();
            known.get_or_insert(times);
            first
        });
        if first {
            for (stream, ()) in self.shared.streams.list() {
                self.end(&stream, times);
            }
        }
    }

    /// Ends a stream at a time of its own in what is left of the window.
    fn end(&self, stream: &StreamHandle, times: Times) {
        let now = Instant::now();
        let left = times.window.saturating_duration_since(now);
        let at = after(now, Jitter::percent(100).shorten(left));
        let grace = times.deadline.duration_since(times.window);
        let end = StreamEnd::new(CloseReason::Drained)
            .with_farewell(self.farewell.clone())
            .with_grace(grace.min(times.deadline.saturating_duration_since(at)));
        stream.end_at(at, end);
    }

    /// A stream is open.
    pub(super) fn add(&self, stream: &StreamHandle) {
        if !self.shared.streams.add(stream, ()) {
            return;
        }
        // If it has begun meanwhile, the stream may not have been listed.
        let times = *self.shared.times.borrow();
        if let Some(times) = times {
            self.end(stream, times);
        }
    }

    /// Whether it has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.shared.times.borrow().is_some()
    }

    /// How many streams are open.
    #[must_use]
    pub fn open_streams(&self) -> usize {
        self.shared.streams.len()
    }

    /// Waits until it has begun. Cancel-safe.
    pub fn begun(&self) -> impl Future<Output = ()> + Send + 'static {
        let shared = Arc::clone(&self.shared);
        async move {
            shared.begun().await;
        }
    }

    /// Waits until it has begun and no stream is open any more, or the deadline is over: for the
    /// graceful shutdown of a server that answers until then. Cancel-safe.
    pub fn ended(&self) -> impl Future<Output = ()> + Send + 'static {
        let drain = self.clone();
        async move {
            let _ = drain.finished().await;
        }
    }

    /// As [`ended`](Self::ended), and tells which of the two it was. Cancel-safe.
    ///
    /// # Errors
    ///
    /// [`LeftBehind`] if the deadline comes first.
    pub async fn finished(&self) -> Result<(), LeftBehind> {
        let over = async {
            self.shared.begun().await;
            self.shared.streams.emptied().await;
        };
        self.serve(over).await
    }

    /// Runs a server until it ends by itself, or the deadline is over. Cancel-safe as the server is.
    ///
    /// The server is dropped then. What it has spawned goes on until the runtime is shut down or
    /// the process exits.
    ///
    /// # Errors
    ///
    /// [`LeftBehind`] if the deadline comes first.
    pub async fn serve<F: Future>(&self, server: F) -> Result<F::Output, LeftBehind> {
        let mut server = pin!(server);
        let mut deadline = pin!(self.deadline());
        poll_fn(|cx| {
            if let Poll::Ready(output) = server.as_mut().poll(cx) {
                return Poll::Ready(Ok(output));
            }
            ready!(deadline.as_mut().poll(cx));
            let streams = self.open_streams();
            Poll::Ready(Err(LeftBehind { streams }))
        })
        .await
    }

    /// Waits until it has begun and the deadline is over.
    async fn deadline(&self) {
        let times = self.shared.begun().await;
        sleep_until(times.deadline).await;
    }
}

impl Default for Drain {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Drain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drain")
            .field("begun", &self.has_begun())
            .field("open_streams", &self.open_streams())
            .finish_non_exhaustive()
    }
}
