//! Drains of scripted services, in tokio's paused time.

use core::{convert::Infallible, time::Duration};

use bytes::Bytes;
use futures_util::{StreamExt, future::join_all, stream};
use http::{Request, Response, header};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, StreamBody as FrameStream};
use tokio::time::{Instant, sleep};
use tower::{Layer, Service, ServiceExt, service_fn};

use super::Drain;
use crate::{
    EventStreamLayer,
    stream::{CloseReason, StreamHandle},
};

const WINDOW: Duration = Duration::from_secs(20);
const DEADLINE: Duration = Duration::from_secs(3);

fn drain() -> Drain {
    Drain::new().with_window(WINDOW).with_deadline(DEADLINE)
}

/// Answers with this text, and then nothing for ever.
fn endless(
    text: &'static str,
) -> impl Service<
    Request<()>,
    Response = Response<impl Body<Data = Bytes, Error = Infallible> + Unpin>,
    Error = http::Error,
    Future: Send,
> + Clone {
    service_fn(move |_: Request<()>| async move {
        let first = stream::iter([Ok(Frame::data(Bytes::from_static(text.as_bytes())))]);
        let body = FrameStream::new(first.chain(stream::pending()));
        let response = Response::builder().header(header::CONTENT_TYPE, "text/event-stream");
        response.body(body)
    })
}

fn get(accept: &str) -> Request<()> {
    let request = Request::get("/").header(header::ACCEPT, accept);
    request.body(()).unwrap()
}

async fn text<B: Body<Data = Bytes, Error = Infallible>>(body: B) -> String {
    let bytes = body.collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn open_streams_end_within_the_window_and_not_together() {
    let drain = drain();
    let service = drain.layer().layer(endless("data: a\n\n"));
    let mut bodies = Vec::new();
    for _ in 0..100 {
        let response = service.clone().oneshot(get("text/event-stream")).await;
        bodies.push(response.unwrap().into_body());
    }
    assert_eq!(drain.open_streams(), 100);
    sleep(Duration::from_secs(60)).await;
    drain.begin();
    let start = Instant::now();
    let ends = join_all(bodies.into_iter().map(|body| async move {
        let text = text(body).await;
        let (first, last) = text.split_once("retry: ").unwrap();
        assert_eq!(first, "data: a\n\n");
        let (retry, event) = last.split_once("\n\n").unwrap();
        assert_eq!(event, "event: disconnected\ndata: draining\n\n");
        (start.elapsed().as_secs(), retry.to_owned())
    }));
    let ends = ends.await;
    let count = |at: core::ops::Range<u64>| ends.iter().filter(|end| at.contains(&end.0)).count();
    assert_eq!(count(0..21), 100);
    // 25 are expected in each; less than 5 would be a chance of one in ten million.
    assert!(
        (0..4).all(|part| count(part * 5..part * 5 + 5) >= 5),
        "{ends:?}"
    );
    let retries: std::collections::HashSet<_> = ends.iter().map(|end| &end.1).collect();
    assert!(retries.len() > 50);
    assert_eq!(drain.finished().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn new_streams_are_refused_and_other_requests_served() {
    let drain = drain();
    let streams = drain.layer().layer(endless(""));
    let page = drain.layer().layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(Response::new(http_body_util::Full::new(
            Bytes::from_static(b"page"),
        )))
    }));
    drain.begin();

    let response = streams
        .clone()
        .oneshot(get("text/event-stream"))
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert!(text(response.into_body()).await.starts_with("retry: "));
    // The second is found out when its response is there.
    for accept in ["text/event-stream, text/plain", "*/*"] {
        let response = streams.clone().oneshot(get(accept)).await.unwrap();
        assert_eq!(response.status(), 503, "{accept}");
        assert!(response.headers().contains_key(header::RETRY_AFTER));
    }
    let response = page.oneshot(get("*/*")).await.unwrap();
    assert_eq!(text(response.into_body()).await, "page");
    assert_eq!(drain.open_streams(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_deadline_comes_even_if_nobody_polls_and_the_inner_body_hangs() {
    for (inner, polled) in [
        ("data: a\n\n", false),
        ("data: a\n", true),
        ("data: a\n", false),
    ] {
        let drain = drain();
        let service = drain.layer().layer(endless(inner));
        let response = service.oneshot(get("*/*")).await.unwrap();
        let mut body = response.into_body();
        let _ = body.frame().await;
        let reader = async {
            if polled {
                while body.frame().await.is_some() {}
            }
            core::future::pending::<()>().await;
        };
        drain.begin();
        let start = Instant::now();
        let outcome = tokio::select! {
            biased;
            () = reader => unreachable!(),
            outcome = drain.serve(core::future::pending::<()>()) => outcome,
        };
        assert_eq!(start.elapsed(), WINDOW + DEADLINE);
        let left = outcome.unwrap_err();
        assert_eq!(left.streams, usize::from(!polled), "{inner:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_ends_in_time_gives_its_output() {
    let drain = drain();
    assert_eq!(drain.serve(async { 7 }).await, Ok(7));
    let begun = drain.begun();
    drain.begin();
    begun.await;
    assert_eq!(drain.finished().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_stream_counts_until_its_body_is_dropped() {
    let drain = drain();
    let service = drain.layer().layer(endless("data: a\n\n"));
    let response = service.oneshot(get("*/*")).await.unwrap();
    let handle = response.extensions().get::<StreamHandle>().unwrap().clone();
    assert_eq!(drain.open_streams(), 1);
    drop(response);
    assert_eq!(drain.open_streams(), 0);
    assert!(handle.is_closed());
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_was_being_opened_when_it_began_ends_too() {
    let drain = drain();
    let slow = endless("data: a\n\n");
    let service = drain.layer().layer(service_fn(move |request| {
        let slow = slow.clone();
        async move {
            sleep(Duration::from_secs(2)).await;
            slow.oneshot(request).await
        }
    }));
    let opening = tokio::spawn(service.oneshot(get("text/event-stream")));
    sleep(Duration::from_secs(1)).await;
    drain.begin();
    let response = opening.await.unwrap().unwrap();
    assert!(text(response.into_body()).await.contains("disconnected"));
    assert_eq!(drain.finished().await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_opened_late_ends_within_what_is_left_of_the_window() {
    for late in [
        WINDOW - Duration::from_secs(1),
        WINDOW + Duration::from_secs(1),
    ] {
        let drain = drain();
        let slow = endless("data: a\n\n");
        let service = drain.layer().layer(service_fn(move |request| {
            let slow = slow.clone();
            async move {
                sleep(late).await;
                slow.oneshot(request).await
            }
        }));
        let opening = join_all((0..20).map(|_| service.clone().oneshot(get("text/event-stream"))));
        let opening = tokio::spawn(opening);
        tokio::task::yield_now().await;
        drain.begin();
        let start = Instant::now();
        for response in opening.await.unwrap() {
            assert!(
                text(response.unwrap().into_body())
                    .await
                    .contains("disconnected")
            );
        }
        assert_eq!(
            start.elapsed().as_secs(),
            late.max(WINDOW - Duration::from_secs(1)).as_secs()
        );
        assert!(start.elapsed() <= late.max(WINDOW));
    }
}

#[tokio::test(start_paused = true)]
async fn it_has_ended_when_the_last_stream_has_or_at_the_deadline() {
    for reads in [true, false] {
        let drain = drain();
        let service = drain.layer().layer(endless("data: a\n\n"));
        let response = service.oneshot(get("*/*")).await.unwrap();
        let ended = drain.ended();
        drain.begin();
        let start = Instant::now();
        let read = async {
            if reads {
                text(response.into_body()).await;
            } else {
                sleep(WINDOW * 2).await;
                drop(response);
            }
            start.elapsed()
        };
        let ended = async {
            ended.await;
            start.elapsed()
        };
        let (read, ended) = tokio::join!(read, ended);
        assert_eq!(ended, if reads { read } else { WINDOW + DEADLINE });
    }
}

#[tokio::test(start_paused = true)]
async fn around_other_layers_it_uses_their_watch() {
    let drain = drain().with_window(Duration::ZERO);
    let layer = EventStreamLayer::recommended().without_retry();
    let service = drain.layer().layer(layer.layer(endless("data: a\n\n")));
    let response = service.oneshot(get("*/*")).await.unwrap();
    let log = std::sync::Arc::new(Log::default());
    let handle = response.extensions().get::<StreamHandle>().unwrap();
    handle.observe(log.clone());
    drain.begin();
    assert!(text(response.into_body()).await.ends_with("draining\n\n"));
    assert_eq!(*log.0.lock(), [CloseReason::Drained]);
}

#[derive(Default)]
struct Log(parking_lot::Mutex<Vec<CloseReason>>);

impl crate::stream::StreamObserver for Log {
    fn closed(&self, reason: CloseReason, _: Duration) {
        self.0.lock().push(reason);
    }
}
