//! The server behind the proxies: each stream is what the test makes of it.

use core::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;
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

/// A running server.
pub(crate) struct Upstream {
    address: SocketAddr,
    opened: mpsc::UnboundedReceiver<OpenStream>,
    server: JoinHandle<()>,
}

/// One client's stream, which ends when this is dropped.
pub(crate) struct OpenStream {
    frames: mpsc::Sender<EncodedFrame>,
}

impl Upstream {
    /// A server whose streams wear this layer.
    pub(crate) async fn start(layer: EventStreamLayer) -> Self {
        let (sender, opened) = mpsc::unbounded_channel();
        let routes = Router::new()
            .route("/events", get(events).layer(layer))
            .route("/probe", get("here"))
            .with_state(sender);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
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
    let _ = opened.send(OpenStream { frames });
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

impl OpenStream {
    /// Sends the event of this number.
    pub(crate) async fn send(&self, number: u64) {
        let event = Event::builder(number.to_string()).id(EventId::from(number));
        self.frames.send(event.to_frame()).await.unwrap();
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
