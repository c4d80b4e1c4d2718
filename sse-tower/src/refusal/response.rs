//! The response that says no.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use sse_codec::{EncodedFrame, TEXT_EVENT_STREAM};

use super::Face;
use crate::{anti_buffering, request::Asked, response::StreamBody, retry::Retry};

/// What a layer answers instead of calling the service. See the [module](crate::refusal).
#[derive(Debug, Clone)]
#[must_use]
pub struct Refusal {
    status: StatusCode,
    face: Face,
    retry: Option<Retry>,
    event: Option<EncodedFrame>,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Refusal {
    /// With this status, where a status is given.
    pub const fn new(status: StatusCode) -> Self {
        Self {
            status,
            face: Face::AsAsked,
            retry: None,
            event: None,
            header: None,
        }
    }

    /// Sets which face clients get.
    pub const fn with_face(mut self, face: Face) -> Self {
        self.face = face;
        self
    }

    /// Tells when to come back, as `Retry-After` in whole seconds or as reconnection time.
    pub const fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    /// Sends this event where a stream is given.
    pub fn with_event(mut self, event: EncodedFrame) -> Self {
        self.event = Some(event);
        self
    }

    /// Sets this header where a status is given, such as `WWW-Authenticate`.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some((name, value));
        self
    }

    pub(crate) fn answer<B>(&self, asked: Asked) -> Response<StreamBody<B>> {
        let stream = match self.face {
            Face::Status => false,
            Face::Stream => true,
            Face::AsAsked => asked.event_source,
        };
        if stream && !asked.head {
            self.stream(asked)
        } else {
            self.status()
        }
    }

    fn stream<B>(&self, asked: Asked) -> Response<StreamBody<B>> {
        let event = self.event.clone().map(EncodedFrame::into_bytes);
        let body = Retry::draw_before(self.retry, event.unwrap_or_default());
        let mut response = Response::new(StreamBody::given(body));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, TEXT_EVENT_STREAM.clone());
        let cache = HeaderValue::from_static("no-store, no-transform");
        headers.insert(header::CACHE_CONTROL, cache);
        anti_buffering::set_headers(headers, asked.http2);
        response
    }

    fn status<B>(&self) -> Response<StreamBody<B>> {
        let mut response = Response::new(StreamBody::given(Bytes::new()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        let cache = HeaderValue::from_static("no-store");
        headers.insert(header::CACHE_CONTROL, cache);
        if let Some(retry) = self.retry {
            let seconds = retry.draw().as_millis().div_ceil(1000);
            let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some((name, value)) = &self.header {
            headers.insert(name.clone(), value.clone());
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use core::{convert::Infallible, time::Duration};

    use http::{HeaderMap, Method, Version};
    use http_body_util::{BodyExt, Empty};
    use sse_codec::{Encode, Event};

    use super::*;
    use crate::Jitter;

    async fn answered(face: Face, method: Method, accept: &str) -> (u16, HeaderMap, Bytes) {
        let retry = Retry::new(Duration::from_millis(1500)).with_jitter(Jitter::NONE);
        let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE)
            .with_face(face)
            .with_retry(retry)
            .with_event(Event::builder("later").to_frame())
            .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        let asked = Asked::by(&method, Version::HTTP_11, &headers);
        let (parts, body) = refusal.answer::<Empty<Bytes>>(asked).into_parts();
        let body: Result<_, Infallible> = body.collect().await;
        (
            parts.status.as_u16(),
            parts.headers,
            body.unwrap().to_bytes(),
        )
    }

    #[tokio::test]
    async fn an_event_source_gets_a_stream_and_others_the_status() {
        for (face, accept, stream) in [
            (Face::AsAsked, "text/event-stream", true),
            (Face::AsAsked, "text/event-stream, application/json", false),
            (Face::Status, "text/event-stream", false),
            (Face::Stream, "*/*", true),
        ] {
            let (status, headers, body) = answered(face, Method::GET, accept).await;
            if stream {
                assert_eq!(status, 200);
                assert_eq!(headers["content-type"], "text/event-stream");
                assert_eq!(headers["cache-control"], "no-store, no-transform");
                assert_eq!(headers["x-accel-buffering"], "no");
                assert_eq!(body, "retry: 1500\n\ndata: later\n\n");
            } else {
                assert_eq!(status, 503);
                assert_eq!(headers["retry-after"], "2");
                assert_eq!(headers["cache-control"], "no-store");
                assert_eq!(headers["www-authenticate"], "Bearer");
                assert_eq!(body, "");
            }
        }
    }

    #[tokio::test]
    async fn what_asks_for_the_headers_gets_the_status() {
        let (status, ..) = answered(Face::Stream, Method::HEAD, "text/event-stream").await;
        assert_eq!(status, 503);
    }
}
