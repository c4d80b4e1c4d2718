//! Is this response an event stream?

use std::time::SystemTime;

use http::{HeaderMap, StatusCode, header, response};

use super::{super::Cause, retry_after::retry_after};

/// What is wrong with a response, if it is no event stream that can be read
/// (<https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model>).
pub(super) fn judge(head: &response::Parts, now: SystemTime) -> Result<(), Cause> {
    if head.status != StatusCode::OK {
        return Err(Cause::Status {
            status: head.status,
            retry_after: retry_after(&head.headers, now),
        });
    }
    if !is_event_stream(&head.headers) {
        return Err(Cause::ContentType);
    }
    if head
        .headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .any(|coding| {
            let coding = coding.as_bytes().trim_ascii();
            !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity")
        })
    {
        return Err(Cause::ContentEncoding);
    }
    Ok(())
}

/// Whether the essence of the media type is `text/event-stream`. Of several types the last one
/// that is one at all counts (<https://fetch.spec.whatwg.org/#concept-header-extract-mime-type>).
fn is_event_stream(headers: &HeaderMap) -> bool {
    let mut essence: Option<&[u8]> = None;
    for value in headers.get_all(header::CONTENT_TYPE) {
        for media_type in split_unquoted(value.as_bytes()) {
            let candidate = media_type.split(|byte| *byte == b';').next();
            let candidate = candidate.unwrap_or_default().trim_ascii();
            if is_media_type(candidate) && candidate != b"*/*" {
                essence = Some(candidate);
            }
        }
    }
    essence.is_some_and(|essence| essence.eq_ignore_ascii_case(b"text/event-stream"))
}

/// The parts between commas that are not in a quoted string.
fn split_unquoted(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (mut quoted, mut escaped) = (false, false);
    value.split(move |byte| {
        if escaped {
            escaped = false;
        } else if quoted && *byte == b'\\' {
            escaped = true;
        } else if *byte == b'"' {
            quoted = !quoted;
        }
        !quoted && *byte == b','
    })
}

/// `type/subtype`, both of them tokens.
fn is_media_type(essence: &[u8]) -> bool {
    let mut parts = essence.split(|byte| *byte == b'/');
    let is_token = |part: Option<&[u8]>| {
        part.is_some_and(|part| !part.is_empty() && part.iter().all(|byte| is_token_byte(*byte)))
    };
    is_token(parts.next()) && is_token(parts.next()) && parts.next().is_none()
}

/// <https://www.rfc-editor.org/rfc/rfc9110#name-tokens>
const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Response};

    use super::*;

    fn of(status: u16, headers: &[(&'static str, &'static [u8])]) -> Result<(), String> {
        let mut response = Response::new(());
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        for (name, value) in headers {
            let value = HeaderValue::from_bytes(value).unwrap();
            response.headers_mut().append(*name, value);
        }
        let (head, ()) = response.into_parts();
        judge(&head, SystemTime::UNIX_EPOCH).map_err(|cause| cause.to_string())
    }

    const NO_STREAM: &str = "response is no event stream";

    #[test]
    fn the_essence_of_the_type_counts() {
        for value in [
            &b"text/event-stream"[..],
            b"TEXT/Event-Stream",
            b"text/event-stream;",
            b"text/event-stream; charset=utf-8",
            b"text/event-stream;charset=windows-1251",
            b"text/event-stream ;bogus",
            b"  text/event-stream",
            b"text/event-stream;x=\"a,text/plain\"",
            b"text/html, text/event-stream",
            b"text/event-stream, */*, x",
            b"text/event-stream;\xfe",
        ] {
            assert_eq!(of(200, &[("content-type", value)]), Ok(()), "{value:?}");
        }
        for value in [
            &b""[..],
            b"text/event-streams",
            b"x%20bogus",
            b"text/event-stream/x",
            b"text/plain",
            b"text",
            b"text/event stream",
            b"text/event-stream\xc3\xa9",
            b"text/plain; x=text/event-stream",
            b"text/plain; x=\"\\\",text/event-stream\"",
            b"text/event-stream, text/plain",
        ] {
            let judged = of(200, &[("content-type", value)]);
            assert_eq!(judged, Err(NO_STREAM.into()), "{value:?}");
        }
        assert_eq!(of(200, &[]), Err(NO_STREAM.into()));
        let both = [
            ("content-type", &b"text/event-stream"[..]),
            ("content-type", b"text/html"),
        ];
        assert_eq!(of(200, &both), Err(NO_STREAM.into()));
    }

    #[test]
    fn other_statuses_and_encoded_bodies_are_no_streams() {
        let stream = ("content-type", &b"text/event-stream"[..]);
        for status in [100, 201, 204, 205, 206, 302, 404, 503] {
            let expected = format!("response with status {status}");
            assert_eq!(of(status, &[stream]), Err(expected));
        }
        let with = |coding| of(200, &[stream, ("content-encoding", coding)]);
        assert_eq!(with(b"Identity"), Ok(()));
        assert_eq!(with(b""), Ok(()));
        assert_eq!(with(b"gzip"), Err("event stream is encoded".into()));
    }
}
