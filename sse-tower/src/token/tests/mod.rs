//! The layer around a scripted service, in tokio's paused time.

mod event_source;
mod expiry;
mod redaction;
mod refusals;
mod requests;
mod sources;
mod ticket_stores;
mod tickets;
mod uris;

use core::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use parking_lot::Mutex;
use tower::{Layer, Service, ServiceExt, service_fn};

use super::{Authorized, Credential, TokenLayer, TokenRejected};

/// Whom the tests' validator knows.
#[derive(Debug, Clone, PartialEq, Eq)]
struct User(String);

/// Whoever has a token that begins with `alice` or a ticket for somebody is known; whoever comes
/// with `away` cannot be judged.
async fn by_name(credential: Credential) -> Result<Authorized<User>, TokenRejected> {
    let name = credential.claims().unwrap_or(credential.as_str());
    if name == "away" {
        return Err(TokenRejected::Unavailable);
    }
    if credential.claims().is_none() && !name.starts_with("alice") {
        return Err(TokenRejected::Invalid);
    }
    Ok(Authorized::new(User(name.to_owned())))
}

fn layer() -> TokenLayer<User> {
    TokenLayer::new(by_name)
}

/// The requests that a service has seen.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Request<()>>>>);

impl Seen {
    fn count(&self) -> usize {
        self.0.lock().len()
    }

    fn last(&self) -> Request<()> {
        self.0.lock().last().unwrap().clone()
    }

    /// Answers with an event, whose id is 7.
    fn service(
        &self,
    ) -> impl Service<
        Request<()>,
        Response = Response<Full<Bytes>>,
        Error = Infallible,
        Future: Send,
    > + Clone
    + use<> {
        let seen = self.clone();
        service_fn(move |request: Request<()>| {
            seen.0.lock().push(request);
            async {
                let body = Full::new(Bytes::from_static(b"id: 7\ndata: hello\n\n"));
                let mut response = Response::new(body);
                let stream = HeaderValue::from_static("text/event-stream");
                response.headers_mut().insert("content-type", stream);
                Ok(response)
            }
        })
    }
}

/// What a client got.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    /// The cookie that it sets, as the client sends it.
    fn cookie(&self) -> Option<String> {
        let value = self.headers.get("set-cookie")?.to_str().unwrap();
        Some(value.split(';').next().unwrap().to_owned())
    }
}

async fn ask(layer: &TokenLayer<User>, seen: &Seen, request: Request<()>) -> Answer {
    let response = layer.layer(seen.service()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}

/// A request of a client that is no `EventSource`.
fn get(uri: &str, headers: &[(&'static str, &str)]) -> Request<()> {
    let mut request = Request::get(uri).body(()).unwrap();
    for (name, value) in headers {
        let value = HeaderValue::from_str(value).unwrap();
        request.headers_mut().append(*name, value);
    }
    request
}
