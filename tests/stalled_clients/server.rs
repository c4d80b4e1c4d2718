//! A server of one connection, by hyper-util, and what becomes of it.

use core::{future::ready, time::Duration};
use std::sync::{Arc, OnceLock};

use http::{Request, Response};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use sse_tower::stall::{
    ConnectionEnded, ConnectionHandle, ConnectionHandleLayer, GuardedIo, StallReaper,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    task::JoinHandle,
};
use tower::{Layer as _, service_fn};

use crate::{
    body::{BodyProbe, Pace},
    connection::Descriptor,
};

/// Long enough to see that a connection is not ended early, short enough to wait for.
pub(crate) const STALL_TIME: Duration = Duration::from_millis(300);

/// After this a test fails instead of waiting for ever.
const DEADLINE: Duration = Duration::from_secs(60);

pub(crate) type BoxError = Box<dyn core::error::Error + Send + Sync>;

/// A connection that is being served.
#[derive(Debug)]
pub(crate) struct Served {
    task: JoinHandle<Result<(), BoxError>>,
    pub(crate) handle: ConnectionHandle,
    pub(crate) body: BodyProbe,
    pub(crate) descriptor: Descriptor,
    /// What the service found in the extensions of the request.
    pub(crate) seen_by_service: Arc<OnceLock<ConnectionHandle>>,
    pub(crate) reaper: StallReaper,
}

/// Serves the connection with the guard.
pub(crate) fn guarded(stream: TcpStream, pace: Pace) -> Served {
    let descriptor = Descriptor::of(&stream).expect("a descriptor");
    let io = GuardedIo::new(stream)
        .with_stall_time(STALL_TIME)
        .with_reset();
    let handle = io.handle();
    serve(io, handle, descriptor, pace, &builder())
}

/// Serves the connection as it is: the negative control.
pub(crate) fn unguarded(stream: TcpStream, pace: Pace) -> Served {
    unguarded_by(stream, pace, &builder())
}

/// The same with other settings.
pub(crate) fn unguarded_by(
    stream: TcpStream,
    pace: Pace,
    builder: &auto::Builder<TokioExecutor>,
) -> Served {
    let descriptor = Descriptor::of(&stream).expect("a descriptor");
    // Of no connection.
    let handle = GuardedIo::new(()).handle();
    serve(stream, handle, descriptor, pace, builder)
}

pub(crate) fn builder() -> auto::Builder<TokioExecutor> {
    auto::Builder::new(TokioExecutor::new())
}

fn serve<IO: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    io: IO,
    handle: ConnectionHandle,
    descriptor: Descriptor,
    pace: Pace,
    builder: &auto::Builder<TokioExecutor>,
) -> Served {
    let body = BodyProbe::default();
    let probe = body.clone();
    let seen_by_service = Arc::<OnceLock<_>>::default();
    let seen = Arc::clone(&seen_by_service);
    let service = service_fn(move |request: Request<_>| {
        let handle = request.extensions().get::<ConnectionHandle>().cloned();
        seen.set(handle.expect("the layer put it there")).ok();
        let response = Response::builder().header("content-type", "text/event-stream");
        ready(response.body(probe.body(pace)))
    });
    // It ends nothing as long as it is not run.
    let reaper = StallReaper::new(STALL_TIME);
    let service = reaper.layer().layer(service);
    let service = ConnectionHandleLayer::new(handle.clone()).layer(service);
    let builder = builder.clone();
    let task = tokio::spawn(async move {
        let io = TokioIo::new(io);
        let service = TowerToHyperService::new(service);
        builder.serve_connection(io, service).await
    });
    Served {
        task,
        handle,
        body,
        descriptor,
        seen_by_service,
        reaper,
    }
}

impl Served {
    /// Waits for the end; returns its error. Everything the connection held is free then.
    pub(crate) async fn end(&mut self) -> BoxError {
        let ended = within_deadline(&mut self.task).await;
        let error = ended
            .expect("no panic")
            .expect_err("a streaming connection");
        within_deadline(until(|| self.body.is_dropped())).await;
        assert!(!self.descriptor.is_open(false), "the descriptor is closed");
        error
    }

    /// Drops the connection as it is.
    pub(crate) async fn close(self) {
        self.task.abort();
        let _ = self.task.await;
        assert!(!self.descriptor.is_open(false), "the descriptor is closed");
    }

    /// Fails unless the connection and all it holds are there.
    pub(crate) fn assert_open(&self) {
        assert!(!self.task.is_finished());
        assert!(!self.body.is_dropped());
        assert!(self.descriptor.is_open(true));
    }

    /// Fails unless it was the stall time of the guard that ended it.
    pub(crate) async fn assert_ends_by_the_guard(&mut self) {
        let error = self.end().await;
        let stalled = ConnectionEnded::Stalled {
            stall_time: STALL_TIME,
        };
        assert_eq!(self.handle.ended(), Some(stalled), "{error}");
    }
}

/// Waits until the condition holds.
pub(crate) async fn until(condition: impl Fn() -> bool) {
    let mut looks = tokio::time::interval(Duration::from_millis(2));
    while !condition() {
        looks.tick().await;
    }
}

pub(crate) async fn within_deadline<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(DEADLINE, future)
        .await
        .expect("it happens long before the deadline")
}
