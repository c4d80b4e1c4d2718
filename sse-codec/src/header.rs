//! Header names and values of event streams, and the response that carries one.

use http::{HeaderName, HeaderValue, Response, header};

/// The media type of event streams, as a `Content-Type`:
/// <https://html.spec.whatwg.org/multipage/iana.html#text/event-stream>. There is no `charset`
/// to give: an event stream is always UTF-8.
pub static TEXT_EVENT_STREAM: HeaderValue = HeaderValue::from_static("text/event-stream");

/// The header in which a client that returns tells the last event ID:
/// <https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header>.
pub static LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// A response with status 200 that carries `body` as an event stream: `Content-Type` is
/// `text/event-stream`, and `Cache-Control` is `no-cache`.
///
/// ```
/// use futures_util::stream;
/// use sse_codec::{Event, EventStreamBody, event_stream_response};
///
/// let events = stream::iter([Event::builder("hello").build()]);
/// let response = event_stream_response(EventStreamBody::new(events));
/// assert_eq!(response.headers()["content-type"], "text/event-stream");
/// ```
pub fn event_stream_response<B>(body: B) -> Response<B> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, TEXT_EVENT_STREAM.clone());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
