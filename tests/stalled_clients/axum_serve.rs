//! The guard under `axum::serve`.

use core::{convert::Infallible, future::ready, net::SocketAddr};
use std::io;

use axum::{
    Extension, Router,
    body::Body,
    routing::get,
    serve::{IncomingStream, Listener},
};
use sse_tower::stall::{ConnectionEnded, ConnectionHandle, ConnectionHandleLayer, GuardedIo};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tower::{Layer as _, service_fn};

use crate::{
    body::{BodyProbe, Pace},
    connection::{Descriptor, connect, listen},
    http1::REQUEST,
    server::{STALL_TIME, until, within_deadline},
};

struct GuardedListener {
    inner: TcpListener,
    accepted: mpsc::UnboundedSender<Descriptor>,
}

impl Listener for GuardedListener {
    type Io = GuardedIo<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.inner).await;
        let _ = self.accepted.send(Descriptor::of(&stream).unwrap());
        let io = GuardedIo::new(stream)
            .with_stall_time(STALL_TIME)
            .with_reset();
        (io, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }
}

/// A client that sent a request to axum and does not read, and what the server has of it.
struct Requested {
    _client: TcpStream,
    handle: ConnectionHandle,
    body: BodyProbe,
    descriptor: Descriptor,
}

impl Requested {
    async fn ends(self) -> Option<ConnectionEnded> {
        within_deadline(until(|| {
            self.body.is_dropped() && !self.descriptor.is_open(false)
        }))
        .await;
        self.handle.ended()
    }
}

async fn requested(pace: Pace) -> Requested {
    let (streams, mut opened) = mpsc::unbounded_channel();
    let app = Router::new().route(
        "/",
        get(move |Extension(handle): Extension<ConnectionHandle>| {
            let probe = BodyProbe::default();
            let body = Body::new(probe.body(pace));
            let _ = streams.send((handle, probe));
            ready(body)
        }),
    );
    let listener = listen().await.unwrap();
    let mut client = connect(&listener).await.unwrap();
    let (accepted, mut descriptors) = mpsc::unbounded_channel();
    let listener = GuardedListener {
        inner: listener,
        accepted,
    };
    let make_service = service_fn(move |stream: IncomingStream<'_, GuardedListener>| {
        let layer = ConnectionHandleLayer::new(stream.io().handle());
        ready(Ok::<_, Infallible>(layer.layer(app.clone())))
    });
    tokio::spawn(async move { axum::serve(listener, make_service).await });
    client.write_all(REQUEST).await.unwrap();
    let (handle, body) = within_deadline(opened.recv()).await.unwrap();
    let descriptor = descriptors.recv().await.unwrap();
    Requested {
        _client: client,
        handle,
        body,
        descriptor,
    }
}

#[tokio::test]
async fn a_client_that_never_reads_is_ended() {
    let stalled = requested(Pace::Flood).await;
    let ended = stalled.ends().await;
    let stall_time = STALL_TIME;
    assert_eq!(ended, Some(ConnectionEnded::Stalled { stall_time }));
}

#[tokio::test]
async fn a_handle_ends_its_connection_and_no_other() {
    let (ends, stays) = (requested(Pace::Once).await, requested(Pace::Once).await);
    ends.handle.abort();
    assert_eq!(ends.ends().await, Some(ConnectionEnded::Aborted));
    assert!(!stays.body.is_dropped() && stays.descriptor.is_open(true));
    assert_eq!(stays.handle.ended(), None);
}
