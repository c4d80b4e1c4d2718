//! Servers that drain: axum's `serve` and bare hyper-util, each with its own graceful shutdown inside
//! of [`Drain::serve`].

use core::sync::atomic::{AtomicUsize, Ordering};
use core::{iter::once, net::SocketAddr, pin::Pin, pin::pin, time::Duration};
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse;
use axum::routing::get as route;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, future, stream};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use sse_codec::{Event, Item};
use sse_tower::drain::{Drain, LeftBehind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::client::{Items, Protocol, get, items, send, whole};
use crate::deadline::in_time;

type Serving = Pin<Box<dyn Future<Output = ()> + Send>>;
type Serve = fn(TcpListener, Router, Drain) -> Serving;

const SERVERS: [Serve; 2] = [axum_serve, hyper_util_serve];

fn axum_serve(listener: TcpListener, routes: Router, drain: Drain) -> Serving {
    let server = axum::serve(listener, routes).with_graceful_shutdown(drain.ended());
    Box::pin(async { server.await.unwrap() })
}

fn hyper_util_serve(listener: TcpListener, routes: Router, drain: Drain) -> Serving {
    Box::pin(async move {
        let builder = auto::Builder::new(TokioExecutor::new());
        let service = TowerToHyperService::new(routes);
        let connections = GracefulShutdown::new();
        let mut ended = pin!(drain.ended());
        loop {
            let socket = tokio::select! {
                accepted = listener.accept() => TokioIo::new(accepted.unwrap().0),
                () = &mut ended => break,
            };
            let connection = builder.serve_connection(socket, service.clone());
            tokio::spawn(connections.watch(connection.into_owned()));
        }
        drop(listener);
        connections.shutdown().await;
    })
}

/// An event, and then nothing for ever.
const ENDLESS: &str = "/endless";
/// The beginning of an event, and then nothing for ever.
const STUCK: &str = "/stuck";
/// Large events without end.
const FLOOD: &str = "/flood";

/// The streams, and how many events the last one has made.
fn streams() -> (Router, Arc<AtomicUsize>) {
    let made = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&made);
    let flood = move || {
        let made = Arc::clone(&counter);
        let event = Bytes::from(format!("data: {}\n\n", "x".repeat(64 * 1024)));
        future::ready(event_stream(stream::repeat_with(move || {
            made.fetch_add(1, Ordering::Relaxed);
            event.clone()
        })))
    };
    let once_and_nothing = |text: &'static str| async move {
        event_stream(stream::iter(once(Bytes::from(text))).chain(stream::pending()))
    };
    let routes = Router::new()
        .route(
            ENDLESS,
            route(move || once_and_nothing("id: 1\ndata: a\n\n")),
        )
        .route(
            STUCK,
            route(move || once_and_nothing("data: a\n\ndata: half")),
        )
        .route(FLOOD, route(flood));
    (routes, made)
}

fn event_stream(chunks: impl Stream<Item = Bytes> + Send + 'static) -> impl IntoResponse {
    let chunks = chunks.map(Ok::<_, core::convert::Infallible>);
    (
        [("content-type", "text/event-stream")],
        Body::from_stream(chunks),
    )
}

/// A running server of these streams.
struct Server {
    address: SocketAddr,
    task: JoinHandle<Result<(), LeftBehind>>,
    made: Arc<AtomicUsize>,
}

impl Server {
    async fn start(serve: Serve, drain: &Drain) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (streams, made) = streams();
        let routes = streams.layer(drain.layer()).route("/", route("here"));
        let drain = drain.clone();
        let server = serve(listener, routes, drain.clone());
        let task = tokio::spawn(async move { drain.serve(server).await });
        Self {
            address,
            task,
            made,
        }
    }

    /// A stream whose first event has been read.
    async fn open(&self, protocol: Protocol, path: &str) -> Items {
        let request = get(path, &[("accept", "text/event-stream")]);
        let response = send(protocol, self.address, request).await.unwrap();
        let mut items = items(response);
        assert!(matches!(items.next().await, Some(Ok(Item::Event(_)))));
        items
    }

    async fn probe(&self) {
        let response = send(Protocol::Http1, self.address, get("/", &[])).await;
        assert_eq!(whole(response.unwrap()).await.unwrap().data, "here");
    }
}

/// What a stream ends with.
async fn last_event(items: Items) -> Option<Event> {
    let mut last = None;
    let mut items = pin!(items);
    while let Some(item) = items.next().await {
        if let Item::Event(event) = item.expect("a clean end") {
            last = Some(event);
        }
    }
    last
}

/// A connection whose one request was answered, and which is kept for the next.
async fn idle_connection(address: SocketAddr) -> TcpStream {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let request = "GET / HTTP/1.1\r\nhost: test\r\n\r\n";
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"here") {
        answer.push(socket.read_u8().await.unwrap());
    }
    socket
}

#[tokio::test]
async fn streams_end_with_a_last_event_and_then_the_server_and_idle_connections() {
    for serve in SERVERS {
        let drain = Drain::new()
            .with_window(Duration::from_millis(500))
            .with_deadline(Duration::from_secs(60));
        let server = Server::start(serve, &drain).await;
        let mut open = Vec::new();
        for protocol in Protocol::BOTH {
            for _ in 0..10 {
                open.push(server.open(protocol, ENDLESS).await);
            }
        }
        assert_eq!(drain.open_streams(), 20);
        let mut idle = idle_connection(server.address).await;

        drain.begin();
        // Others are served as long as there are streams.
        server.probe().await;
        let ends = in_time(future::join_all(open.into_iter().map(last_event))).await;
        for last in ends {
            let last = last.unwrap();
            assert_eq!(
                (last.event_type(), last.last_event_id()),
                ("disconnected", "1")
            );
        }
        assert_eq!(in_time(server.task).await.unwrap(), Ok(()));
        assert_eq!(in_time(idle.read(&mut [0])).await.unwrap(), 0);
        TcpStream::connect(server.address).await.unwrap_err();
    }
}

/// Asks for the flood and takes nothing of it, until the server cannot go on.
async fn take_nothing(server: &Server) -> TcpStream {
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let request = format!("GET {FLOOD} HTTP/1.1\r\nhost: test\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut before = 0;
    loop {
        for _ in 0..20 {
            server.probe().await;
        }
        let made = server.made.load(Ordering::Relaxed);
        if made > 0 && made == before {
            return socket;
        }
        before = made;
    }
}

#[tokio::test]
async fn who_takes_nothing_and_what_hangs_is_left_behind_at_the_deadline() {
    for serve in SERVERS {
        let drain = Drain::new()
            .with_window(Duration::from_millis(200))
            .with_deadline(Duration::from_secs(1));
        let server = Server::start(serve, &drain).await;
        let stalled = in_time(take_nothing(&server)).await;
        let stuck = server.open(Protocol::Http1, STUCK).await;
        let good = server.open(Protocol::Http1, ENDLESS).await;
        assert_eq!(drain.open_streams(), 3);

        drain.begin();
        let begun = Instant::now();
        let last = in_time(last_event(good)).await.unwrap();
        assert_eq!(last.event_type(), "disconnected");
        let left = in_time(server.task).await.unwrap().unwrap_err();
        assert!(begun.elapsed() >= Duration::from_millis(1200));
        // The one that hangs has ended, or is about to.
        assert!((1..=2).contains(&left.streams), "{left}");
        // Its event was never whole.
        assert!(in_time(last_event(stuck)).await.is_none());
        drop(stalled);
    }
}

/// What a drain is for: by itself a graceful shutdown waits for as long as a stream is open.
#[tokio::test]
async fn without_a_drain_the_server_waits_for_its_streams() {
    let bare = async |listener: TcpListener, stop: Drain| {
        let server = axum::serve(listener, streams().0).with_graceful_shutdown(stop.begun());
        server.await.unwrap();
    };
    // Nothing but a signal here.
    let stop = Drain::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let waiting = tokio::spawn(bare(listener, stop.clone()));
    let request = get(ENDLESS, &[]);
    let mut open = items(send(Protocol::Http1, address, request).await.unwrap());
    assert!(matches!(open.next().await, Some(Ok(Item::Event(_)))));
    stop.begin();

    let drain = Drain::new().with_window(Duration::from_millis(200));
    let twin = Server::start(axum_serve, &drain).await;
    let ending = twin.open(Protocol::Http1, ENDLESS).await;
    drain.begin();
    assert!(in_time(last_event(ending)).await.is_some());
    assert_eq!(in_time(twin.task).await.unwrap(), Ok(()));

    assert!(!waiting.is_finished());
    assert!(
        future::poll_immediate(open.next()).await.is_none(),
        "it is open"
    );
    drop(open);
    in_time(waiting).await.unwrap();
}
