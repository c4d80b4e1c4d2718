//! All events of a stream that ends.

use core::{error::Error, fmt, future::poll_fn, pin::Pin};

use futures_core::Stream as _;
use sse_codec::{DecodeError, Event};

use super::{ClientError, ClientItem, EventSource, HttpService};

/// Collects the events of a stream that ends with a sentinel, as the answers of language models do
/// with `[DONE]`.
///
/// ```
/// use http::{Request, Response};
/// use http_body_util::Full;
/// use bytes::Bytes;
/// use sse_tower::client::{Collector, EventSource, EventSourceOptions};
/// use tower::service_fn;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let service = service_fn(|_: Request<Full<Bytes>>| async {
///     let body = Full::new(Bytes::from("data: Hel\n\ndata: lo\n\ndata: [DONE]\n\n"));
///     Response::builder().header("content-type", "text/event-stream").body(body)
/// });
/// let request = Request::post("/v1/chat").body(Full::from("{}"))?;
/// let mut source = EventSource::from_request(service, request)
///     .with_options(EventSourceOptions::one_shot());
/// let events = Collector::new("[DONE]").collect(&mut source).await?;
/// let text: String = events.iter().map(|event| event.data()).collect();
/// assert_eq!(text, "Hello");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Collector {
    sentinel: Box<str>,
    max_bytes: usize,
}

impl Collector {
    /// Collects until an event has this very data, at most 16 MiB before it.
    pub fn new(sentinel: impl Into<Box<str>>) -> Self {
        Self {
            sentinel: sentinel.into(),
            max_bytes: 16 * 1024 * 1024,
        }
    }

    /// Sets how many bytes there may be: of data, and 256 for each event.
    pub const fn with_max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Collects the events before the sentinel, and closes the client.
    ///
    /// With a client that reconnects, a stream that breaks off is resumed; if its server does not resume it but
    /// begins anew, events are there twice. Use
    /// [`EventSourceOptions::one_shot`](super::EventSourceOptions::one_shot) with such a server.
    ///
    /// # Errors
    ///
    /// [`CollectError`], with what was collected.
    ///
    /// # Cancellation
    ///
    /// What was collected is lost if the future is dropped; the client goes on behind it.
    pub async fn collect<S: HttpService<B>, B>(
        &self,
        source: &mut EventSource<S, B>,
    ) -> Result<Vec<Event>, CollectError<S::ResponseBody>> {
        let mut collected = Vec::new();
        let mut bytes = 0_usize;
        let reason = loop {
            match poll_fn(|cx| Pin::new(&mut *source).poll_next(cx)).await {
                Some(Ok(ClientItem::Event(event))) => {
                    if event.data() == &*self.sentinel {
                        source.close();
                        return Ok(collected);
                    }
                    bytes = bytes.saturating_add(event.data().len()).saturating_add(256);
                    if bytes > self.max_bytes {
                        let max_bytes = self.max_bytes;
                        break Incomplete::TooLarge { max_bytes };
                    }
                    // So that small events do not keep large chunks alive.
                    collected.push(event.detach());
                }
                Some(Ok(ClientItem::Dropped(error))) => break Incomplete::Dropped(error),
                Some(Ok(_)) => {}
                Some(Err(error)) => break Incomplete::Client(error),
                None => break Incomplete::NoSentinel,
            }
        };
        source.close();
        Err(CollectError { collected, reason })
    }
}

/// A stream that did not come to its sentinel.
pub struct CollectError<B> {
    /// The events that did come.
    pub collected: Vec<Event>,
    /// Why no more did.
    pub reason: Incomplete<B>,
}

/// Why a stream did not come to its sentinel.
#[non_exhaustive]
pub enum Incomplete<B> {
    /// It ended before.
    NoSentinel,
    /// There was more before it than there may be.
    TooLarge {
        /// As much as there may be.
        max_bytes: usize,
    },
    /// An event was dropped because of a limit.
    Dropped(DecodeError),
    /// The client ended.
    Client(ClientError<B>),
}

impl<B> fmt::Display for CollectError<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let events = self.collected.len();
        match &self.reason {
            Incomplete::NoSentinel => {
                write!(
                    f,
                    "event stream ended after {events} events without its sentinel"
                )
            }
            Incomplete::TooLarge { max_bytes } => write!(f, "events exceed {max_bytes} bytes"),
            Incomplete::Dropped(_) => write!(f, "event was dropped after {events} events"),
            Incomplete::Client(_) => write!(f, "no more events after {events}"),
        }
    }
}

impl<B> fmt::Debug for CollectError<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CollectError")
            .field("events", &self.collected.len())
            .field("reason", &self.reason)
            .finish()
    }
}

impl<B> fmt::Debug for Incomplete<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSentinel => f.write_str("NoSentinel"),
            Self::TooLarge { max_bytes } => write!(f, "TooLarge({max_bytes})"),
            Self::Dropped(error) => f.debug_tuple("Dropped").field(error).finish(),
            Self::Client(error) => f.debug_tuple("Client").field(error).finish(),
        }
    }
}

impl<B: 'static> Error for CollectError<B> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.reason {
            Incomplete::Dropped(error) => Some(error),
            Incomplete::Client(error) => Some(error),
            Incomplete::NoSentinel | Incomplete::TooLarge { .. } => None,
        }
    }
}
