//! Ends connections whose peer takes nothing, or is no longer there.
//!
//! A deadline in a response body counts only while somebody polls the body, and an HTTP server
//! stops that when it cannot send: for a client that reads nothing on HTTP/1.1, and for a stream
//! whose window is closed on HTTP/2. The stream stays open then, with its slot, its memory and its
//! descriptor, as long as the client likes. So what ends it is outside of the body:
//!
//! | what is wrong | seen by |
//! |---|---|
//! | the client reads nothing, the socket is full (HTTP/1.1, HTTP/2) | [`GuardedIo`], after the stall time |
//! | the client reads the socket but opens no window for a stream (HTTP/2) | [`StallReaper`], which ends the connection by its [`ConnectionHandle`] |
//! | the client's machine or link is gone, without a word | [`SocketTimeouts`]; on HTTP/2 also pings: [below](#http2-pings) |
//! | a proxy answers for a client that is gone | none of these: see [When not](#when-not) |
//!
//! # Examples
//!
//! With hyper-util: for each connection, the I/O is wrapped, and so is the service. The client of
//! this example sends a request and never reads.
//!
//! ```
//! use core::{convert::Infallible, time::Duration};
//! use axum::body::{Body, Bytes};
//! use futures_util::stream;
//! use http::{Request, Response};
//! use hyper_util::{rt::{TokioExecutor, TokioIo}, server::conn::auto, service::TowerToHyperService};
//! use sse_tower::stall::{
//!     ConnectionEnded, ConnectionHandle, ConnectionHandleLayer, GuardedIo, SocketTimeouts,
//! };
//! use tokio::{io::AsyncWriteExt as _, net::{TcpListener, TcpStream}};
//! use tower::{Layer as _, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let mut client = TcpStream::connect(listener.local_addr()?).await?;
//! client.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await?;
//!
//! let (stream, _) = listener.accept().await?;
//! SocketTimeouts::default().apply(&stream)?;
//! let io = GuardedIo::new(stream).with_stall_time(Duration::from_millis(50)).with_reset();
//! let handle = io.handle();
//!
//! let service = service_fn(|request: Request<_>| async move {
//!     assert!(request.extensions().get::<ConnectionHandle>().is_some());
//!     let events = stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from("data: x\n\n".repeat(1000))));
//!     Ok::<_, Infallible>(Response::new(Body::from_stream(events)))
//! });
//! let service = ConnectionHandleLayer::new(handle.clone()).layer(service);
//! let served = auto::Builder::new(TokioExecutor::new())
//!     .serve_connection(TokioIo::new(io), TowerToHyperService::new(service))
//!     .await;
//!
//! assert!(served.is_err());
//! assert!(matches!(handle.ended(), Some(ConnectionEnded::Stalled { .. })));
//! # Ok(())
//! # }
//! ```
//!
//! With `axum::serve`: a listener whose I/O is wrapped, and a function that makes the service of
//! each connection. (With `into_make_service_with_connect_info` a type of one's own that takes the
//! handle from `stream.io()` reaches handlers as `ConnectInfo`, but not other layers as a handle.)
//!
//! ```
//! use core::{convert::Infallible, future::ready, net::SocketAddr};
//! use axum::{Router, routing::get, serve::{IncomingStream, Listener}};
//! use sse_tower::stall::{ConnectionHandleLayer, GuardedIo, SocketTimeouts};
//! use tokio::net::{TcpListener, TcpStream};
//! use tower::{Layer as _, service_fn};
//!
//! struct GuardedListener(TcpListener);
//!
//! impl Listener for GuardedListener {
//!     type Io = GuardedIo<TcpStream>;
//!     type Addr = SocketAddr;
//!
//!     async fn accept(&mut self) -> (Self::Io, Self::Addr) {
//!         // The implementation for `TcpListener`, which also waits out errors.
//!         let (stream, address) = Listener::accept(&mut self.0).await;
//!         if let Err(error) = SocketTimeouts::default().apply(&stream) {
//!             eprintln!("no socket timeouts: {error}");
//!         }
//!         (GuardedIo::new(stream).with_reset(), address)
//!     }
//!
//!     fn local_addr(&self) -> std::io::Result<Self::Addr> {
//!         self.0.local_addr()
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let app: Router = Router::new().route("/", get(|| async { "events" }));
//! let listener = GuardedListener(TcpListener::bind("127.0.0.1:0").await?);
//! let make_service = service_fn(move |stream: IncomingStream<'_, GuardedListener>| {
//!     let layer = ConnectionHandleLayer::new(stream.io().handle());
//!     ready(Ok::<_, Infallible>(layer.layer(app.clone())))
//! });
//! let server = axum::serve(listener, make_service);
//! # drop(server);
//! # Ok(())
//! # }
//! ```
//!
//! With TLS, wrap the socket, and let TLS wrap that: the handshake is guarded too.
//!
//! # What counts
//!
//! The time runs from the first write that was not taken, which is when the buffers of both kernels
//! are full: some megabytes after the client stopped reading, if the system sizes them. Any byte
//! taken starts it anew. So a client that reads slowly is not ended, however slow, and neither is
//! one whose stream is idle. What bounds the time of a slow client is a lifetime, and how far it
//! may fall behind is for the source of its events to say.
//!
//! The handle ends a connection, not a stream. A proxy that speaks HTTP/2 to this server may share
//! a connection between users; all of them are cut, and browsers return by themselves.
//!
//! # Streams that are not polled
//!
//! On HTTP/2 a client may read its socket, answer pings, and open no window for one stream. Its body
//! is not polled then, and the I/O is fine. A [`StallReaper`] looks at all streams a few times in a
//! stall time: one that has given a frame or was woken, and was not polled since, gives up what it
//! holds, and its connection is aborted. It costs one more waker for each poll and a look at each
//! stream for each tick.
//!
//! ```
//! use core::time::Duration;
//! use sse_tower::stall::StallReaper;
//! # use {http::{Request, Response}, tower::{Layer, service_fn}};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! # let service = service_fn(|_: Request<()>| async { Ok::<_, http::Error>(Response::new(http_body_util::Empty::<bytes::Bytes>::new())) });
//!
//! let reaper = StallReaper::new(Duration::from_secs(20));
//! // Inside of the `ConnectionHandleLayer` of each connection.
//! let service = reaper.layer().layer(service);
//! let task = tokio::spawn(async move { reaper.run().await });
//! # drop((service, task));
//! # }
//! ```
//!
//! # HTTP/2 pings
//!
//! They see a peer that fell silent, and one that does not read its socket (its answers do not come
//! either). They are not part of this crate:
//!
//! ```
//! use core::time::Duration;
//! use hyper_util::{rt::{TokioExecutor, TokioTimer}, server::conn::auto};
//!
//! let mut server = auto::Builder::new(TokioExecutor::new());
//! server
//!     .http2()
//!     .timer(TokioTimer::new()) // hyper panics without one
//!     .keep_alive_interval(Duration::from_secs(30))
//!     .keep_alive_timeout(Duration::from_secs(20));
//! ```
//!
//! # When not
//!
//! Behind a proxy on the same network, the peer is the proxy: it reads, acknowledges and answers
//! pings for as long as *it* thinks that the client is there, or has room to store. Neither the
//! kernel nor the guard sees what is behind it. There, the proxy's own time for sending to its
//! client counts (nginx: `send_timeout`), and what proves a client alive is what the client sends
//! itself. The guard is still of use for a proxy that hangs.
//!
//! # Cost
//!
//! A read or write compares the task with the one seen last and loads an atomic: about 50
//! instructions, 2 to 5 ns, and no allocation; a system call costs a hundred times as much. One that
//! is not taken costs about 200 instructions, 30 ns; the first of a connection allocates its timer,
//! which is then kept, and set again at most once each stall time. A connection is 96 bytes larger,
//! and shares an allocation of about as many with its handles.

mod ended;
mod guarded_io;
mod handle;
mod layer;
mod reaper;
mod reaper_layer;
mod service;
mod socket_timeouts;
mod stall_timer;
#[cfg(test)]
mod tests;

pub use self::{
    ended::ConnectionEnded,
    guarded_io::GuardedIo,
    handle::ConnectionHandle,
    layer::ConnectionHandleLayer,
    reaper::StallReaper,
    reaper_layer::{StallReaperGate, StallReaperLayer},
    service::InsertConnectionHandle,
    socket_timeouts::SocketTimeouts,
};
