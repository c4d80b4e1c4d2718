//! What matters of a request, and which requests want a stream.

use core::fmt;
use std::sync::Arc;

use http::{HeaderMap, Method, Version, header, request::Parts};

use crate::accept::names_event_streams;

/// What matters of a request when it is answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) head: bool,
    pub(crate) http2: bool,
    pub(crate) event_source: bool,
}

impl Asked {
    pub(crate) fn by(method: &Method, version: Version, headers: &HeaderMap) -> Self {
        Self {
            head: *method == Method::HEAD,
            http2: version >= Version::HTTP_2,
            // It has no other method.
            event_source: *method == Method::GET && is_event_source(headers),
        }
    }
}

/// Whether it looks like a browser's `EventSource`, which accepts event streams and nothing else
/// (<https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource>), and for which
/// every status but 200 is the end.
fn is_event_source(headers: &HeaderMap) -> bool {
    let mut accept = headers.get_all(header::ACCEPT).iter();
    let only = accept.next().filter(|_| accept.next().is_none());
    only.is_some_and(|accept| {
        accept
            .as_bytes()
            .trim_ascii()
            .eq_ignore_ascii_case(b"text/event-stream")
    })
}

/// Which requests a layer takes for requests of a stream, before it calls the service. What turns
/// out to be a stream without having been taken for one is judged when the response is there.
#[derive(Clone, Default)]
#[must_use]
pub struct StreamRequests {
    kind: Kind,
}

#[derive(Clone, Default)]
enum Kind {
    #[default]
    Accepting,
    All,
    Matching(Arc<dyn Fn(&Parts) -> bool + Send + Sync>),
}

impl StreamRequests {
    /// Those whose `Accept` names `text/event-stream`, as that of an `EventSource` does.
    pub const fn accepting() -> Self {
        Self {
            kind: Kind::Accepting,
        }
    }

    /// All, for a route that answers with streams only.
    pub const fn all() -> Self {
        Self { kind: Kind::All }
    }

    /// Those for which this is true.
    pub fn matching(predicate: impl Fn(&Parts) -> bool + Send + Sync + 'static) -> Self {
        Self {
            kind: Kind::Matching(Arc::new(predicate)),
        }
    }

    /// Whether this is one. `HEAD` asks for no stream.
    pub(crate) fn include(&self, head: &Parts) -> bool {
        head.method != Method::HEAD
            && match &self.kind {
                Kind::Accepting => names_event_streams(&head.headers),
                Kind::All => true,
                Kind::Matching(predicate) => predicate(head),
            }
    }
}

impl fmt::Debug for StreamRequests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Accepting => "StreamRequests::accepting",
            Kind::All => "StreamRequests::all",
            Kind::Matching(_) => "StreamRequests::matching",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    fn head(accept: &[&str]) -> Parts {
        let request = accept.iter().fold(Request::get("/"), |request, accept| {
            request.header(header::ACCEPT, *accept)
        });
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn an_event_source_accepts_event_streams_and_nothing_else() {
        assert!(is_event_source(&head(&[" Text/Event-Stream"]).headers));
        for accept in [
            &[][..],
            &["*/*"],
            &["text/event-stream, */*"],
            &["text/event-stream", "*/*"],
        ] {
            assert!(!is_event_source(&head(accept).headers), "{accept:?}");
        }
    }

    #[test]
    fn who_names_event_streams_wants_one() {
        let accepting = StreamRequests::default();
        assert!(accepting.include(&head(&["application/json, text/event-stream"])));
        assert!(!accepting.include(&head(&["*/*"])));
        assert!(!accepting.include(&head(&["text/event-stream;q=0"])));
        assert!(StreamRequests::all().include(&head(&[])));
        let mut other = head(&[]);
        other.method = Method::HEAD;
        assert!(!StreamRequests::all().include(&other));
        let posts = StreamRequests::matching(|head| head.method == Method::POST);
        assert!(!posts.include(&head(&["text/event-stream"])));
    }
}
