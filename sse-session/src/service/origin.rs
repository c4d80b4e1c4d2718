//! Requests that another site makes in its visitor's name.

use http::{HeaderMap, HeaderValue, Method, header};

/// Whether a request that names no session may have been made by another site, in the name of somebody whose
/// browser sends cookies along.
///
/// A browser says where a request comes from, and no page can change it:
/// <https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header>,
/// <https://fetch.spec.whatwg.org/#origin-header>. What has neither is no browser's, or an old one's: then a
/// request with a cookie that changes something counts as foreign.
pub(super) fn is_foreign(method: &Method, headers: &HeaderMap, allowed: &[HeaderValue]) -> bool {
    let origin = headers.get(header::ORIGIN);
    if origin.is_some_and(|origin| allowed.contains(origin)) {
        return false;
    }
    match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
        Some(b"same-origin" | b"none") => false,
        Some(_) => true,
        None => match origin {
            Some(_) => true,
            None => *method != Method::GET && headers.contains_key(header::COOKIE),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_says_of_its_origin_decides() {
        let allowed = [HeaderValue::from_static("https://app.example")];
        let is_foreign = |method: Method, headers: &[(&'static str, &'static str)]| {
            let headers = headers
                .iter()
                .map(|(name, value)| {
                    let name = http::HeaderName::from_static(name);
                    (name, HeaderValue::from_static(value))
                })
                .collect();
            is_foreign(&method, &headers, &allowed)
        };
        let cookie = ("cookie", "a=b");
        let site = |value| ("sec-fetch-site", value);
        let origin = |value| ("origin", value);
        for (foreign, headers) in [
            (false, vec![site("same-origin"), cookie]),
            (false, vec![site("none"), cookie]),
            (true, vec![site("same-site"), cookie]),
            (true, vec![site("cross-site")]),
            (
                false,
                vec![site("cross-site"), origin("https://app.example")],
            ),
            (true, vec![origin("https://evil.example")]),
            (true, vec![origin("null"), cookie]),
            (true, vec![cookie]),
            (false, vec![]),
        ] {
            assert_eq!(is_foreign(Method::POST, &headers), foreign, "{headers:?}");
        }
        assert!(!is_foreign(Method::GET, &[cookie]));
        assert!(is_foreign(Method::GET, &[cookie, site("cross-site")]));
    }
}
