//! The layers on scripted services, in tokio's paused time.

use core::{convert::Infallible, pin::pin, time::Duration};
use std::time::Instant as WallClock;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full, StreamBody as FrameStream};
use sse_codec::{Encode, Event};
use tokio::time::{Instant, sleep};
use tower::{Layer, Service, ServiceExt, service_fn};

use crate::{
    AntiBufferingLayer, EventStreamLayer, Jitter, KeepAlive, KeepAliveLayer, RetryLayer,
    StreamOverrides, anti_buffering::AntiBuffering, retry::Retry,
};

/// What happens in an inner body: seconds go by, a frame comes.
#[derive(Clone)]
enum Happens {
    Seconds(u64),
    Data(&'static [u8]),
    Trailers,
    Error,
}
use Happens::{Data, Error, Seconds, Trailers};

fn body(script: Vec<Happens>) -> impl Body<Data = Bytes, Error = &'static str> + Unpin {
    let frames = stream::iter(script).filter_map(|happens| {
        Box::pin(async move {
            match happens {
                Seconds(seconds) => {
                    sleep(Duration::from_secs(seconds)).await;
                    None
                }
                Data(data) => Some(Ok(Frame::data(Bytes::from_static(data)))),
                Trailers => {
                    let value = HeaderValue::from_static("yes");
                    Some(Ok(Frame::trailers(HeaderMap::from_iter([(
                        http::header::TE,
                        value,
                    )]))))
                }
                Error => Some(Err("broken")),
            }
        })
    });
    FrameStream::new(frames)
}

fn event_stream<B>(body: B) -> Response<B> {
    Response::builder()
        .header("content-type", "text/event-stream")
        .body(body)
        .unwrap()
}

/// The response of a service that wears a layer and answers with this.
async fn through<B>(
    layer: EventStreamLayer,
    method: Method,
    response: Response<B>,
) -> Response<super::StreamBody<B>> {
    let request = Request::builder().method(method).body(()).unwrap();
    layer
        .layer(Handler(Some(response)))
        .oneshot(request)
        .await
        .unwrap()
}

/// Answers once, and only if it was ready.
struct Handler<B>(Option<Response<B>>);

impl<B> Service<Request<()>> for Handler<B> {
    type Response = Response<B>;
    type Error = Infallible;
    type Future = core::future::Ready<Result<Response<B>, Infallible>>;

    fn poll_ready(
        &mut self,
        _: &mut core::task::Context<'_>,
    ) -> core::task::Poll<Result<(), Infallible>> {
        core::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        core::future::ready(Ok(self.0.take().expect("called once")))
    }
}

/// All frames with the second they came in; an error as text.
async fn frames<B>(body: B) -> Vec<(u64, String)>
where
    B: Body<Data = Bytes, Error = &'static str>,
{
    let mut body = pin!(body);
    let start = Instant::now();
    let mut frames = Vec::new();
    while let Some(frame) = body.frame().await {
        let text = match frame {
            Ok(frame) => match frame.into_data() {
                Ok(data) => String::from_utf8_lossy(&data).into_owned(),
                Err(_) => "trailers".to_owned(),
            },
            Err(error) => error.to_owned(),
        };
        frames.push((start.elapsed().as_secs(), text));
    }
    frames
}

fn beats() -> EventStreamLayer {
    let keep_alive = KeepAlive::new(Duration::from_secs(10)).with_jitter(Jitter::NONE);
    EventStreamLayer::empty().with_keep_alive(keep_alive)
}

fn retries() -> EventStreamLayer {
    let retry = Retry::new(Duration::from_secs(3)).with_jitter(Jitter::NONE);
    EventStreamLayer::empty().with_retry(retry)
}

async fn run(layer: EventStreamLayer, script: Vec<Happens>) -> Vec<(u64, String)> {
    let response = through(layer, Method::GET, event_stream(body(script))).await;
    frames(response.into_body()).await
}

fn seen(frames: &[(u64, &str)]) -> Vec<(u64, String)> {
    frames
        .iter()
        .map(|(second, text)| (*second, (*text).to_owned()))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_beat_comes_when_nothing_was_sent_for_the_interval() {
    let script = vec![
        Seconds(25),
        Data(b"data: a\n\n"),
        Seconds(9),
        Data(b"data: b\n\n"),
        Seconds(11),
    ];
    let expected = [
        (10, ":\n\n"),
        (20, ":\n\n"),
        (25, "data: a\n\n"),
        (34, "data: b\n\n"),
        (44, ":\n\n"),
    ];
    assert_eq!(run(beats(), script).await, seen(&expected));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_put_inside_a_line_and_no_blank_line_inside_an_event() {
    let script = vec![
        Data(b"data: a"),
        Seconds(25),
        Data(b"b\n"),
        Seconds(15),
        Data(b"data: c\r"),
        Seconds(15),
        Data(b"\n\r\n"),
        Seconds(15),
    ];
    let expected = [
        (0, "data: a"),
        (25, "b\n"),
        (35, ":\n"),
        (40, "data: c\r"),
        (55, "\n\r\n"),
        (65, ":\n\n"),
    ];
    assert_eq!(run(beats(), script).await, seen(&expected));
}

#[tokio::test(start_paused = true)]
async fn an_event_beat_waits_for_the_end_of_the_event() {
    let beat = KeepAlive::new(Duration::from_secs(10))
        .with_jitter(Jitter::NONE)
        .with_event(|| Event::builder("beat").to_frame());
    let layer = EventStreamLayer::empty().with_keep_alive(beat);
    let script = vec![Data(b"data: a\n"), Seconds(25), Data(b"\n"), Seconds(15)];
    let expected = [(0, "data: a\n"), (25, "\n"), (35, "data: beat\n\n")];
    assert_eq!(run(layer, script).await, seen(&expected));
}

#[tokio::test(start_paused = true)]
async fn the_reconnection_time_is_first_and_leaves_at_once() {
    let silent = run(retries(), vec![Seconds(5), Data(b"data: a\n\n")]).await;
    assert_eq!(silent, seen(&[(0, "retry: 3000\n\n"), (5, "data: a\n\n")]));
    let ready = run(retries(), vec![Data(b"data: a\n\n")]).await;
    assert_eq!(ready, seen(&[(0, "retry: 3000\n\n"), (0, "data: a\n\n")]));
    let empty = run(retries(), vec![]).await;
    assert_eq!(empty, seen(&[(0, "retry: 3000\n\n")]));
}

#[tokio::test(start_paused = true)]
async fn a_byte_order_mark_stays_first_or_goes() {
    let together = run(retries(), vec![Data(b"\xEF\xBB\xBFdata: a\n\n")]).await;
    assert_eq!(
        together,
        seen(&[(0, "\u{feff}retry: 3000\n\n"), (0, "data: a\n\n")])
    );
    let script = vec![Data(b"\xEF\xBB"), Data(b"\xBF"), Data(b"data: a\n\n")];
    let in_pieces = run(retries(), script).await;
    assert_eq!(
        in_pieces,
        seen(&[(0, "\u{feff}retry: 3000\n\n"), (0, "data: a\n\n")])
    );
    let late = run(
        retries(),
        vec![Seconds(1), Data(b"\xEF\xBB\xBFdata: a\n\n")],
    )
    .await;
    assert_eq!(late, seen(&[(0, "retry: 3000\n\n"), (1, "data: a\n\n")]));
    let script = vec![Seconds(15), Data(b"\xEF"), Data(b"\xBB\xBFdata: a\n\n")];
    let after_a_beat = run(beats(), script).await;
    assert_eq!(after_a_beat, seen(&[(10, ":\n\n"), (15, "data: a\n\n")]));
    let no_mark = run(retries(), vec![Data(b"\xEF"), Data(b"x\n\n")]).await;
    assert_eq!(no_mark[1..], seen(&[(0, "x\n\n")]));
}

#[tokio::test(start_paused = true)]
async fn padding_comes_behind_the_reconnection_time() {
    let padded = AntiBuffering::new().with_padding_bytes(5);
    let layer = retries().with_anti_buffering(padded);
    let frames = run(layer, vec![Data(b"data: a\n\n")]).await;
    assert_eq!(
        frames,
        seen(&[(0, "retry: 3000\n\n:  \n\n"), (0, "data: a\n\n")])
    );
}

#[tokio::test(start_paused = true)]
async fn errors_and_trailers_pass() {
    let frames = run(retries(), vec![Data(b"data: a\n\n"), Error]).await;
    assert_eq!(frames[1..], seen(&[(0, "data: a\n\n"), (0, "broken")]));
    let frames = run(retries(), vec![Trailers]).await;
    assert_eq!(frames, seen(&[(0, "retry: 3000\n\n"), (0, "trailers")]));
}

#[tokio::test(start_paused = true)]
async fn what_is_no_plain_event_stream_passes_untouched() {
    let page = Response::new(Full::new(Bytes::from_static(b"hello")));
    let mut other_status = event_stream(Full::new(Bytes::from_static(b"hello")));
    *other_status.status_mut() = http::StatusCode::NOT_FOUND;
    let mut encoded = event_stream(Full::new(Bytes::from_static(b"hello")));
    encoded
        .headers_mut()
        .insert("content-encoding", HeaderValue::from_static("gzip"));
    for mut response in [page, other_status, encoded] {
        response
            .headers_mut()
            .insert("content-length", HeaderValue::from_static("5"));
        let headers = response.headers().clone();
        let layer = EventStreamLayer::recommended();
        let response = through(layer, Method::GET, response).await;
        assert_eq!(*response.headers(), headers);
        assert_eq!(response.body().size_hint().exact(), Some(5));
        assert!(!response.body().is_end_stream());
        let body = response.into_body().collect().await.unwrap();
        assert_eq!(body.to_bytes(), "hello");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_may_grow_says_so() {
    let mut response = event_stream(Full::new(Bytes::from_static(b"data: a\n\n")));
    for name in ["content-length", "etag", "content-digest"] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static("9"));
    }
    let response = through(beats(), Method::GET, response).await;
    assert_eq!(response.headers().len(), 1);
    assert_eq!(response.body().size_hint().upper(), None);

    let empty = event_stream(Full::new(Bytes::new()));
    let response = through(retries(), Method::GET, empty).await;
    assert!(!response.body().is_end_stream());
    let body = response.into_body().collect().await.unwrap();
    assert_eq!(body.to_bytes(), "retry: 3000\n\n");
}

#[tokio::test(start_paused = true)]
async fn head_gets_the_headers_only() {
    let response = event_stream(Full::new(Bytes::new()));
    let layer = EventStreamLayer::recommended();
    let response = through(layer, Method::HEAD, response).await;
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    assert!(response.body().is_end_stream());
}

#[tokio::test(start_paused = true)]
async fn a_layer_worn_twice_acts_once_and_the_inner_one_counts() {
    let inner = service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(event_stream(body(vec![Seconds(12)])))
    });
    let outer_retry = Retry::new(Duration::from_secs(9));
    let service = EventStreamLayer::recommended().layer(inner);
    let service = RetryLayer::new(outer_retry).layer(AntiBufferingLayer::default().layer(service));
    let outer_beat = KeepAlive::new(Duration::from_secs(1)).with_comment("outer");
    let mut service = KeepAliveLayer::new(outer_beat).layer(service);
    let response = service
        .ready()
        .await
        .unwrap()
        .call(Request::new(()))
        .await
        .unwrap();
    assert_eq!(
        response.headers().get_all("cache-control").iter().count(),
        1
    );
    let frames = frames(response.into_body()).await;
    assert_eq!(frames.len(), 1, "{frames:?}");
    assert!(frames[0].1.starts_with("retry: 2"), "{frames:?}");
}

#[tokio::test(start_paused = true)]
async fn a_handler_overrides_settings_for_its_own_stream() {
    let with = |overrides: StreamOverrides| async {
        let mut response = event_stream(body(vec![Seconds(12)]));
        response.extensions_mut().insert(overrides);
        let both = retries().with_keep_alive(KeepAlive::new(Duration::from_secs(10)));
        frames(through(both, Method::GET, response).await.into_body()).await
    };
    assert_eq!(with(StreamOverrides::new()).await.len(), 2);
    assert_eq!(with(StreamOverrides::new().without_retry()).await.len(), 1);
    assert_eq!(
        with(StreamOverrides::new().without_keep_alive())
            .await
            .len(),
        1
    );
    let other = Retry::new(Duration::from_secs(7)).with_jitter(Jitter::NONE);
    let frames = with(StreamOverrides::new().with_retry(other)).await;
    assert_eq!(frames[0], (0, "retry: 7000\n\n".to_owned()));
    let faster = KeepAlive::new(Duration::from_secs(3)).with_jitter(Jitter::NONE);
    // At 3, 6 and 9 seconds; at 12 the stream ends.
    assert_eq!(
        with(StreamOverrides::new().with_keep_alive(faster))
            .await
            .len(),
        4
    );
}

#[tokio::test(start_paused = true)]
async fn a_busy_stream_costs_no_beat_and_no_waiting() {
    let script: Vec<_> = (0..50)
        .flat_map(|_| [Data(b"data: a\n\n"), Seconds(9)])
        .collect();
    let clock = WallClock::now();
    let frames = run(beats(), script).await;
    assert_eq!(frames.len(), 50);
    assert_eq!(frames[49].0, 49 * 9);
    // Time is paused: nobody waits for it.
    assert!(clock.elapsed() < Duration::from_secs(60));
}

/// A service that was ready must be the one that is called.
#[tokio::test(start_paused = true)]
async fn the_ready_instance_is_the_one_called() {
    #[derive(Default)]
    struct OnlyWhenReady {
        ready: bool,
    }
    impl Clone for OnlyWhenReady {
        fn clone(&self) -> Self {
            Self::default()
        }
    }
    impl Service<Request<()>> for OnlyWhenReady {
        type Response = Response<Full<Bytes>>;
        type Error = &'static str;
        type Future = core::future::Ready<Result<Self::Response, &'static str>>;

        fn poll_ready(
            &mut self,
            _: &mut core::task::Context<'_>,
        ) -> core::task::Poll<Result<(), &'static str>> {
            self.ready = true;
            core::task::Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<()>) -> Self::Future {
            let response = Response::new(Full::default());
            core::future::ready(
                self.ready
                    .then_some(response)
                    .ok_or("called without being ready"),
            )
        }
    }
    let mut service = EventStreamLayer::recommended().layer(OnlyWhenReady::default());
    let ready = service.ready().await.unwrap();
    assert!(ready.call(Request::new(())).await.is_ok());
}
