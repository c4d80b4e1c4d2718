//! A server that is killed and restarted at random while it publishes: the client's record is
//! contiguous, or it shows the server's gap.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream;
use http::Response;
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use sse_tower::client::{ClientItem, EventSource};
use tokio::{net::TcpListener, sync::watch};

use crate::{
    record::{quick, within_deadline},
    server::{Asked, Body, Server, http1},
};

const EVENTS: u64 = 2_000;

/// What outlives the server: how much was published, and how much of it is gone.
#[derive(Debug)]
struct Log {
    published: watch::Sender<u64>,
    oldest: Mutex<u64>,
}

/// Everything behind the last event ID; where that is gone, first an event that says so.
fn reply(log: &Arc<Log>, asked: &Asked) -> Response<Body> {
    let seen: u64 = asked.last_event_id().map_or(0, |id| id.parse().unwrap());
    let oldest = *log.oldest.lock().unwrap();
    let start = seen.max(oldest - 1);
    let gap = (start > seen).then(|| format!("id: {start}\nevent: gap\ndata: {start}\n\n"));
    let published = log.published.subscribe();
    let live = stream::unfold((start, published), |(sent, mut published)| async move {
        published.wait_for(|head| *head > sent).await.ok()?;
        let next = sent + 1;
        Some((format!("id: {next}\ndata: {next}\n\n"), (next, published)))
    });
    let frames = stream::iter(gap)
        .chain(live)
        .map(|text| Ok(Frame::data(Bytes::from(text))));
    let response = Response::builder().header("content-type", "text/event-stream");
    response
        .body(StreamBody::new(frames).boxed_unsync())
        .unwrap()
}

/// The record of a client while the server is killed as often as this; `retained` is how many
/// events it keeps over a restart.
async fn record(seed: u64, retained: u64) -> (Vec<(String, u64)>, u32) {
    let log = Arc::new(Log {
        published: watch::channel(0).0,
        oldest: Mutex::new(1),
    });
    let start = |listener, log: &Arc<Log>| {
        let log = Arc::clone(log);
        Server::start_with(listener, move |_, asked| reply(&log, asked))
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut server = start(listener, &log);
    let uri = format!("http://{address}/").parse().unwrap();
    let mut source = EventSource::get(http1(), uri).with_options(quick());
    let mut random = seed;
    let (mut told, mut reconnections) = (Vec::new(), 0);
    let mut last = 0;
    while last < EVENTS {
        // One step of a generator that is good enough to be unpredictable here.
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        match random >> 60 {
            0 => {
                server.stop().await;
                let head = *log.published.borrow();
                let kept = (head + 1).saturating_sub(retained).max(1);
                // What was published while nobody was connected may be gone at once.
                log.published
                    .send_modify(|head| *head = (*head + 3).min(EVENTS));
                {
                    let mut oldest = log.oldest.lock().unwrap();
                    *oldest = kept.max(*oldest);
                }
                let listener = TcpListener::bind(address).await.unwrap();
                server = start(listener, &log);
            }
            1..5 => log
                .published
                .send_modify(|head| *head = (*head + 2).min(EVENTS)),
            _ => {
                if *log.published.borrow() == last {
                    continue;
                }
                match within_deadline(source.next()).await.unwrap().unwrap() {
                    ClientItem::Event(event) => {
                        last = event.data().parse().unwrap();
                        told.push((event.event_type().to_owned(), last));
                    }
                    ClientItem::Reconnecting { .. } => reconnections += 1,
                    _ => {}
                }
            }
        }
    }
    (told, reconnections)
}

/// How many gaps a record shows; fails if one is not shown.
fn gaps(record: &[(String, u64)]) -> usize {
    let (mut expected, mut gaps) = (1, 0);
    for (event_type, number) in record {
        if event_type == "gap" {
            assert!(*number >= expected, "the gap at {number} goes forward");
            gaps += 1;
        } else {
            assert_eq!(*number, expected, "each event once, in order");
        }
        expected = number + 1;
    }
    gaps
}

#[tokio::test]
async fn with_a_log_that_is_kept_the_record_is_contiguous() {
    for seed in 0..4 {
        let (told, reconnections) = record(seed, u64::MAX).await;
        assert!(reconnections > 10, "the server was killed: {reconnections}");
        assert_eq!(gaps(&told), 0);
        assert_eq!(told.len() as u64, EVENTS);
    }
}

#[tokio::test]
async fn with_a_log_that_is_not_each_gap_is_shown() {
    let mut found = 0;
    for seed in 10..14 {
        let (told, _) = record(seed, 2).await;
        found += gaps(&told);
    }
    assert!(found > 0, "there were gaps to be shown");
}

/// The negative control: what the check refuses.
#[test]
fn a_record_with_a_hidden_gap_or_a_double_is_refused() {
    let event = |number| ("message".to_owned(), number);
    for record in [
        vec![event(1), event(3)],
        vec![event(1), event(1)],
        vec![event(2)],
    ] {
        assert!(std::panic::catch_unwind(|| gaps(&record)).is_err());
    }
}
