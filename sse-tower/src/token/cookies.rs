//! The cookies of a request.

use cookie::Cookie;
use http::{HeaderMap, header};

use super::source::{Malformed, Sought};

/// The value of this cookie, without quotes around it. A client may send several `Cookie` headers
/// in HTTP/2 (<https://www.rfc-editor.org/rfc/rfc9113#section-8.2.3>).
pub(super) fn find(headers: &HeaderMap, name: &str) -> Sought<String> {
    let mut found: Option<String> = None;
    for header in headers.get_all(header::COOKIE) {
        // Another cookie's bytes must not hide this one.
        let text = String::from_utf8_lossy(header.as_bytes());
        for cookie in Cookie::split_parse(text.as_ref()).flatten() {
            if cookie.name() != name {
                continue;
            }
            let value = cookie.value_trimmed();
            match &found {
                // Somebody has planted one, or an old one is left.
                Some(first) if first != value => return Some(Err(Malformed)),
                Some(_) => {}
                None => found = Some(value.to_owned()),
            }
        }
    }
    found.map(Ok)
}
