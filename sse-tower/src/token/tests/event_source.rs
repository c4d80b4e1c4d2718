//! A browser's `EventSource`, as the standard has it: it keeps its URL and its last event id, returns
//! after a 200 that ends, and never after another status.

use http::Request;
use sse_codec::{Decoder, ItemRef};
use tower::{Layer, Service, ServiceExt};

use super::Answer;

pub(super) struct EventSource {
    uri: String,
    with_credentials: bool,
    pub(super) cookies: Vec<String>,
    decoder: Decoder,
}

/// An event: its type, its data, and the last event id behind it.
pub(super) type Got = (String, String, String);

impl EventSource {
    pub(super) fn new(uri: impl Into<String>) -> Self {
        Self {
            uri: uri.into(),
            with_credentials: false,
            cookies: Vec::new(),
            decoder: Decoder::new(),
        }
    }

    pub(super) fn with_credentials(mut self) -> Self {
        self.with_credentials = true;
        self
    }

    /// Its next request.
    pub(super) fn request(&self) -> Request<()> {
        let mut request = Request::get(&self.uri).header("accept", "text/event-stream");
        if !self.decoder.last_event_id().is_empty() {
            request = request.header("last-event-id", self.decoder.last_event_id());
        }
        if self.with_credentials && !self.cookies.is_empty() {
            request = request.header("cookie", self.cookies.join("; "));
        }
        request.body(()).unwrap()
    }

    /// Takes what it got. `None`: it has failed for good.
    pub(super) fn take(&mut self, answer: &Answer) -> Option<Vec<Got>> {
        if answer.status != 200 {
            return None;
        }
        self.cookies.extend(answer.cookie());
        let mut chunk = answer.body.as_bytes();
        let mut events = Vec::new();
        while let Some(item) = self.decoder.decode(&mut chunk).unwrap() {
            if let ItemRef::Event(event) = item {
                let texts = [event.event_type(), event.data(), event.last_event_id()];
                let [event_type, data, id] = texts.map(str::to_owned);
                events.push((event_type, data, id));
            }
        }
        Some(events)
    }

    /// Connects once.
    pub(super) async fn connect<S, B>(
        &mut self,
        layer: &impl Layer<
            S,
            Service: Service<Request<()>, Response = http::Response<B>, Error: core::fmt::Debug>,
        >,
        service: S,
    ) -> Option<Vec<Got>>
    where
        B: http_body::Body<Data = bytes::Bytes, Error: core::fmt::Debug>,
    {
        let response = layer.layer(service).oneshot(self.request()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = http_body_util::BodyExt::collect(body).await.unwrap();
        let answer = Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8(body.to_bytes().to_vec()).unwrap(),
        };
        self.take(&answer)
    }
}
