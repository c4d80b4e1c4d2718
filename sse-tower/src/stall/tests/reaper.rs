//! Streams whose bodies are not polled, in tokio's paused time.

use core::{
    convert::Infallible,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream;
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, StreamBody as FrameStream};
use tokio::{
    io::duplex,
    sync::mpsc,
    time::{Instant, sleep},
};
use tower::{Layer, Service, ServiceExt, service_fn};

use crate::{
    response::StreamBody,
    stall::{ConnectionEnded, ConnectionHandle, GuardedIo, StallReaper},
    stream::{CloseReason, StreamHandle, StreamObserver},
};

const STALL_TIME: Duration = Duration::from_secs(20);

/// A stream of what is sent, on a connection.
struct Opened<B> {
    body: StreamBody<B>,
    events: mpsc::UnboundedSender<&'static str>,
    stream: StreamHandle,
    connection: ConnectionHandle,
}

async fn open(
    reaper: &StallReaper,
) -> Opened<impl Body<Data = Bytes, Error = Infallible> + Unpin + use<>> {
    let (events, received) = mpsc::unbounded_channel::<&str>();
    let received = stream::unfold(received, |mut received| async {
        let text = received.recv().await?;
        let frame = Frame::data(Bytes::from_static(text.as_bytes()));
        Some((Ok::<_, Infallible>(frame), received))
    });
    let mut body = Some(FrameStream::new(Box::pin(received)));
    let service = service_fn(move |_: Request<()>| {
        let response = Response::builder().header("content-type", "text/event-stream");
        core::future::ready(response.body(body.take().unwrap()))
    });
    let connection = GuardedIo::new(duplex(1).0).handle();
    let mut request = Request::new(());
    request.extensions_mut().insert(connection.clone());
    let response = reaper.layer().layer(Once(service)).oneshot(request).await;
    let response = response.unwrap();
    let stream = response.extensions().get::<StreamHandle>().unwrap().clone();
    Opened {
        body: response.into_body(),
        events,
        stream,
        connection,
    }
}

/// A service is cloned for the next call, which never comes.
struct Once<S>(S);

impl<S> Clone for Once<S> {
    fn clone(&self) -> Self {
        unreachable!("nobody is admitted before the call")
    }
}

impl<S: Service<R>, R> Service<R> for Once<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> S::Future {
        self.0.call(request)
    }
}

/// When the stream is closed.
async fn closed(stream: &StreamHandle) -> Duration {
    let start = Instant::now();
    while !stream.is_closed() && start.elapsed() < 9 * STALL_TIME {
        sleep(Duration::from_millis(100)).await;
    }
    start.elapsed()
}

fn is_one_stall_time(time: Duration) -> bool {
    time >= STALL_TIME && time <= STALL_TIME + STALL_TIME / 10 + Duration::from_millis(100)
}

fn start(reaper: &StallReaper) {
    let reaper = reaper.clone();
    tokio::spawn(async move { reaper.run().await });
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_gave_a_frame_and_is_not_polled_again_is_ended() {
    let reaper = StallReaper::new(STALL_TIME);
    start(&reaper);
    let mut opened = open(&reaper).await;
    sleep(Duration::from_secs(1)).await;
    opened.events.send("data: a\n\n").unwrap();
    opened.body.frame().await.unwrap().unwrap();
    assert!(is_one_stall_time(closed(&opened.stream).await));
    assert_eq!(opened.connection.ended(), Some(ConnectionEnded::Aborted));
    assert!(opened.body.frame().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_was_woken_and_is_not_polled_is_ended() {
    let reaper = StallReaper::new(STALL_TIME);
    start(&reaper);
    let mut opened = open(&reaper).await;
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..2 {
        assert!(pin!(&mut opened.body).poll_frame(&mut cx).is_pending());
        sleep(5 * STALL_TIME).await;
        assert!(!opened.stream.is_closed(), "an idle stream was ended");
    }
    opened.events.send("data: a\n\n").unwrap();
    assert!(is_one_stall_time(closed(&opened.stream).await));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_polled_now_and_then_is_not() {
    let reaper = StallReaper::new(STALL_TIME);
    start(&reaper);
    let mut opened = open(&reaper).await;
    for _ in 0..20 {
        opened.events.send("data: a\n\n").unwrap();
        sleep(STALL_TIME * 9 / 10).await;
        opened.body.frame().await.unwrap().unwrap();
    }
    drop(opened.body);
    sleep(5 * STALL_TIME).await;
    assert_eq!(
        opened.connection.ended(),
        None,
        "of a stream that is closed"
    );
}

#[tokio::test(start_paused = true)]
async fn what_the_stream_holds_is_free_and_its_observers_are_told() {
    #[derive(Default)]
    struct Log(parking_lot::Mutex<Vec<CloseReason>>);
    impl StreamObserver for Log {
        fn closed(&self, reason: CloseReason, _: Duration) {
            self.0.lock().push(reason);
        }
    }
    let reaper = StallReaper::new(STALL_TIME);
    start(&reaper);
    let mut opened = open(&reaper).await;
    let (log, slot) = (std::sync::Arc::new(Log::default()), std::sync::Arc::new(()));
    opened.stream.observe(log.clone());
    opened.stream.hold(slot.clone());
    opened.events.send("data: a\n\n").unwrap();
    opened.body.frame().await.unwrap().unwrap();
    closed(&opened.stream).await;
    // The body is still there, with nobody to poll it.
    assert_eq!(std::sync::Arc::strong_count(&slot), 1);
    assert_eq!(*log.0.lock(), [CloseReason::Stalled]);
    assert!(format!("{reaper:?}").contains("open_streams: 0"));
    drop(opened.body);
    assert_eq!(*log.0.lock(), [CloseReason::Stalled]);
}
