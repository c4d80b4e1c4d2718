//! Peers whose machine or link is gone: nothing comes from them, not even an acknowledgement.
//!
//! A filter on the client's socket throws away every packet before TCP sees it: the server sends
//! into a void.

#![cfg(target_os = "linux")]

use core::time::Duration;
use std::io;

use hyper_util::rt::TokioTimer;
use socket2::{SockFilter, SockRef};
use sse_tower::stall::{ConnectionEnded, SocketTimeouts};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    body::Pace,
    connection::{connect, listen},
    http1::{REQUEST, stalled},
    http2_client::{Http2Client, OPEN},
    server::{self, BoxError, Served, within_deadline},
};

const SECOND: Duration = Duration::from_secs(1);

fn fall_silent(client: &TcpStream) {
    // BPF_RET | BPF_K with zero: keep no byte of it.
    let nothing = SockFilter::new(0x06, 0, 0, 0);
    SockRef::from(client).attach_filter(&[nothing]).unwrap();
}

/// A client that fell silent after the first event of its stream came.
async fn silent(pace: Pace, timeouts: Option<SocketTimeouts>) -> (TcpStream, Served) {
    let listener = listen().await.unwrap();
    let mut client = connect(&listener).await.unwrap();
    client.write_all(REQUEST).await.unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    if let Some(timeouts) = timeouts {
        timeouts.apply(&stream).unwrap();
    }
    let served = server::unguarded(stream, pace);
    within_deadline(client.read_exact(&mut [0; 1000]))
        .await
        .unwrap();
    fall_silent(&client);
    (client, served)
}

fn assert_timed_out_by_the_kernel(error: &BoxError) {
    let io = core::iter::successors(
        Some(&**error as &(dyn core::error::Error + 'static)),
        |error| error.source(),
    )
    .find_map(|error| error.downcast_ref::<io::Error>())
    .expect("an I/O error");
    assert_eq!(io.kind(), io::ErrorKind::TimedOut);
    assert_eq!(ConnectionEnded::find(io), None, "not the guard's");
}

#[tokio::test]
async fn a_silent_peer_of_an_idle_stream_is_ended_by_tcp_keep_alive() {
    let timeouts = SocketTimeouts::new()
        .with_keep_alive(SECOND, SECOND, 1)
        .without_user_timeout();
    let (_control, untimed) = silent(Pace::Once, None).await;
    let (_client, mut timed) = silent(Pace::Once, Some(timeouts)).await;
    assert_timed_out_by_the_kernel(&timed.end().await);
    untimed.assert_open();
}

/// With bytes under way TCP keep-alive does not run: it is the control here.
#[tokio::test]
async fn a_silent_peer_of_a_busy_stream_is_ended_by_the_user_timeout_and_not_by_keep_alive() {
    let keep_alive = SocketTimeouts::new()
        .with_keep_alive(SECOND, SECOND, 1)
        .without_user_timeout();
    let user_timeout = SocketTimeouts::new()
        .without_keep_alive()
        .with_user_timeout(4 * SECOND);
    let (_control, kept_alive) = silent(Pace::Steady, Some(keep_alive)).await;
    let (_client, mut timed) = silent(Pace::Steady, Some(user_timeout)).await;
    assert_timed_out_by_the_kernel(&timed.end().await);
    kept_alive.assert_open();
}

#[tokio::test]
async fn a_silent_peer_of_http2_is_ended_by_pings() {
    let mut pings = server::builder();
    pings
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(SECOND)
        .keep_alive_timeout(SECOND);
    let mut connections = Vec::new();
    for builder in [server::builder(), pings] {
        let listener = listen().await.unwrap();
        let mut client = Http2Client::request(&listener, OPEN).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let served = server::unguarded_by(stream, Pace::Once, &builder);
        within_deadline(client.ping()).await.unwrap();
        fall_silent(client.socket());
        connections.push((client, served));
    }
    connections[1].1.end().await;
    connections[0].1.assert_open();
}

/// Why it is no shorter than a stall time that shall count: the peer answers here, it only has no
/// room.
#[tokio::test]
async fn the_user_timeout_of_linux_ends_a_client_that_never_reads_too() {
    let timeouts = SocketTimeouts::new()
        .without_keep_alive()
        .with_user_timeout(SECOND);
    let (_control, untimed) = stalled(server::unguarded).await;
    let (_client, mut timed) = stalled(|stream, pace| {
        timeouts.apply(&stream).unwrap();
        server::unguarded(stream, pace)
    })
    .await;
    assert_timed_out_by_the_kernel(&timed.end().await);
    untimed.assert_open();
}
