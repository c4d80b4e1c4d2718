//! The server behind the proxies: each stream is what the test makes of it.

use core::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use futures_util::stream;
use sse_codec::{Encode as _, EncodedFrame, Event, EventId, EventStreamBody};
use sse_tests::servers::DEADLINE;
use sse_tower::{EventStreamLayer, StreamOverrides};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Where a stream is that sends nothing by itself, whatever the layer.
pub(crate) const SILENT: &str = "/events?silent";

/// The handler of `/events`, to be given layers.
pub(crate) type Events = MethodRouter<mpsc::UnboundedSender<OpenStream>>;

/// A running server.
pub(crate) struct Upstream {
    address: SocketAddr,
    opened: mpsc::UnboundedReceiver<OpenStream>,
    server: JoinHandle<()>,
}

/// One client's stream, which ends when this is dropped.
pub(crate) struct OpenStream {
    frames: mpsc::Sender<EncodedFrame>,
    last_event_id: Option<String>,
}

impl Upstream {
    /// A server whose streams wear this layer.
    pub(crate) async fn start(layer: EventStreamLayer) -> Self {
        Self::start_wearing(|events| events.layer(layer)).await
    }

    /// A server whose streams wear what this puts on.
    pub(crate) async fn start_wearing(wear: impl FnOnce(Events) -> Events) -> Self {
        Self::start_at(([127, 0, 0, 1], 0).into(), wear).await
    }

    /// As [`Upstream::start_wearing`], at this address.
    pub(crate) async fn start_at(address: SocketAddr, wear: impl FnOnce(Events) -> Events) -> Self {
        let (sender, opened) = mpsc::unbounded_channel();
        let routes = Router::new()
            .route("/events", wear(get(events)))
            .route("/probe", get("here"))
            .with_state(sender);
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
        Self {
            address,
            opened,
            server,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The next stream that a client asks for.
    pub(crate) async fn next_stream(&mut self) -> OpenStream {
        let stream = timeout(DEADLINE, self.opened.recv());
        stream.await.expect("a client asks").unwrap()
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// `GET /events`: a handler that knows nothing of proxies. The headers of the connection are what
/// many of them add, and must not get past a proxy.
async fn events(
    State(opened): State<mpsc::UnboundedSender<OpenStream>>,
    request: Request,
) -> Response {
    let (frames, receiver) = mpsc::channel(1);
    // The test may be over.
    let _ = opened.send(OpenStream {
        frames,
        last_event_id: last_event_id(&request),
    });
    let frames = stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|frame| (frame, receiver))
    });
    let mut response = Response::builder()
        .header("content-type", "text/event-stream")
        .header("connection", "keep-alive")
        .header("keep-alive", "timeout=5")
        .body(Body::new(EventStreamBody::new(frames)))
        .unwrap();
    if request.uri() == SILENT {
        let silent = StreamOverrides::new().without_keep_alive();
        response.extensions_mut().insert(silent);
    }
    response
}

fn last_event_id(request: &Request) -> Option<String> {
    let id = request.headers().get("last-event-id")?;
    id.to_str().ok().map(str::to_owned)
}

impl OpenStream {
    /// What its client had seen before.
    pub(crate) fn last_event_id(&self) -> Option<&str> {
        self.last_event_id.as_deref()
    }

    /// Sends the event of this number.
    pub(crate) async fn send(&self, number: u64) {
        assert!(self.offer(number).await, "the stream is closed");
    }

    /// As [`OpenStream::send`], if the stream is still open.
    pub(crate) async fn offer(&self, number: u64) -> bool {
        let event = Event::builder(number.to_string()).id(EventId::from(number));
        self.frames.send(event.to_frame()).await.is_ok()
    }

    /// Sends an event with so many bytes of data.
    pub(crate) async fn send_bytes(&self, bytes: usize) {
        let event = Event::builder("x".repeat(bytes));
        self.frames.send(event.to_frame()).await.unwrap();
    }

    /// Waits until the server has dropped the stream, because the client has gone.
    pub(crate) async fn closed(&self) {
        let closed = timeout(DEADLINE, self.frames.closed());
        closed.await.expect("the client's absence is noticed");
    }
}
