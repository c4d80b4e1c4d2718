//! Long polling: for networks that hold back what is not complete.

use core::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use sse_codec::{Decoder, Item, Limits};
use tokio::time::{Instant, timeout_at};

use crate::{keeper::LONGEST, session::SessionStream};

/// What there is to tell.
pub(super) struct Polled {
    pub(super) events: Vec<Value>,
    /// Where the client stands then.
    pub(super) cursor: Option<String>,
}

/// Takes from a stream until there is an event, or the time is over; without one, until it is known where the stream stands.
/// What is told is about one batch.
pub(super) async fn poll(mut stream: SessionStream, wait: Option<Duration>) -> Polled {
    let mut polled = Polled {
        events: Vec::new(),
        cursor: None,
    };
    // The first batch says where the stream stands and does not wait.
    if let Some(batch) = stream.next_batch().await {
        polled.take(batch);
    }
    let until = wait.map(|wait| Instant::now() + wait.min(LONGEST));
    while let (true, Some(until)) = (polled.events.is_empty(), until) {
        match timeout_at(until, stream.next_batch()).await {
            Ok(Some(batch)) => polled.take(batch),
            Ok(None) | Err(_) => break,
        }
    }
    polled
}

impl Polled {
    fn take(&mut self, mut batch: Bytes) {
        let lines = batch.split(|byte| *byte == b'\n');
        let mut ids = lines.filter_map(|line| line.strip_prefix(b"id: "));
        if let Some(id) = ids.next_back() {
            self.cursor = Some(String::from_utf8_lossy(id).into_owned());
        }
        let mut decoder = Decoder::new().with_limits(Limits::unlimited());
        while let Ok(Some(item)) = decoder.decode_bytes(&mut batch) {
            if let Item::Event(event) = item {
                let told = json!({ "event": event.event_type(), "data": event.data() });
                self.events.push(told);
            }
        }
    }
}
