//! How long a response asks to be left alone.

use core::time::Duration;
use std::time::SystemTime;

use http::{HeaderMap, HeaderName, header};

/// What `Retry-After` asks for, in either form
/// (<https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>).
///
/// A date is compared with the `Date` of the same response: then it does not matter whether the
/// clocks agree. Only without one is it compared with `now`.
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // What is more than can be counted is the longest there is.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let then = httpdate::parse_http_date(text).ok()?;
    let now = date(headers, &header::DATE).unwrap_or(now);
    Some(then.duration_since(now).unwrap_or_default())
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn asked(value: &'static str, date: Option<&'static str>) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static(value));
        if let Some(date) = date {
            headers.insert(header::DATE, HeaderValue::from_static(date));
        }
        let now = httpdate::parse_http_date("Fri, 31 Dec 1999 23:59:00 GMT").unwrap();
        retry_after(&headers, now).map(|time| time.as_secs())
    }

    #[test]
    fn both_forms_are_understood() {
        assert_eq!(asked("120", None), Some(120));
        assert_eq!(asked("0", None), Some(0));
        let date = "Fri, 31 Dec 1999 23:59:59 GMT";
        assert_eq!(asked(date, None), Some(59));
        assert_eq!(asked(date, Some("Fri, 31 Dec 1999 23:59:50 GMT")), Some(9));
        assert_eq!(asked(date, Some("Sat, 01 Jan 2000 00:00:00 GMT")), Some(0));
        assert_eq!(asked("99999999999999999999999", None), Some(u64::MAX));
    }

    #[test]
    fn what_is_neither_asks_for_nothing() {
        for value in ["", "-1", "+5", "1.5", "soon", "5s", "Fri, 31 Dec"] {
            assert_eq!(asked(value, None), None, "{value}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), SystemTime::UNIX_EPOCH), None);
    }
}
