//! A token that expires while its stream is open.

use core::{pin::pin, time::Duration};

use futures_util::{StreamExt, stream};
use http_body::{Body, Frame};
use http_body_util::StreamBody as FrameStream;
use sse_codec::{Decoder, Encode, Event, ItemRef};
use tokio::time::{Instant, sleep};

use super::*;
use crate::stream::{CloseReason, Farewell, StreamHandle, StreamObserver};

/// Each second a third of an event, whose ids count up; for ever.
fn thirds() -> impl Service<
    Request<()>,
    Response = Response<impl Body<Data = Bytes, Error = Infallible>>,
    Error = http::Error,
    Future: Send,
> + Clone {
    service_fn(|_: Request<()>| async {
        let frames = stream::iter(0_u32..).then(|third| async move {
            sleep(Duration::from_secs(1)).await;
            let text = match third % 3 {
                0 => format!("id: {}\n", third / 3),
                1 => "data: hello\n".to_owned(),
                _ => "\n".to_owned(),
            };
            Ok(Frame::data(Bytes::from(text)))
        });
        let response = Response::builder().header("content-type", "text/event-stream");
        response.body(FrameStream::new(frames))
    })
}

fn for_seconds(seconds: u64) -> TokenLayer<()> {
    TokenLayer::new(move |_| async move {
        Ok(Authorized::new(()).with_expiry_in(Duration::from_secs(seconds)))
    })
}

#[derive(Default)]
struct Reason(Mutex<Option<CloseReason>>);

impl StreamObserver for Reason {
    fn closed(&self, reason: CloseReason, _: Duration) {
        *self.0.lock() = Some(reason);
    }
}

/// When a stream ends, with which types of events, with which last event id and for which reason.
type End = (u64, Vec<String>, String, Option<CloseReason>);

/// `None`: it lasts for an hour.
async fn end_of(layer: &TokenLayer<()>) -> Option<End> {
    let hour = Duration::from_secs(3600);
    tokio::time::timeout(hour, read(layer)).await.ok()
}

async fn read(layer: &TokenLayer<()>) -> End {
    let request = get("/", &[("authorization", "Bearer x")]);
    let response = layer.layer(thirds()).oneshot(request).await.unwrap();
    let reason = Arc::new(Reason::default());
    let handle = response.extensions().get::<StreamHandle>().unwrap();
    handle.observe(reason.clone());
    let start = Instant::now();
    let (mut decoder, mut types) = (Decoder::new(), Vec::new());
    let mut body = pin!(response.into_body());
    while let Some(frame) = body.frame().await {
        let data = frame.unwrap().into_data().unwrap();
        let mut chunk = &data[..];
        while let Some(item) = decoder.decode(&mut chunk).unwrap() {
            if let ItemRef::Event(event) = item {
                types.push(event.event_type().to_owned());
            }
        }
    }
    let id = decoder.last_event_id().to_owned();
    let reason = *reason.0.lock();
    (start.elapsed().as_secs(), types, id, reason)
}

#[tokio::test(start_paused = true)]
async fn the_stream_ends_at_the_boundary_with_an_event_and_the_cursor_stays() {
    let expired = Some(CloseReason::TokenExpired);
    // Between two events, and in the middle of the second, which is completed.
    for (expiry, end, events, id) in [(4, 4, 1, "0"), (5, 6, 2, "1"), (6, 6, 2, "1")] {
        let mut types = vec!["message".to_owned(); events];
        types.push("token_expired".to_owned());
        let ended = end_of(&for_seconds(expiry)).await.unwrap();
        assert_eq!(ended, (end, types, id.into(), expired), "{expiry}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_said_last_is_a_choice() {
    let bye = Event::builder("log in").to_frame();
    let layer = for_seconds(6).with_farewell(Farewell::new().with_event(bye));
    assert_eq!(end_of(&layer).await.unwrap().1, ["message"; 3]);
    let silent = for_seconds(6).with_farewell(Farewell::new());
    assert_eq!(end_of(&silent).await.unwrap().1, ["message"; 2]);
}

/// The negative control: what ends does so because of the expiry.
#[tokio::test(start_paused = true)]
async fn a_token_without_expiry_ends_nothing() {
    let layer = TokenLayer::new(|_| async { Ok(Authorized::new(())) });
    assert_eq!(end_of(&layer).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_has_expired_is_not_valid() {
    let request = || get("/", &[("authorization", "Bearer x")]);
    let response = for_seconds(0).layer(thirds()).oneshot(request()).await;
    assert_eq!(response.unwrap().status(), 401);
    let response = for_seconds(1).layer(thirds()).oneshot(request()).await;
    assert_eq!(response.unwrap().status(), 200);
}
