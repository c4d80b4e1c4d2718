//! A node with the service, and a client.

use core::time::Duration;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use serde_json::Value;
use sse_codec::{Decoder, Item};
use sse_session::{
    Channel,
    conformance::{Faults, FaultyStore},
    hub::{Hub, Identity, Subscription},
    inbox::{Inbox, InboxRate, ReceivedMessage, handler_fn},
    memory::MemoryStore,
    service::{SessionService, SessionServiceBody},
    session::Sessions,
};
use tower_service::Service;

pub(crate) struct Node {
    pub(crate) hub: Hub,
    pub(crate) sessions: Sessions,
    pub(crate) service: SessionService,
    pub(crate) faults: Faults,
}

/// Its messages are echoed in upper case; its streams have the channel `news`; the user is what `x-user` says.
pub(crate) fn node(store: &Arc<MemoryStore>) -> Node {
    let faults = Faults::new();
    let store = FaultyStore::new(Arc::clone(store), faults.clone());
    let hub = Hub::builder(store).build().unwrap();
    let sessions = Sessions::builder(&hub).build().unwrap();
    let answering = sessions.clone();
    let echo = handler_fn(move |message: ReceivedMessage| {
        let sessions = answering.clone();
        async move {
            let text = String::from_utf8_lossy(message.body()).to_uppercase();
            let event = sse_codec::Event::builder(text);
            sessions.publish(message.session(), event).await?;
            Ok(())
        }
    });
    let inbox = Inbox::at_holder(&sessions, echo)
        .with_max_message_bytes(1000)
        .with_max_waiting(2, 10_000)
        .with_rate(InboxRate::per_second(10))
        .build()
        .unwrap();
    let service = SessionService::new(&sessions, "/session")
        .with_inbox(&inbox)
        .with_identity(|parts| {
            let user = parts.headers.get("x-user")?.to_str().ok()?;
            Some(Identity::new(user))
        })
        .with_subscription(|_, _| Subscription::to([Channel::try_from("news").unwrap()]))
        .with_allowed_origins([http::HeaderValue::from_static("https://app.example")]);
    Node {
        hub,
        sessions,
        service,
        faults,
    }
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: SessionServiceBody,
}

impl Node {
    pub(crate) async fn ask(&self, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let (method, path) = line.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = Full::new(Bytes::copy_from_slice(body.as_bytes()));
        let request = request.body(body).unwrap();
        let answer = self.service.clone().call(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// The status and the code of a refusal.
    pub(crate) async fn refusal(&self, line: &str, headers: &[(&str, &str)], body: &str) -> String {
        let answer = self.ask(line, headers, body).await;
        let status = answer.status.as_u16();
        if status == 204 {
            return "204".to_owned();
        }
        let json = answer.json().await;
        format!("{status} {}", json["error"].as_str().unwrap_or("-"))
    }

    pub(crate) async fn open(&self, headers: &[(&str, &str)]) -> Value {
        let answer = self.ask("POST /session", headers, "").await;
        assert_eq!(answer.status, 201);
        answer.json().await
    }
}

impl Answer {
    pub(crate) async fn json(self) -> Value {
        let bytes = self.body.collect().await.unwrap().to_bytes();
        serde_json::from_slice(&bytes).unwrap()
    }

    pub(crate) fn stream(self) -> Events {
        assert_eq!(self.status, 200);
        assert_eq!(self.headers["content-type"], "text/event-stream");
        Events {
            body: self.body,
            decoder: Decoder::new(),
            bytes: Bytes::new(),
        }
    }
}

pub(crate) struct Events {
    body: SessionServiceBody,
    decoder: Decoder,
    bytes: Bytes,
}

impl Events {
    /// The type and data of the next event; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<(String, String)> {
        loop {
            while let Some(item) = self.decoder.decode_bytes(&mut self.bytes).unwrap() {
                if let Item::Event(event) = item {
                    return Some((event.event_type().to_owned(), event.data().to_owned()));
                }
            }
            let frame = tokio::time::timeout(Duration::from_secs(60), self.body.frame());
            let frame = frame.await.unwrap()?;
            self.bytes = frame.unwrap().into_data().unwrap();
        }
    }

    pub(crate) async fn data(&mut self) -> String {
        self.next().await.unwrap().1
    }

    /// What `connected` tells.
    pub(crate) async fn connected(&mut self) -> Value {
        let (event_type, data) = self.next().await.unwrap();
        assert_eq!(event_type, "connected");
        serde_json::from_str(&data).unwrap()
    }

    pub(crate) fn last_event_id(&self) -> String {
        self.decoder.last_event_id().to_owned()
    }
}
