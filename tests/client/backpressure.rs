//! A client that is not polled reads nothing: the server's writes wait.

use core::{
    pin::Pin,
    task::{Context, Poll},
};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use http::Response;
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use sse_tower::client::{ClientItem, EventSource};

use crate::{
    record::{next, quick, within_deadline},
    server::{Http, Server, http1, http2},
};

const CHUNK: usize = 64 * 1024;

/// Many times what sockets and windows hold.
const MUCH: usize = 256 * 1024 * 1024;

/// What the kernel and the buffers of both sides may hold.
const HELD: usize = 32 * 1024 * 1024;

/// Events without end, as fast as they are taken.
#[derive(Debug, Clone, Default)]
struct Flood {
    made: Arc<AtomicUsize>,
}

impl Stream for Flood {
    type Item = io::Result<Frame<Bytes>>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.made.fetch_add(CHUNK, Ordering::SeqCst);
        let mut text = vec![b'x'; CHUNK];
        text[..6].copy_from_slice(b"data: ");
        text[CHUNK - 2..].copy_from_slice(b"\n\n");
        Poll::Ready(Some(Ok(Frame::data(text.into()))))
    }
}

async fn flooding(flood: Flood) -> Server {
    Server::start(move |_, _| {
        let response = Response::builder().header("content-type", "text/event-stream");
        let body = StreamBody::new(flood.clone()).boxed_unsync();
        response.body(body).unwrap()
    })
    .await
}

async fn while_another_reads_much(client: fn() -> Http) {
    let (stalled, read) = (Flood::default(), Flood::default());
    let stalled_server = flooding(stalled.clone()).await;
    let read_server = flooding(read.clone()).await;
    let mut unpolled = EventSource::get(client(), stalled_server.uri("/")).with_options(quick());
    assert_eq!(next(&mut unpolled).await, "open");
    assert_eq!(next(&mut unpolled).await.len(), CHUNK - 8);

    let mut polled = EventSource::get(client(), read_server.uri("/")).with_options(quick());
    let mut taken = 0;
    within_deadline(async {
        while taken < MUCH {
            if let ClientItem::Event(event) = polled.next().await.unwrap().unwrap() {
                taken += event.data().len();
            }
        }
    })
    .await;
    let made = stalled.made.load(Ordering::SeqCst);
    assert!(made < HELD, "{made} bytes were made for nobody");
    // It is still there.
    assert_eq!(next(&mut unpolled).await.len(), CHUNK - 8);
}

#[tokio::test]
async fn a_client_that_is_not_polled_stops_the_server_by_the_socket() {
    while_another_reads_much(http1).await;
}

#[tokio::test]
async fn a_client_that_is_not_polled_stops_the_server_by_the_window() {
    while_another_reads_much(http2).await;
}

/// The negative control: a client that is read by a task into a queue without a bound.
#[tokio::test]
async fn a_client_that_reads_ahead_is_seen() {
    let flood = Flood::default();
    let server = flooding(flood.clone()).await;
    let mut source = EventSource::get(http1(), server.uri("/")).with_options(quick());
    let (queue, _nobody_reads) = tokio::sync::mpsc::unbounded_channel();
    let ahead = tokio::spawn(async move {
        // Not for ever, for the sake of the machine.
        for _ in 0..2 * HELD / CHUNK {
            queue.send(source.next().await).ok();
        }
    });
    within_deadline(ahead).await.unwrap();
    assert!(flood.made.load(Ordering::SeqCst) >= HELD);
}
