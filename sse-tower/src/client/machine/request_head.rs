//! The headers that a request for an event stream has.

use http::{HeaderMap, HeaderValue, header};
use sse_codec::{LAST_EVENT_ID, TEXT_EVENT_STREAM};

/// Sets what the standard sets. What the caller set stays, but for the last event ID, of which
/// there is only one truth.
pub(super) fn prepare(headers: &mut HeaderMap, last_event_id: &str) {
    // https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource
    headers
        .entry(header::ACCEPT)
        .or_insert_with(|| TEXT_EVENT_STREAM.clone());
    // The constructor sets the cache mode to "no-store", for which fetch adds these:
    // https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
    for name in [header::CACHE_CONTROL, header::PRAGMA] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static("no-cache"));
    }
    // https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header
    match header_value(last_event_id) {
        Some(value) if !value.is_empty() => headers.insert(&LAST_EVENT_ID, value),
        _ => headers.remove(&LAST_EVENT_ID),
    };
}

/// The id as a header, if a header carries it unaltered: no control character but the tab, and no
/// blank at either end, which HTTP strips
/// (<https://www.rfc-editor.org/rfc/rfc9110#name-field-values>).
pub(super) fn header_value(id: &str) -> Option<HeaderValue> {
    if let [b' ' | b'\t', ..] | [.., b' ' | b'\t'] = id.as_bytes() {
        return None;
    }
    let mut value = HeaderValue::from_bytes(id.as_bytes()).ok()?;
    // So that nobody prints it, nor puts it into a table of header compression.
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_id_is_not_sent_and_an_earlier_one_is_taken_away() {
        let mut headers = HeaderMap::new();
        headers.insert(&LAST_EVENT_ID, HeaderValue::from_static("old"));
        prepare(&mut headers, "");
        assert!(!headers.contains_key(&LAST_EVENT_ID));
        prepare(&mut headers, "7");
        assert_eq!(headers[&LAST_EVENT_ID], "7");
        assert!(!format!("{headers:?}").contains('7'));
    }

    #[test]
    fn what_the_caller_set_stays() {
        let mut headers = HeaderMap::new();
        let both = HeaderValue::from_static("application/json, text/event-stream");
        headers.insert(header::ACCEPT, both.clone());
        headers.insert(header::PRAGMA, HeaderValue::from_static("x"));
        prepare(&mut headers, "");
        assert_eq!(headers[header::ACCEPT], both);
        assert_eq!(headers[header::PRAGMA], "x");
        assert_eq!(headers[header::CACHE_CONTROL], "no-cache");
    }

    #[test]
    fn an_id_is_sent_as_its_bytes_or_not_at_all() {
        for id in ["7", "d\u{e9}j\u{e0}", "\u{1f980}", "a b", "a\tb", "\u{80}"] {
            assert_eq!(header_value(id).unwrap().as_bytes(), id.as_bytes());
        }
        for id in ["\u{1}", "a\u{7f}", "\u{1b}[", " a", "a ", "\ta", "a\t"] {
            assert_eq!(header_value(id), None, "{id:?}");
        }
    }
}
