//! Servers that take their time, and such that say nothing at all.

use core::{convert::Infallible, future::pending, time::Duration};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{Full, StreamBody};
use sse_tower::client::{Cause, ClientItem, EventSource};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    time::{Instant, sleep},
};
use tower::service_fn;

use crate::{
    record::{next, quick, take, within_deadline},
    server::http1,
};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_server_that_accepts_and_says_nothing_is_left_after_a_while() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    // Nobody accepts: the kernel does.
    let timeout = Duration::from_millis(50);
    let options = quick().with_connect_timeout(timeout);
    let uri = format!("http://{address}/").parse().unwrap();
    let mut source = EventSource::get(http1(), uri).with_options(options);
    for number in 1..=2 {
        let item = within_deadline(source.next()).await.unwrap().unwrap();
        let ClientItem::Reconnecting { attempt, cause, .. } = item else {
            panic!("{item:?}")
        };
        assert_eq!(attempt, number);
        assert!(matches!(cause, Cause::ConnectTimeout { after } if after >= timeout));
    }
}

#[tokio::test]
async fn headers_that_come_byte_by_byte_are_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        socket.set_nodelay(true).unwrap();
        let mut request = [0; 1024];
        assert!(socket.read(&mut request).await.unwrap() > 0);
        let response = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: a\n\n";
        for byte in response {
            socket.write_all(&[*byte]).await.unwrap();
            tokio::task::yield_now().await;
        }
        socket
    });
    let uri = format!("http://{address}/").parse().unwrap();
    let mut source = EventSource::get(http1(), uri).with_options(quick());
    assert_eq!(take(&mut source, 2).await, ["open", "a"]);
    drop(server.await.unwrap());
    assert_eq!(next(&mut source).await, "again: event stream ended");
}

/// A stream with a chunk now and then: how long after the one before, and what.
fn paced(chunks: &'static [(u64, &'static str)]) -> EventSource<impl Served, Full<Bytes>> {
    let service = service_fn(move |_: Request<Full<Bytes>>| async move {
        let frames = stream::iter(chunks).then(|(seconds, text)| async {
            sleep(SECOND * u32::try_from(*seconds).unwrap()).await;
            Ok::<_, Infallible>(Frame::data(Bytes::from_static(text.as_bytes())))
        });
        let body = StreamBody::new(Box::pin(frames.chain(stream::once(pending()))));
        let response = Response::builder().header("content-type", "text/event-stream");
        response.body(body)
    });
    EventSource::get(service, "/".parse().unwrap())
}

use sse_tower::client::HttpService;
trait Served: HttpService<Full<Bytes>> {}
impl<S: HttpService<Full<Bytes>>> Served for S {}

#[tokio::test(start_paused = true)]
async fn every_byte_is_life_a_comment_too() {
    let chunks = &[
        (9, ":"),
        (9, "\n"),
        (9, ":\n\n"),
        (9, "data: a\n\n"),
        (11, "data: late\n\n"),
    ];
    let mut source = paced(chunks).with_options(quick().with_idle_timeout(SECOND * 10));
    let started = Instant::now();
    assert_eq!(take(&mut source, 2).await, ["open", "a"]);
    assert_eq!(started.elapsed().as_secs(), 36);
    let item = source.next().await.unwrap().unwrap();
    let ClientItem::Reconnecting { cause, .. } = item else {
        panic!("{item:?}")
    };
    assert!(matches!(cause, Cause::IdleTimeout { .. }));
    assert_eq!(started.elapsed().as_secs(), 46);
}

#[tokio::test(start_paused = true)]
async fn without_an_idle_timeout_silence_lasts() {
    let chunks = &[(1_000_000, "data: a\n\n")];
    let mut source = paced(chunks).with_options(quick());
    let mut told = Vec::new();
    while let Some(Ok(item)) = source.next().await {
        told.push(format!("{item:?}"));
        if told.len() == 2 {
            break;
        }
    }
    assert!(told[1].starts_with("Event"), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_takes_its_time_does_not_take_itself_for_silence() {
    let chunks = &[(0, "data: a\n\n"), (1, "data: b\n\n"), (1, "data: c\n\n")];
    let mut source = paced(chunks).with_options(quick().with_idle_timeout(SECOND * 10));
    let mut told = Vec::new();
    for _ in 0..4 {
        told.push(next_within_hours(&mut source).await);
        sleep(SECOND * 3600).await;
    }
    assert_eq!(told, ["open", "a", "b", "c"]);
}

async fn next_within_hours<S: Served>(source: &mut EventSource<S, Full<Bytes>>) -> String {
    match source
        .next()
        .await
        .unwrap()
        .unwrap_or_else(|error| panic!("{error:?}"))
    {
        ClientItem::Open(_) => "open".into(),
        ClientItem::Event(event) => event.data().into(),
        item => format!("{item:?}"),
    }
}
