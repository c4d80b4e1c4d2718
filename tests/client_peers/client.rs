//! The client, and one that is broken.

use core::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use http::{Request, Uri};
use http_body_util::Full;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use sse_tower::client::{Backoff, EventSource, EventSourceOptions, HttpService};
use tower::ServiceExt as _;

pub(crate) type Http = Client<HttpConnector, Full<Bytes>>;
pub(crate) type Source = EventSource<Http, Full<Bytes>>;

pub(crate) fn http() -> Http {
    Client::builder(TokioExecutor::new()).build_http()
}

/// Reconnects soon, whatever the server would like.
pub(crate) fn quick() -> EventSourceOptions {
    EventSourceOptions::new()
        .with_backoff(Backoff::NONE)
        .with_reconnection_time(Duration::from_millis(1))
        .with_reconnection_time_bounds(Duration::from_millis(1), Duration::from_millis(20))
}

pub(crate) fn uri(address: SocketAddr, path: &str) -> Uri {
    format!("http://{address}{path}").parse().unwrap()
}

pub(crate) fn client(uri: Uri) -> Source {
    EventSource::get(http(), uri).with_options(quick())
}

/// The negative control: a client that does not tell what it had last.
pub(crate) fn forgetful(uri: Uri) -> EventSource<impl HttpService<Full<Bytes>>, Full<Bytes>> {
    let service = http().map_request(|mut request: Request<Full<Bytes>>| {
        request.headers_mut().remove("last-event-id");
        request
    });
    EventSource::get(service, uri).with_options(quick())
}
