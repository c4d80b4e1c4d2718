//! Is this response an event stream that bytes may be added to? One judgement for all layers.

use http::{HeaderMap, HeaderValue, StatusCode, header};

/// Whether bytes may be added to the body: a 200 response of type `text/event-stream` that is
/// not encoded. Parameters of the type do not matter, nor does its case
/// (<https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model>,
/// which asks for the essence of the MIME type).
pub(crate) fn is_plain_event_stream(status: StatusCode, headers: &HeaderMap) -> bool {
    is_event_stream_response(status, headers)
        && headers
            .get_all(header::CONTENT_ENCODING)
            .iter()
            .all(is_identity)
}

/// Whether it is an event stream to its client, encoded or not.
pub(crate) fn is_event_stream_response(status: StatusCode, headers: &HeaderMap) -> bool {
    status == StatusCode::OK
        && headers
            .get(header::CONTENT_TYPE)
            .is_some_and(is_event_stream)
}

fn is_event_stream(content_type: &HeaderValue) -> bool {
    let bytes = content_type.as_bytes();
    let essence = bytes.split(|byte| *byte == b';').next().unwrap_or_default();
    essence
        .trim_ascii()
        .eq_ignore_ascii_case(b"text/event-stream")
}

fn is_identity(encoding: &HeaderValue) -> bool {
    let encoding = encoding.as_bytes().trim_ascii();
    encoding.is_empty() || encoding.eq_ignore_ascii_case(b"identity")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(status: u16, headers: &[(&'static str, &'static str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        is_plain_event_stream(StatusCode::from_u16(status).unwrap(), &map)
    }

    #[test]
    fn the_essence_of_the_type_counts() {
        for value in [
            "text/event-stream",
            "TEXT/Event-Stream",
            "text/event-stream; charset=utf-8",
            " text/event-stream ;x",
        ] {
            assert!(judge(200, &[("content-type", value)]), "{value}");
        }
        for value in [
            "text/event-streams",
            "text/plain",
            "",
            "text/plain; x=text/event-stream",
        ] {
            assert!(!judge(200, &[("content-type", value)]), "{value}");
        }
        assert!(!judge(200, &[]));
    }

    #[test]
    fn other_statuses_and_encoded_bodies_are_left_alone() {
        let stream = ("content-type", "text/event-stream");
        for status in [201, 204, 206, 302, 404, 503] {
            assert!(!judge(status, &[stream]));
        }
        assert!(judge(200, &[stream, ("content-encoding", "Identity")]));
        assert!(!judge(200, &[stream, ("content-encoding", "gzip")]));
        let both = [("content-encoding", "identity"), ("content-encoding", "br")];
        assert!(!judge(200, &[stream, both[0], both[1]]));
    }
}
