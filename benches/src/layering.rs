//! What layers cost for each event: a body that is always ready, drained bare and through layers.

use core::{convert::Infallible, pin::pin, task::Poll, time::Duration};

use axum::response::{
    IntoResponse as _,
    sse::{self, Sse},
};
use bytes::Bytes;
use futures_util::{future::FutureExt as _, stream};
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::StreamBody;
use sse_codec::{Encode as _, Event, EventId, EventType};
use sse_tower::EventStreamLayer;
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::measure::{Effort, Work, interleaved};

/// How many events each body has.
pub const EVENTS: usize = 20_000;

/// What one contender takes for each event.
#[derive(Debug)]
pub struct LayerCost {
    /// What was drained.
    pub name: &'static str,
    /// Median time for each event.
    pub per_event: Duration,
}

/// Measures all contenders in turns: a body, the same through layers; axum's body, the same with
/// its keep-alive.
///
/// # Panics
///
/// When a body ends early.
#[must_use]
pub fn run(effort: Effort) -> Vec<LayerCost> {
    // Timers need a runtime to belong to; none of them ever fires here.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime");
    let _inside = runtime.enter();

    let frames: Vec<Bytes> = (0..EVENTS).map(frame).collect();
    let events: Vec<sse::Event> = (0..EVENTS).map(axum_event).collect();
    let names = [
        "a body of frames",
        "the same, all recommended layers",
        "axum's Sse",
        "axum's Sse with KeepAlive",
    ];
    let mut bare = || drained(body(frames.clone()), EVENTS);
    let mut layered = || {
        let frames = frames.clone();
        let service = service_fn(move |_: Request<()>| {
            let body = body(frames.clone());
            let response = Response::builder().header("content-type", "text/event-stream");
            core::future::ready(response.body(body))
        });
        let service = EventStreamLayer::recommended().layer(service);
        let response = service.oneshot(Request::new(())).now_or_never();
        let response = response.expect("ready at once").expect("a response");
        // One frame more: the reconnection time.
        drained(response.into_body(), EVENTS + 1)
    };
    let stream_of = |events: &[sse::Event]| {
        let events: Vec<_> = events.iter().cloned().map(Ok::<_, Infallible>).collect();
        stream::iter(events)
    };
    let mut axum = || {
        let response = Sse::new(stream_of(&events)).into_response();
        drained(response.into_body(), EVENTS)
    };
    let mut axum_kept_alive = || {
        let sse = Sse::new(stream_of(&events)).keep_alive(sse::KeepAlive::default());
        drained(sse.into_response().into_body(), EVENTS)
    };
    let contenders: &mut [&mut dyn FnMut() -> Work<'static>] =
        &mut [&mut bare, &mut layered, &mut axum, &mut axum_kept_alive];
    let medians = interleaved(effort, contenders);
    let events = u32::try_from(EVENTS).unwrap_or(u32::MAX);
    let costs = names.into_iter().zip(medians);
    costs
        .map(|(name, time)| LayerCost {
            name,
            per_event: time / events,
        })
        .collect()
}

/// How much more the second takes for each event than the first.
#[must_use]
pub fn added(costs: &[LayerCost], bare: usize, with: usize) -> Option<f64> {
    let time = |at: usize| Some(costs.get(at)?.per_event.as_secs_f64());
    Some((time(with)? - time(bare)?) * 1e9)
}

fn data(number: usize) -> String {
    format!("{{\"user\":\"ada\",\"text\":\"message number {number}, of some length\"}}")
}

fn frame(number: usize) -> Bytes {
    let event = Event::builder(data(number))
        .id(EventId::from(number as u64))
        .event_type(EventType::from_static("chat"));
    event.to_frame().into_bytes()
}

fn axum_event(number: usize) -> sse::Event {
    let event = sse::Event::default().id(number.to_string());
    event.event("chat").data(data(number))
}

fn body(frames: Vec<Bytes>) -> impl Body<Data = Bytes, Error = Infallible> {
    StreamBody::new(stream::iter(
        frames
            .into_iter()
            .map(|data| Ok::<_, Infallible>(Frame::data(data))),
    ))
}

/// The work of polling a body to its end.
fn drained<B>(body: B, expected: usize) -> Work<'static>
where
    B: Body<Data = Bytes> + 'static,
{
    Box::new(move || {
        let mut body = pin!(body);
        let mut context = core::task::Context::from_waker(core::task::Waker::noop());
        let mut frames = 0;
        while let Poll::Ready(Some(Ok(frame))) = body.as_mut().poll_frame(&mut context) {
            core::hint::black_box(&frame);
            frames += 1;
        }
        assert_eq!(frames, expected, "the body ended early");
    })
}
