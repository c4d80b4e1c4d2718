//! Event streams that do what the test tells them, and some that go on by themselves.

use core::time::Duration;
use std::io;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _};
use sse_codec::{Encode as _, Event, EventId, EventStreamBody, event_stream_response};
use sse_tests::servers::DEADLINE;
use sse_tower::last_event_id::resumes_after;
use sse_tower::retry::Retry;
use sse_tower::token::TokenSource;
use sse_tower::{EventStreamLayer, Jitter};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use crate::user::User;

/// The reconnection time of all streams here, unless a layer tells another one.
pub(crate) const RETRY: Retry = Retry::new(Duration::from_millis(300)).with_jitter(Jitter::NONE);

/// The recommended layer, with [`RETRY`].
pub(crate) fn recommended() -> EventStreamLayer {
    EventStreamLayer::recommended().with_retry(RETRY)
}

/// What the test is given of each stream that a client opens.
pub(crate) struct Streams {
    opened: mpsc::UnboundedReceiver<OpenStream>,
}

/// One client's stream, which ends when this is dropped.
pub(crate) struct OpenStream {
    frames: mpsc::Sender<io::Result<Bytes>>,
    pub(crate) last_event_id: Option<String>,
    pub(crate) user: Option<User>,
    pub(crate) source: Option<TokenSource>,
}

impl Streams {
    /// The handler of streams, and where they are.
    pub(crate) fn new() -> (MethodRouter, Self) {
        let (sender, opened) = mpsc::unbounded_channel();
        let handler = get(move |request: Request| {
            let (frames, receiver) = mpsc::channel(1);
            // The test may be over.
            let _ = sender.send(OpenStream {
                frames,
                last_event_id: last_event_id(&request),
                user: request.extensions().get().cloned(),
                source: request.extensions().get().copied(),
            });
            let frames = stream::unfold(receiver, |mut receiver| async {
                receiver.recv().await.map(|frame| (frame, receiver))
            });
            async {
                let response = Response::builder().header("content-type", "text/event-stream");
                response.body(Body::from_stream(frames)).unwrap()
            }
        });
        (handler, Self { opened })
    }

    /// The next stream that a client opens.
    pub(crate) async fn next(&mut self) -> OpenStream {
        let stream = timeout(DEADLINE, self.opened.recv());
        stream.await.expect("a client comes").unwrap()
    }

    /// Whether no other client has opened one.
    pub(crate) fn is_empty(&self) -> bool {
        self.opened.is_empty()
    }
}

impl OpenStream {
    /// Sends the events of these numbers.
    pub(crate) async fn send(&self, numbers: impl IntoIterator<Item = u64>) {
        for number in numbers {
            let event = Event::builder(number.to_string()).id(EventId::from(number));
            self.put(event.to_frame().into_bytes()).await;
        }
    }

    /// Sends an event without an id.
    pub(crate) async fn send_without_id(&self, data: &str) {
        self.put(Event::builder(data).to_frame().into_bytes()).await;
    }

    async fn put(&self, frame: Bytes) {
        let sent = self.frames.send(Ok(frame)).await;
        sent.expect("the stream is open");
    }

    /// Breaks the connection, without an end of the stream.
    pub(crate) async fn cut(self) {
        let _ = self.frames.send(Err(io::Error::other("cut"))).await;
    }

    /// Waits until the server has dropped the stream.
    pub(crate) async fn closed(&self) {
        let closed = timeout(DEADLINE, self.frames.closed());
        closed.await.expect("the stream is dropped");
    }
}

fn last_event_id(request: &Request) -> Option<String> {
    let id = resumes_after(request.extensions()).unwrap()?;
    Some(id.as_str().to_owned())
}

/// A stream without end that goes on after the client's last event ID, event by event.
pub(crate) fn counting() -> MethodRouter {
    get(|request: Request| async move {
        let last = resumes_after(request.extensions()).unwrap();
        let last = last.map_or(0, |id| id.parse::<u64>().unwrap());
        let events = stream::iter(last + 1..).then(|number| async move {
            sleep(Duration::from_millis(10)).await;
            Event::builder(number.to_string())
                .id(EventId::from(number))
                .build()
        });
        event_stream_response(EventStreamBody::new(events)).map(Body::new)
    })
}

/// A stream that ends at once. Its `EventSource` comes back all the time, which is a clock.
pub(crate) fn empty() -> MethodRouter {
    let events = || stream::empty::<Event>();
    let handler =
        async move || event_stream_response(EventStreamBody::new(events())).map(Body::new);
    get(handler).layer(recommended())
}
