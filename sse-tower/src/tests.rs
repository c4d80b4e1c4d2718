//! The layers together, and rules that were once broken.

use core::{convert::Infallible, pin::pin, task::Context, task::Waker, time::Duration};
use std::sync::{Arc, Weak, mpsc};

use bytes::Bytes;
use futures_util::stream;
use http::{Method, Request, Response, StatusCode, header};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Empty, Full, StreamBody};
use tokio::{io::AsyncWriteExt, time::sleep};
use tower::{Layer, ServiceExt, service_fn};

use crate::{
    AntiBufferingLayer, Drain, EventSourceCorsLayer, EventStreamLayer, ObserveLayer,
    StreamRequests,
    limit::{AddressKey, KeyExtractor, LocalPermits, StreamKey, StreamLimitLayer},
    observe::{Observers, StreamStatistics},
    stall::{GuardedIo, StallReaper},
    stream::{CloseReason, StreamHandle},
    token::{Authorized, Credential, Tickets, TokenLayer, TokenRejected},
};

type Endless = StreamBody<stream::Pending<Result<Frame<Bytes>, Infallible>>>;

async fn endless<B>(_: Request<B>) -> Result<Response<Endless>, Infallible> {
    let mut response = Response::new(StreamBody::new(stream::pending()));
    let stream = header::HeaderValue::from_static("text/event-stream");
    response.headers_mut().insert(header::CONTENT_TYPE, stream);
    Ok(response)
}

async fn hello<B>(_: Request<B>) -> Result<Response<Full<Bytes>>, http::Error> {
    let body = Full::new(Bytes::from_static(b"data: hello\n\n"));
    Response::builder()
        .header("content-type", "text/event-stream")
        .body(body)
}

fn get(uri: &str, accept: &str) -> Request<()> {
    let request = Request::get(uri).header(header::ACCEPT, accept);
    request.body(()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_drain_worn_twice_counts_a_stream_once() {
    let drain = Drain::new();
    let service = drain
        .layer()
        .layer(drain.layer().layer(service_fn(endless)));
    let response = service.oneshot(get("/", "text/event-stream")).await;
    assert_eq!(drain.open_streams(), 1);
    drop(response);
    assert_eq!(drain.open_streams(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_observer_given_twice_in_one_list_is_told_once() {
    let seen = Arc::new(StreamStatistics::new());
    let observers = Observers::new()
        .with_observer(seen.clone())
        .with_observer(seen.clone());
    let service = ObserveLayer::new(observers).layer(service_fn(hello));
    let response = service.oneshot(get("/", "*/*")).await.unwrap();
    response.into_body().collect().await.unwrap();
    let seen = seen.snapshot();
    assert_eq!((seen.opened(), seen.events()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn an_empty_stream_is_complete_although_no_server_polls_its_body() {
    let seen = Arc::new(StreamStatistics::new());
    let layer = ObserveLayer::new(Observers::new().with_observer(seen.clone()));
    let service = layer.layer(service_fn(|_: Request<()>| async {
        Response::builder()
            .header("content-type", "text/event-stream")
            .body(Empty::<Bytes>::new())
    }));
    let response = service.oneshot(get("/", "*/*")).await.unwrap();
    // As hyper does: nothing comes, so nothing is polled.
    assert!(response.body().is_end_stream());
    drop(response);
    assert_eq!(seen.snapshot().closed(CloseReason::Complete), 1);
}

#[tokio::test(start_paused = true)]
async fn a_reaper_that_is_run_twice_keeps_its_stall_time() {
    let reaper = StallReaper::new(Duration::from_secs(20));
    for _ in 0..2 {
        let reaper = reaper.clone();
        tokio::spawn(async move { reaper.run().await });
    }
    let service = reaper.layer().layer(service_fn(hello_and_more));
    let response = service.oneshot(get("/", "*/*")).await.unwrap();
    let stream = response.extensions().get::<StreamHandle>().unwrap().clone();
    let mut body = response.into_body();
    body.frame().await.unwrap().unwrap();
    sleep(Duration::from_secs(19)).await;
    assert!(!stream.is_closed());
}

async fn hello_and_more<B>(
    _: Request<B>,
) -> Result<Response<impl Body<Data = Bytes, Error = Infallible> + Unpin>, http::Error> {
    let hello = || Ok(Frame::data(Bytes::from_static(b"data: hello\n\n")));
    let body = StreamBody::new(stream::repeat_with(hello));
    Response::builder()
        .header("content-type", "text/event-stream")
        .body(body)
}

/// A server that asks for capacity first never polls the body of a stream without a window.
#[tokio::test(start_paused = true)]
async fn a_stream_whose_body_is_never_polled_is_reaped() {
    let reaper = StallReaper::new(Duration::from_secs(20));
    let running = reaper.clone();
    tokio::spawn(async move { running.run().await });
    let layer = EventStreamLayer::recommended();
    let service = reaper
        .layer()
        .layer(layer.layer(service_fn(hello_and_more)));
    let response = service.oneshot(get("/", "*/*")).await.unwrap();
    let stream = response.extensions().get::<StreamHandle>().unwrap().clone();
    sleep(Duration::from_secs(60)).await;
    assert!(stream.is_closed());
}

/// The guard is faster than the reaper if both have the same stall time.
#[tokio::test(start_paused = true)]
async fn a_stream_whose_connection_the_guard_ended_was_stalled() {
    let seen = Arc::new(StreamStatistics::new());
    let reaper = StallReaper::default();
    let layer =
        EventStreamLayer::empty().with_observers(Observers::new().with_observer(seen.clone()));
    let service = reaper.layer().layer(layer.layer(service_fn(endless)));
    let (here, _there) = tokio::io::duplex(4);
    let mut io = GuardedIo::new(here);
    let mut request = get("/", "*/*");
    request.extensions_mut().insert(io.handle());
    let response = service.oneshot(request).await.unwrap();
    let error = io.write_all(&[0; 64]).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
    // As a server does when its connection fails.
    drop(response);
    let seen = seen.snapshot();
    assert_eq!(seen.closed(CloseReason::ClientGone), 0);
    assert_eq!(seen.closed(CloseReason::Stalled), 1);
}

/// `EventSource` has no method but GET; clients made of fetch send this `Accept` with POST.
#[tokio::test(start_paused = true)]
async fn a_post_is_refused_by_a_status() {
    let permits = Arc::new(LocalPermits::new(0));
    let service = StreamLimitLayer::new(permits).layer(service_fn(endless));
    let mut request = get("/", "text/event-stream");
    *request.method_mut() = Method::POST;
    let response = service.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_page_of_another_origin_can_read_when_to_come_back() {
    let layer = EventSourceCorsLayer::origins(["https://app.example"]).unwrap();
    let service = layer.layer(service_fn(|_: Request<()>| async {
        Response::builder()
            .status(503)
            .header("retry-after", "3")
            .body(Full::<Bytes>::default())
    }));
    let mut request = get("/", "text/event-stream, */*");
    let origin = header::HeaderValue::from_static("https://app.example");
    request.headers_mut().insert(header::ORIGIN, origin);
    let response = service.oneshot(request).await.unwrap();
    let exposed = response.headers().get("access-control-expose-headers");
    let exposed = exposed.expect("nothing is exposed").to_str().unwrap();
    assert!(exposed.contains("retry-after"), "{exposed}");
}

async fn by_claims(credential: Credential) -> Result<Authorized<()>, TokenRejected> {
    let authorized = Authorized::new(());
    credential
        .claims()
        .map(|_| authorized)
        .ok_or(TokenRejected::Invalid)
}

/// <https://www.rfc-editor.org/rfc/rfc6750#section-2.3>, in the order that the manual recommends.
#[tokio::test(start_paused = true)]
async fn a_stream_that_a_ticket_opened_is_private() {
    let tickets = Tickets::new();
    let layer = TokenLayer::new(by_claims).with_tickets(tickets.clone());
    let service = layer.layer(EventStreamLayer::recommended().layer(service_fn(hello)));
    let ticket = tickets
        .issue("alice", Duration::from_secs(60))
        .await
        .unwrap();
    let uri = format!("/?ticket={}", ticket.as_str());
    let response = service
        .oneshot(get(&uri, "text/event-stream"))
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.headers().contains_key(header::SET_COOKIE));
    let cache: Vec<_> = response
        .headers()
        .get_all(header::CACHE_CONTROL)
        .iter()
        .collect();
    assert!(
        cache
            .iter()
            .any(|value| value.to_str().unwrap().contains("private")),
        "{cache:?}"
    );
}

/// "`HEAD` is judged as `GET` is".
#[tokio::test(start_paused = true)]
async fn a_head_request_that_nobody_took_for_a_stream_is_judged_too() {
    let layer = TokenLayer::new(by_claims).with_requests(StreamRequests::accepting());
    let service = layer.layer(service_fn(hello));
    let response = service.clone().oneshot(get("/", "*/*")).await.unwrap();
    assert_eq!(response.status(), 401);
    let mut request = get("/", "*/*");
    *request.method_mut() = Method::HEAD;
    let response = service.oneshot(request).await.unwrap();
    assert_eq!(response.status(), 401);
}

/// A server sets `Content-Length` from an exact size hint.
#[tokio::test]
async fn against_buffering_there_is_no_content_length() {
    let service = AntiBufferingLayer::default().layer(service_fn(hello));
    let response = service.oneshot(get("/", "*/*")).await.unwrap();
    assert_eq!(response.body().size_hint().exact(), None);
}

/// Of a waker's code, that of its drop included, nothing may run under the lock of a stream.
#[test]
fn a_waker_that_asks_for_the_stream_when_it_is_dropped_does_not_hang() {
    struct Asks(StreamHandle);
    impl std::task::Wake for Asks {
        fn wake(self: Arc<Self>) {}
    }
    impl Drop for Asks {
        fn drop(&mut self) {
            let _ = self.0.is_closed();
        }
    }
    let (done, waits) = mpsc::channel();
    std::thread::spawn(move || {
        let handle = StreamHandle::new();
        assert!(handle.wait(&Waker::from(Arc::new(Asks(handle.clone())))));
        // Another task polls now.
        assert!(handle.wait(Waker::noop()));
        done.send(()).unwrap();
    });
    waits
        .recv_timeout(Duration::from_secs(20))
        .expect("it hangs");
}

/// Something between two layers reads the stream and answers with another body.
#[tokio::test(start_paused = true)]
async fn a_body_put_in_the_place_of_a_watched_one_is_watched() {
    let drain = Drain::new();
    let inner = EventStreamLayer::recommended().layer(service_fn(hello));
    let replaced = inner.map_response(|response| {
        let (parts, _) = response.into_parts();
        let body: Endless = StreamBody::new(stream::pending());
        Response::from_parts(parts, body)
    });
    let service = drain.layer().layer(replaced);
    let response = service.oneshot(get("/", "*/*")).await.unwrap();
    assert_eq!(drain.open_streams(), 1);
    drain.begin();
    let body = response.into_body().collect();
    let ended = tokio::time::timeout(Duration::from_secs(60), body).await;
    assert!(ended.is_ok(), "the stream is not drained");
}

/// As the example of `KeyExtractor` combines them.
#[test]
fn a_user_is_not_an_address() {
    let (mut head, ()) = Request::new(()).into_parts();
    head.extensions.insert(std::net::IpAddr::from(*b"abcd"));
    let address = AddressKey::new().key(&head).unwrap();
    assert_ne!(address, StreamKey::new("abcd"));
}

/// A stream that is closed holds nothing that keeps it.
#[tokio::test(start_paused = true)]
async fn a_handle_that_is_kept_keeps_no_task() {
    struct Task;
    impl std::task::Wake for Task {
        fn wake(self: Arc<Self>) {}
    }
    let reaper = StallReaper::default();
    let service = reaper.layer().layer(service_fn(endless));
    let response = service.oneshot(get("/", "*/*")).await.unwrap();
    let stream = response.extensions().get::<StreamHandle>().unwrap().clone();
    let task = Arc::new(Task);
    let weak: Weak<Task> = Arc::downgrade(&task);
    let waker = Waker::from(task);
    let mut body = response.into_body();
    assert!(
        pin!(&mut body)
            .poll_frame(&mut Context::from_waker(&waker))
            .is_pending()
    );
    drop((body, waker));
    assert!(stream.is_closed());
    assert!(weak.upgrade().is_none());
}

#[tokio::test(start_paused = true)]
async fn of_two_reapers_each_has_its_say() {
    let (short, long) = (
        StallReaper::new(Duration::from_secs(10)),
        StallReaper::default(),
    );
    for reaper in [short.clone(), long.clone()] {
        tokio::spawn(async move { reaper.run().await });
    }
    let service = long
        .layer()
        .layer(short.layer().layer(service_fn(hello_and_more)));
    let response = service.oneshot(get("/", "*/*")).await.unwrap();
    let stream = response.extensions().get::<StreamHandle>().unwrap().clone();
    let mut body = response.into_body();
    body.frame().await.unwrap().unwrap();
    for _ in 0..10 {
        sleep(Duration::from_secs(9)).await;
        assert!(!stream.is_closed());
        body.frame().await.unwrap().unwrap();
    }
    sleep(Duration::from_secs(20)).await;
    assert!(stream.is_closed());
}

/// Every response that is no event stream passes untouched.
#[tokio::test]
async fn options_that_are_no_preflight_are_passed_on() {
    let service = EventSourceCorsLayer::any_origin().layer(service_fn(|_: Request<()>| async {
        Response::builder()
            .header(header::ALLOW, "GET, PROPFIND")
            .body(Full::<Bytes>::default())
    }));
    let request = Request::options("/").body(()).unwrap();
    let response = service.oneshot(request).await.unwrap();
    assert_eq!(response.headers()[header::ALLOW], "GET, PROPFIND");
}
