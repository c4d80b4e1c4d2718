//! What layers add to a body changes none of its events.

use core::{convert::Infallible, time::Duration};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use sse_codec::{Encode, Event, EventType};
use sse_tower::{EventStreamLayer, Jitter, KeepAlive, anti_buffering::AntiBuffering, retry::Retry};
use tokio::{runtime, time::sleep};
use tower::{Layer, ServiceExt, service_fn};

use super::verdict::{Verdict, equal, must_hold};
use crate::reference::{self, ReferenceItem};

/// What happens in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyStep {
    /// Nothing for so many seconds.
    Wait(u8),
    /// A frame, which may end anywhere.
    Frame(Vec<u8>),
}

/// What a keep-alive sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// A comment, also between the lines of an event.
    Comment,
    /// An event.
    Event,
}

/// The event type and the comment of a beat: what no random stream has by chance.
const BEAT: &str = "sse-tower-oracle-beat";
const PADDING_BYTES: usize = 1777;

/// With all layers on, whatever the frames and pauses of the inner body are: the events that come
/// out are the inner ones and the beats, the reconnection times the inner ones behind ours, and the
/// comments the inner ones, the beats and the padding.
///
/// # Panics
///
/// If not.
pub fn check_layers(steps: &[BodyStep], beat: Beat) {
    must_hold(check_layers_of(
        &|steps| through_all_layers(steps, beat),
        steps,
    ));
}

/// As [`check_layers`], of anything that makes bytes of the steps.
///
/// # Errors
///
/// What was seen instead.
pub fn check_layers_of(layers: &dyn Fn(&[BodyStep]) -> Vec<u8>, steps: &[BodyStep]) -> Verdict {
    let frames = steps.iter().filter_map(|step| match step {
        BodyStep::Frame(data) => Some(&data[..]),
        BodyStep::Wait(_) => None,
    });
    let inner = frames.collect::<Vec<_>>().concat();
    let expected = reference::decode(&inner);
    let sent = layers(steps);
    let seen = reference::decode(&sent);
    let at = || format!("{steps:?} sent as {}", sent.escape_ascii());

    let ours = |item: &ReferenceItem| match item {
        ReferenceItem::Event { event_type, .. } => event_type == BEAT,
        ReferenceItem::Comment { text } => {
            // A colon, spaces of which one is not part of the text, and two line ends.
            text == BEAT || text.len() == PADDING_BYTES - 4 && text.trim().is_empty()
        }
        ReferenceItem::Retry { .. } => false,
    };
    let mut others = seen.items.iter().filter(|item| !ours(item));
    equal(
        &others.next(),
        &Some(&ReferenceItem::Retry { milliseconds: 3000 }),
        at,
    )?;
    let others: Vec<_> = others.collect();
    equal(&others, &expected.items.iter().collect::<Vec<_>>(), at)?;
    equal(&seen.last_event_id, &expected.last_event_id, at)
}

fn through_all_layers(steps: &[BodyStep], beat: Beat) -> Vec<u8> {
    let keep_alive = KeepAlive::new(Duration::from_secs(5)).with_jitter(Jitter::NONE);
    let keep_alive = match beat {
        Beat::Comment => keep_alive.with_comment(BEAT),
        Beat::Event => keep_alive.with_event(|| {
            Event::builder("")
                .event_type(EventType::from_static(BEAT))
                .to_frame()
        }),
    };
    let layer = EventStreamLayer::empty()
        .with_keep_alive(keep_alive)
        .with_retry(Retry::new(Duration::from_secs(3)).with_jitter(Jitter::NONE))
        .with_anti_buffering(AntiBuffering::new().with_padding_bytes(PADDING_BYTES));
    let steps = steps.to_vec();
    let service = layer.layer(service_fn(move |_: Request<()>| {
        let body = StreamBody::new(stream::iter(steps.clone()).filter_map(happen));
        let response = Response::builder()
            .header("content-type", "text/event-stream")
            .body(body);
        core::future::ready(response)
    }));
    let runtime = runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    let sent = runtime.expect("a runtime").block_on(async {
        let response = service.oneshot(Request::new(())).await.expect("a response");
        response
            .into_body()
            .collect()
            .await
            .expect("a body that cannot fail")
    });
    sent.to_bytes().to_vec()
}

pub(super) async fn happen(step: BodyStep) -> Option<Result<Frame<Bytes>, Infallible>> {
    match step {
        BodyStep::Wait(seconds) => {
            sleep(Duration::from_secs(seconds.into())).await;
            None
        }
        BodyStep::Frame(data) => Some(Ok(Frame::data(Bytes::from(data)))),
    }
}

impl BodyStep {
    /// How long it takes.
    #[must_use]
    pub fn seconds(&self) -> u64 {
        match self {
            Self::Wait(seconds) => (*seconds).into(),
            Self::Frame(_) => 0,
        }
    }

    /// Reads a fuzzer's bytes: from 128 on a pause, below it the length of a frame that follows.
    #[must_use]
    pub fn from_fuzz(mut input: &[u8]) -> Vec<Self> {
        let mut steps = Vec::new();
        while let [first, rest @ ..] = input {
            if let Some(pause) = first.checked_sub(128) {
                steps.push(Self::Wait(pause % 32));
                input = rest;
            } else {
                let (frame, rest) = rest.split_at(rest.len().min(usize::from(*first)));
                steps.push(Self::Frame(frame.to_vec()));
                input = rest;
            }
        }
        steps
    }
}
