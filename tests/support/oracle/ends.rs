//! A stream that ends early loses nothing, and its client knows how far it came.

use core::{convert::Infallible, time::Duration};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use sse_codec::{Encode, Event, EventType};
use sse_tower::{
    EventStreamLayer, Jitter, KeepAlive,
    error_event::ErrorEvent,
    stream::{CloseReason, Farewell, StreamEnd, StreamHandle, StreamObserver},
};
use tokio::{runtime, time::Instant};
use tower::{Layer, ServiceExt, service_fn};

use super::{
    layers::{BodyStep, happen},
    verdict::{Verdict, equal, holds, must_hold},
};
use crate::reference::{self, ReferenceItem};

/// The event type of a farewell, and of an error event: what no random stream has by chance.
const FAREWELL: &str = "sse-tower-oracle-farewell";
const FAILURE: &str = "sse-tower-oracle-failure";
/// How long an event that has begun is waited for.
const GRACE_SECONDS: u64 = 3;

/// What comes of a stream that is ended.
#[derive(Debug, Clone, Default)]
pub struct Ended {
    /// The bytes that went out.
    pub sent: Vec<u8>,
    /// How many events an observer was told of.
    pub events: usize,
    /// How often it was told of an opened stream, and of a closed one.
    pub opened: usize,
    /// As `opened`.
    pub closed: usize,
}

/// A stream that is ended half a second after so many seconds, or whose body fails behind its last
/// frame: all events that were complete then come out, at most the one that had begun comes behind
/// them, then the farewell if there is no event that has begun, and nothing else. An observer is told
/// of exactly these events, of one opened stream and of one closed.
///
/// # Panics
///
/// If not.
pub fn check_ends(steps: &[BodyStep], end_after_seconds: u8, fails: bool) {
    let verdict = check_ends_of(&through_layers, steps, end_after_seconds, fails);
    must_hold(verdict);
}

/// As [`check_ends`], of anything that makes an [`Ended`] of the steps.
///
/// # Errors
///
/// What was seen instead.
pub fn check_ends_of(
    layers: &dyn Fn(&[BodyStep], u8, bool) -> Ended,
    steps: &[BodyStep],
    end_after_seconds: u8,
    fails: bool,
) -> Verdict {
    let seen = layers(steps, end_after_seconds, fails);
    let at = || {
        let sent = seen.sent.escape_ascii();
        format!("{steps:?} ended after {end_after_seconds}.5 s, fails: {fails}, sent as {sent}")
    };
    let all = events(&frames_until(steps, u64::MAX));
    let before_bytes = frames_until(steps, end_after_seconds.into());
    let before = events(&before_bytes);
    let lasts = steps.iter().map(BodyStep::seconds).sum::<u64>();
    let cut = lasts > end_after_seconds.into();

    let mut came = events(&seen.sent);
    let ours: Vec<_> = came
        .extract_if(.., |event| {
            event.event_type == FAREWELL || event.event_type == FAILURE
        })
        .map(|event| event.event_type)
        .collect();
    let whole = ends_in_blank_line(&seen.sent);

    holds(all.starts_with(&came), || format!("other events\n{}", at()))?;
    if cut {
        holds(came.starts_with(&before), || {
            format!("events are lost\n{}", at())
        })?;
        holds(came.len() <= before.len() + 1, || {
            format!("too many\n{}", at())
        })?;
    } else {
        equal(&came.len(), &all.len(), at)?;
    }
    let expected: &[&str] = match (cut, fails) {
        (true, _) => &[FAREWELL],
        (false, true) => &[FAILURE],
        (false, false) => &[],
    };
    if whole || !ours.is_empty() {
        equal(&ours[..], expected, at)?;
    }
    if !ours.is_empty() {
        let farewell = farewell(expected.first().unwrap_or(&""));
        holds(seen.sent.ends_with(&farewell), || {
            format!("not last\n{}", at())
        })?;
    }
    equal(&seen.events, &came.len(), at)?;
    equal(&(seen.opened, seen.closed), &(1, 1), at)
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct SeenEvent {
    event_type: String,
    data: String,
    last_event_id: String,
}

fn events(stream: &[u8]) -> Vec<SeenEvent> {
    let items = reference::decode(stream).items.into_iter();
    let events = items.filter_map(|item| match item {
        ReferenceItem::Event {
            event_type,
            data,
            last_event_id,
        } => Some(SeenEvent {
            event_type,
            data,
            last_event_id,
        }),
        _ => None,
    });
    events.collect()
}

fn ends_in_blank_line(sent: &[u8]) -> bool {
    let mut line_ends = [&b"\r\n"[..], b"\n", b"\r"].into_iter();
    let before = line_ends.find_map(|line_end| sent.strip_suffix(line_end));
    before.is_some_and(|before| matches!(before.last(), None | Some(b'\r' | b'\n')))
}

/// What the inner body gives in so many seconds.
fn frames_until(steps: &[BodyStep], seconds: u64) -> Vec<u8> {
    let (mut bytes, mut now) = (Vec::new(), 0);
    for step in steps {
        now += step.seconds();
        if now > seconds {
            break;
        }
        if let BodyStep::Frame(data) = step {
            bytes.extend_from_slice(data);
        }
    }
    bytes
}

fn farewell(event_type: &'static str) -> Bytes {
    let event = Event::builder("").event_type(EventType::from_static(event_type));
    event.to_frame().into_bytes()
}

#[derive(Default)]
struct Told {
    events: AtomicUsize,
    opened: AtomicUsize,
    closed: AtomicUsize,
}

impl StreamObserver for Told {
    fn opened(&self) {
        self.opened.fetch_add(1, Ordering::Relaxed);
    }

    fn sent(&self, events: usize, _: usize) {
        self.events.fetch_add(events, Ordering::Relaxed);
    }

    fn closed(&self, _: CloseReason, _: Duration) {
        self.closed.fetch_add(1, Ordering::Relaxed);
    }
}

fn through_layers(steps: &[BodyStep], end_after_seconds: u8, fails: bool) -> Ended {
    let keep_alive = KeepAlive::new(Duration::from_secs(2)).with_jitter(Jitter::NONE);
    let failure = Event::builder("").event_type(EventType::from_static(FAILURE));
    let layer = EventStreamLayer::recommended()
        .with_keep_alive(keep_alive)
        .with_error_event(ErrorEvent::from_frame(failure.to_frame()));
    let steps = steps.to_vec();
    let service = layer.layer(service_fn(move |_: Request<()>| {
        let frames = stream::iter(steps.clone()).filter_map(happen);
        let frames = frames.map(|frame: Result<Frame<Bytes>, Infallible>| frame.map_err(|_| ()));
        let failure = stream::iter(fails.then_some(Err(())));
        let response = Response::builder()
            .header("content-type", "text/event-stream")
            .body(StreamBody::new(frames.chain(failure)));
        core::future::ready(response)
    }));
    let runtime = runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.expect("a runtime").block_on(async {
        let response = service.oneshot(Request::new(())).await.expect("a response");
        let handle = response.extensions().get::<StreamHandle>();
        let handle = handle.expect("a watched stream").clone();
        let told = Arc::new(Told::default());
        handle.observe(told.clone());
        // At half a second, so that nothing happens at the same time.
        let at = Instant::now() + Duration::from_millis(u64::from(end_after_seconds) * 1000 + 500);
        let farewell = Event::builder("").event_type(EventType::from_static(FAREWELL));
        let end = StreamEnd::new(CloseReason::Requested)
            .with_farewell(Farewell::new().with_event(farewell.to_frame()))
            .with_grace(Duration::from_secs(GRACE_SECONDS));
        handle.end_at(at, end);
        let body = response.into_body().collect().await;
        Ended {
            sent: body.expect("a recovered body").to_bytes().to_vec(),
            events: told.events.load(Ordering::Relaxed),
            opened: told.opened.load(Ordering::Relaxed),
            closed: told.closed.load(Ordering::Relaxed),
        }
    })
}
