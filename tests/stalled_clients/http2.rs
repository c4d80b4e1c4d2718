//! HTTP/2: a stalled socket is seen by the guard, a closed stream window is not.

use sse_tower::stall::ConnectionEnded;
use tokio::net::TcpStream;

use crate::{
    body::Pace,
    connection::listen,
    http2_client::{Http2Client, OPEN},
    server::{self, Served, until, within_deadline},
};

async fn requested(
    serve: impl Fn(TcpStream, Pace) -> Served,
    stream_window: u32,
) -> (Http2Client, Served) {
    let listener = listen().await.unwrap();
    let client = Http2Client::request(&listener, stream_window);
    let client = client.await.unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    (client, serve(stream, Pace::Flood))
}

#[tokio::test]
async fn a_client_that_never_reads_its_socket_is_ended_by_the_guard_and_stays_without() {
    let (_control, unguarded) = requested(server::unguarded, OPEN).await;
    let (_client, mut guarded) = requested(server::guarded, OPEN).await;
    guarded.assert_ends_by_the_guard().await;
    unguarded.assert_open();
}

/// Why the guard is not enough: the socket flows, so it has nothing to see.
#[tokio::test]
async fn a_stream_whose_window_is_never_opened_is_not_seen_by_the_guard_and_is_ended_by_its_handle()
{
    let (mut client, mut served) = requested(server::guarded, 0).await;
    assert_eq!(within_deadline(client.ping()).await.unwrap().data, 0);
    within_deadline(until(|| served.seen_by_service.get().is_some())).await;

    // A twin whose socket stalls is ended meanwhile, by the same stall time.
    let (_twin, mut stalled) = requested(server::guarded, OPEN).await;
    stalled.assert_ends_by_the_guard().await;

    served.assert_open();
    assert_eq!(served.handle.ended(), None);
    assert!(
        served.body.frames() <= 1,
        "nobody polls the body, but for its first frame"
    );
    let received = within_deadline(client.ping()).await.unwrap();
    assert_eq!(received.data, 0, "though the connection answers");

    served.seen_by_service.get().unwrap().abort();
    served.end().await;
    assert_eq!(served.handle.ended(), Some(ConnectionEnded::Aborted));
    assert!(within_deadline(client.ping()).await.is_err());
}

/// The twin of the test before: nobody but the reaper sees it.
#[tokio::test]
async fn a_stream_whose_window_is_never_opened_is_ended_by_the_reaper() {
    let (mut client, mut served) = requested(server::guarded, 0).await;
    assert_eq!(within_deadline(client.ping()).await.unwrap().data, 0);
    let reaper = served.reaper.clone();
    let reaper = tokio::spawn(async move { reaper.run().await });
    served.end().await;
    assert_eq!(served.handle.ended(), Some(ConnectionEnded::Aborted));
    reaper.abort();
}
