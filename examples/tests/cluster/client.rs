//! Whoever talks to a node, or to nginx, as one user.

use core::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sse_codec::Event;

use crate::support::{DEADLINE, EventReader, data};

pub(crate) const JSON: (&str, &str) = ("content-type", "application/json");
const LOOK_AGAIN: Duration = Duration::from_millis(50);
const EVENTS: (&str, &str) = ("accept", "text/event-stream");

#[derive(Debug, Clone, Copy)]
pub(crate) struct Client {
    address: SocketAddr,
    user: &'static str,
}

/// A stream that was opened, and what was told at its beginning.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) events: EventReader,
    /// The node that has it.
    pub(crate) node: String,
    /// Of the session: its id, where its stream and its inbox are.
    pub(crate) session: Value,
}

impl Client {
    pub(crate) const fn new(address: SocketAddr, user: &'static str) -> Self {
        Self { address, user }
    }

    /// Asks for something as this user.
    pub(crate) fn ask(&self, line: &str, headers: &[(&str, &str)], content: &str) -> EventReader {
        let token = format!("Bearer {}", self.user);
        let mut all = vec![("authorization", &*token)];
        all.extend(headers);
        EventReader::request(self.address, line, &all, content)
    }

    /// Asks for something without a token.
    pub(crate) fn ask_as_nobody(&self, line: &str, headers: &[(&str, &str)]) -> EventReader {
        EventReader::request(self.address, line, headers, "")
    }

    /// Opens a stream as an `EventSource` does.
    pub(crate) fn stream(&self, path: &str, last_event_id: Option<&str>) -> Stream {
        let mut headers = vec![EVENTS];
        headers.extend(last_event_id.map(|id| ("last-event-id", id)));
        Stream::read(self.ask(&format!("GET {path}"), &headers, ""))
    }

    /// The status of the answer to a stream's request, to a client that understands one.
    pub(crate) fn status(&self, path: &str) -> u16 {
        self.ask(&format!("GET {path}"), &[], "").status()
    }

    /// As [`status`](Self::status) for one that comes back.
    pub(crate) fn status_after(&self, path: &str, last_event_id: &str) -> u16 {
        let headers = [EVENTS, ("last-event-id", last_event_id)];
        self.ask(&format!("GET {path}"), &headers, "").status()
    }

    /// Waits until a stream is opened and not refused.
    pub(crate) fn stream_when_free(&self, path: &str) -> Stream {
        let begun = Instant::now();
        loop {
            let answer = self.ask(&format!("GET {path}"), &[], "");
            if answer.status() == 200 {
                return Stream::read(answer);
            }
            assert!(begun.elapsed() < DEADLINE, "{}", answer.head());
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    /// Sends a text to a channel by the inbox of a session, with a key of its own: the answer.
    pub(crate) fn say(&self, session: &Value, to: &str, text: &str) -> Value {
        let line = format!("POST {}", session["inbox"].as_str().unwrap());
        let content = json!({ "to": to, "text": text }).to_string();
        let begun = Instant::now();
        loop {
            let answer = self.ask(&line, &[JSON, ("idempotency-key", text)], &content);
            if answer.status() == 202 {
                return serde_json::from_str(&answer.text()).unwrap();
            }
            // A session may send ten a second.
            assert_eq!(answer.status(), 429, "{}", answer.head());
            assert!(begun.elapsed() < DEADLINE, "it is not taken");
            std::thread::sleep(LOOK_AGAIN);
        }
    }
}

impl Stream {
    pub(crate) fn read(mut events: EventReader) -> Self {
        assert_eq!(events.status(), 200, "{}", events.head());
        let node = events.next_event().unwrap();
        assert_eq!(node.event_type(), "node");
        let connected = events.next_event().unwrap();
        assert_eq!(connected.event_type(), "connected");
        Self {
            events,
            node: node.data().to_owned(),
            session: data(&connected),
        }
    }

    /// The next event of this type, and none of another one but `presence` before it.
    pub(crate) fn next(&mut self, event_type: &str) -> Event {
        loop {
            let event = self.events.next_event().unwrap();
            if event.event_type() == event_type {
                return event;
            }
            assert_eq!(event.event_type(), "presence", "{event:?}");
        }
    }

    /// The text of the next message.
    pub(crate) fn text(&mut self) -> String {
        let said = data(&self.next("message"));
        said["text"].as_str().unwrap().to_owned()
    }

    /// The next time that it is told who is there.
    pub(crate) fn presence(&mut self) -> Value {
        data(&self.next("presence"))
    }

    /// The last event before the end of the stream.
    pub(crate) fn last(mut self) -> Event {
        let mut last = None;
        while let Some(event) = self.events.next_event() {
            last = Some(event);
        }
        last.unwrap()
    }
}
