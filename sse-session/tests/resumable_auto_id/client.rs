//! A client that reads the bytes and comes back.

use core::time::Duration;

use futures_util::StreamExt;
use sse_codec::{
    EncodedFrame, Event, EventStream, EventStreamBody, Item, LastEventId,
    body::{BodyChunks, InfallibleStream},
};
use sse_session::{
    Channel,
    resumable::{AutoId, AutoIdStream},
};
use tokio::{sync::mpsc, time::timeout};

/// Longer than anything waits, shorter than a stream lingers. Time is paused: it passes when nobody has
/// anything to do.
pub(crate) const IDLE: Duration = Duration::from_secs(1);

pub(crate) fn name(name: &str) -> Channel {
    Channel::try_from(name).unwrap()
}

pub(crate) fn event(number: u64) -> Event {
    Event::builder(number.to_string()).build()
}

/// A stream that is told what to say.
pub(crate) fn source() -> (
    mpsc::UnboundedSender<u64>,
    futures_util::stream::BoxStream<'static, Event>,
) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let events = futures_util::stream::poll_fn(move |cx| receiver.poll_recv(cx));
    (sender, events.map(event).boxed())
}

type Body =
    EventStreamBody<InfallibleStream<futures_util::stream::BoxStream<'static, EncodedFrame>>>;

/// What a client has got: the data of its events, of gaps their type too.
#[derive(Default)]
pub(crate) struct Client {
    pub(crate) got: Vec<String>,
    pub(crate) id: String,
    connection: Option<EventStream<BodyChunks<Body>>>,
    pub(crate) ended: bool,
}

impl Client {
    pub(crate) fn after(&self) -> Option<LastEventId> {
        LastEventId::try_from(self.id.as_bytes()).ok()
    }

    pub(crate) fn connect(&mut self, stream: AutoIdStream) {
        self.connect_with(stream.boxed());
    }

    pub(crate) fn connect_with(
        &mut self,
        frames: futures_util::stream::BoxStream<'static, EncodedFrame>,
    ) {
        self.ended = false;
        self.connection = Some(EventStream::from_body(EventStreamBody::new(frames)));
    }

    /// Attaches to what runs.
    pub(crate) fn attach(&mut self, auto_id: &AutoId, name: &Channel) {
        self.connect(auto_id.attach(name, self.after()).unwrap());
    }

    pub(crate) fn disconnect(&mut self) {
        self.connection = None;
    }

    /// Reads up to so many events, until nothing comes any more.
    pub(crate) async fn read_up_to(&mut self, events: usize) {
        let connection = self.connection.as_mut().unwrap();
        for _ in 0..events {
            let next = timeout(IDLE, connection.next()).await;
            self.id = connection.last_event_id().to_owned();
            match next {
                Ok(Some(Ok(Item::Event(event)))) if event.event_type() == "message" => {
                    assert!(event.id().is_some());
                    self.got.push(event.data().to_owned());
                }
                Ok(Some(Ok(Item::Event(event)))) => {
                    self.got
                        .push(format!("{} {}", event.event_type(), event.data()));
                }
                Ok(None) => {
                    self.ended = true;
                    return;
                }
                Err(_) => return,
                Ok(other) => panic!("{other:?}"),
            }
        }
    }

    /// All that it gets now, and what it had not taken before.
    pub(crate) async fn read(&mut self) -> Vec<String> {
        self.read_up_to(usize::MAX).await;
        core::mem::take(&mut self.got)
    }
}

pub(crate) fn numbers(numbers: impl IntoIterator<Item = u64>) -> Vec<String> {
    numbers
        .into_iter()
        .map(|number| number.to_string())
        .collect()
}
