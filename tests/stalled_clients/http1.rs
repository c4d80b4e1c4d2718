//! HTTP/1.1: hyper stops polling the body when its buffer is full.

use core::{future::poll_fn, pin::Pin, task::Poll};
use std::io;

use sse_tower::stall::{ConnectionEnded, GuardedIo};
use tokio::{
    io::{AsyncReadExt as _, AsyncWrite as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::oneshot,
};

use crate::{
    body::Pace,
    connection::{connect, listen},
    server::{self, STALL_TIME, Served, within_deadline},
};

pub(crate) const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// A client that sends a request and never reads.
pub(crate) async fn stalled(serve: impl Fn(TcpStream, Pace) -> Served) -> (TcpStream, Served) {
    let listener = listen().await.unwrap();
    let mut client = connect(&listener).await.unwrap();
    client.write_all(REQUEST).await.unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    (client, serve(stream, Pace::Flood))
}

#[tokio::test]
async fn a_client_that_never_reads_is_ended_by_the_guard_and_stays_without() {
    let (_control, unguarded) = stalled(server::unguarded).await;
    let start = tokio::time::Instant::now();
    let (_client, mut guarded) = stalled(server::guarded).await;
    guarded.assert_ends_by_the_guard().await;
    assert!(start.elapsed() >= STALL_TIME, "not before the stall time");
    unguarded.assert_open();
}

#[tokio::test]
async fn the_reason_is_found_in_the_error_of_hyper() {
    let (_client, mut guarded) = stalled(server::guarded).await;
    let error = guarded.end().await;
    assert_eq!(ConnectionEnded::find(&*error), guarded.handle.ended());
}

#[tokio::test]
async fn a_client_that_reads_is_not_ended() {
    let (mut client, reads) = stalled(server::guarded).await;
    let reading = tokio::spawn(async move {
        let mut buffer = vec![0; 4096];
        while client.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
    });
    // Longer than the stall time of one that stalled after it began.
    let (_stalled, mut stalls) = stalled(server::guarded).await;
    stalls.assert_ends_by_the_guard().await;
    reads.assert_open();
    reading.abort();
}

#[tokio::test]
async fn a_handle_ends_a_connection_whose_write_is_blocked() {
    let listener = listen().await.unwrap();
    let _client = connect(&listener).await.unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    let mut io = GuardedIo::new(stream).without_stall_time();
    let handle = io.handle();
    let (full, filled) = oneshot::channel();
    let mut full = Some(full);
    let task = tokio::spawn(poll_fn(move |cx| {
        loop {
            match Pin::new(&mut io).poll_write(cx, &[0; 4096]) {
                Poll::Ready(Ok(_)) => {}
                Poll::Ready(Err(error)) => return Poll::Ready(error),
                Poll::Pending => {
                    full.take().map(|full| full.send(()));
                    return Poll::Pending;
                }
            }
        }
    }));
    within_deadline(filled).await.unwrap();
    std::thread::spawn(move || handle.abort());
    let error = within_deadline(task).await.unwrap();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted);
}

/// An idle stream: nothing blocks, nobody writes.
#[tokio::test]
async fn a_handle_from_the_extensions_ends_an_idle_stream() {
    let listener = listen().await.unwrap();
    let mut client = connect(&listener).await.unwrap();
    // A second request waits in the buffer of hyper, which so does not read either.
    client.write_all(&REQUEST.repeat(2)).await.unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    let mut served = server::guarded(stream, Pace::Once);
    within_deadline(client.read_exact(&mut [0; 500]))
        .await
        .unwrap();
    served.assert_open();
    served.seen_by_service.get().unwrap().abort();
    served.end().await;
    assert_eq!(served.handle.ended(), Some(ConnectionEnded::Aborted));
}

/// What the kernel would still offer to a peer that reads nothing.
#[tokio::test]
async fn a_reset_throws_away_what_was_not_taken_and_a_polite_close_does_not() {
    // The control is closed politely, with as many bytes in its buffers.
    let (mut control, unguarded) = stalled(server::unguarded).await;
    let (mut client, mut guarded) = stalled(server::guarded).await;
    guarded.assert_ends_by_the_guard().await;
    unguarded.close().await;

    let mut kept = Vec::new();
    within_deadline(control.read_to_end(&mut kept))
        .await
        .unwrap();
    let mut left = Vec::new();
    let error = within_deadline(client.read_to_end(&mut left))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    assert!(left.len() < kept.len(), "{} of {}", left.len(), kept.len());
}
