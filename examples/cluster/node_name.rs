//! Which node it is, told to whoever looks: in a header, and in the first event of each stream, since a page cannot read
//! the headers of an `EventSource`.

use core::iter::once;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::{StreamExt as _, stream};
use sse_codec::{Encode as _, Event, EventType, TEXT_EVENT_STREAM};

/// Tells it.
pub(crate) async fn tell(State(name): State<Arc<str>>, mut response: Response) -> Response {
    if let Ok(value) = HeaderValue::from_str(&name) {
        response.headers_mut().insert("x-node", value);
    }
    if response.headers().get(header::CONTENT_TYPE) != Some(&TEXT_EVENT_STREAM) {
        return response;
    }
    // Without an id: it is nothing to come back to.
    let first = Event::builder(&*name).event_type(EventType::from_static("node"));
    let first = stream::iter(once(Ok(first.to_frame().into_bytes())));
    response.map(|body| Body::from_stream(first.chain(body.into_data_stream())))
}
