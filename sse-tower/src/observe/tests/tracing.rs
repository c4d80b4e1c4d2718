//! What a subscriber sees.

use std::{io, sync::Arc};

use http::Method;
use parking_lot::Mutex;
use tracing::{Level, instrument::WithSubscriber};
use tracing_subscriber::fmt::MakeWriter;

use super::{Step, answer, read, scripted, wearing};
use crate::{
    EventStreamLayer, Jitter, KeepAlive, ObserveLayer,
    observe::{Observers, StreamTracing, request::ObservedRequest},
};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

const STREAM: &[Step] = &[
    (3, Ok("id: secret-id\ndata: secret-data\n\n")),
    (16, Ok("data: b\n\ndata: c\n\n")),
];
const FAILING: &[Step] = &[(1, Err("secret-error"))];

/// The log of one stream, without what the levels are padded with.
async fn log(level: Level, tracing: StreamTracing, script: &'static [Step]) -> Vec<String> {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .without_time()
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let keep_alive = KeepAlive::default().with_jitter(Jitter::NONE);
    let keeper = EventStreamLayer::empty().with_keep_alive(keep_alive);
    let layer = ObserveLayer::new(Observers::new().with_tracing(tracing));
    let service = wearing(layer, wearing(keeper, scripted(script)));
    async {
        read(answer(&service, Method::GET, "/prices?token=secret-token").await).await;
    }
    .with_subscriber(subscriber)
    .await;
    let text = String::from_utf8(log.0.lock().clone()).unwrap();
    assert!(!text.contains("secret"), "{text}");
    text.lines()
        .map(|line| line.trim_start().to_owned())
        .collect()
}

const SPAN: &str = r#"event_stream{method=GET path="/prices"}"#;
const CLOSED: &str = r#"INFO event_stream{method=GET path="/prices" reason="complete"}: sse_tower: stream closed reason="complete" lasted_ms=19000 events=3 bytes=54 keep_alives=1"#;

#[tokio::test(start_paused = true)]
async fn at_the_level_of_traces_each_frame_is_told() {
    let seen = log(Level::TRACE, StreamTracing::new(), STREAM).await;
    let expected = [
        format!("DEBUG {SPAN}: sse_tower: stream opened"),
        format!("DEBUG {SPAN}: sse_tower: first event after_ms=3000"),
        format!("TRACE {SPAN}: sse_tower: frame sent events=1 bytes=33"),
        format!("TRACE {SPAN}: sse_tower: kept alive"),
        format!("TRACE {SPAN}: sse_tower: frame sent events=0 bytes=3"),
        format!("TRACE {SPAN}: sse_tower: frame sent events=2 bytes=18"),
        CLOSED.to_owned(),
    ];
    assert_eq!(seen, expected);
}

#[tokio::test(start_paused = true)]
async fn each_level_has_less_and_the_totals_are_in_all_that_have_the_end() {
    let debug = log(Level::DEBUG, StreamTracing::new(), STREAM).await;
    assert_eq!(debug.len(), 3, "{debug:?}");
    assert_eq!(debug[2], CLOSED);
    assert_eq!(
        log(Level::INFO, StreamTracing::new(), STREAM).await,
        [CLOSED]
    );
    assert_eq!(
        log(Level::WARN, StreamTracing::new(), STREAM).await,
        [""; 0]
    );
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_a_warning_also_where_there_are_no_spans() {
    let closed =
        r#"sse_tower: stream closed reason="error" lasted_ms=1000 events=0 bytes=0 keep_alives=0"#;
    let seen = log(Level::WARN, StreamTracing::new(), FAILING).await;
    assert_eq!(seen, [format!("WARN {closed}")]);
    let span = r#"event_stream{method=GET path="/prices" reason="error"}"#;
    let seen = log(Level::INFO, StreamTracing::new(), FAILING).await;
    assert_eq!(seen, [format!("WARN {span}: {closed}")]);
}

#[tokio::test(start_paused = true)]
async fn a_path_can_be_left_out() {
    let seen = log(Level::INFO, StreamTracing::new().without_path(), STREAM).await;
    assert_eq!(seen.len(), 1);
    assert!(!seen[0].contains("prices"), "{seen:?}");
}

#[test]
fn where_nobody_listens_there_is_no_observer() {
    let request = ObservedRequest::of(&http::Request::new(()));
    for (level, observed) in [(Level::WARN, true), (Level::ERROR, false)] {
        let subscriber = tracing_subscriber::fmt().with_max_level(level).finish();
        tracing::subscriber::with_default(subscriber, || {
            let observer = StreamTracing::new().observer(&request);
            assert_eq!(observer.is_some(), observed, "{level}");
        });
    }
}
