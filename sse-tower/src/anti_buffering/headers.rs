//! The headers of an event stream.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// nginx: <https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering>.
static X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// What says something of the whole body, which nobody knows who may add to it. The digests are
/// RFC 9530's and the ones before it.
static BODY_METADATA: [HeaderName; 6] = [
    header::CONTENT_LENGTH,
    header::ETAG,
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("repr-digest"),
    HeaderName::from_static("digest"),
    HeaderName::from_static("content-md5"),
];

/// Of one connection of HTTP/1.1 only: <https://www.rfc-editor.org/rfc/rfc9113#section-8.2.2>.
static HOP_BY_HOP: [HeaderName; 5] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Removes what is not true any more of a body that may be added to.
pub(crate) fn remove_body_metadata(headers: &mut HeaderMap) {
    for name in &BODY_METADATA {
        headers.remove(name);
    }
}

/// Sets what keeps proxies from collecting events.
pub(crate) fn set_headers(headers: &mut HeaderMap, http2: bool) {
    remove_body_metadata(headers);
    if http2 {
        for name in &HOP_BY_HOP {
            headers.remove(name);
        }
    }
    if !headers.contains_key(&X_ACCEL_BUFFERING) {
        headers.insert(X_ACCEL_BUFFERING.clone(), HeaderValue::from_static("no"));
    }
    // RFC 9111: `no-store` is stricter than `no-cache`.
    if !has_directive(headers, "no-cache") && !has_directive(headers, "no-store") {
        headers.append(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    if !has_directive(headers, "no-transform") {
        match headers
            .get_all(header::CACHE_CONTROL)
            .iter()
            .collect::<Vec<_>>()[..]
        {
            [value] if value == "no-cache" => {
                let value = HeaderValue::from_static("no-cache, no-transform");
                headers.insert(header::CACHE_CONTROL, value);
            }
            _ => {
                let value = HeaderValue::from_static("no-transform");
                headers.append(header::CACHE_CONTROL, value);
            }
        }
    }
}

/// Whether no shared cache keeps it.
#[cfg(feature = "token")]
pub(crate) fn is_private(headers: &HeaderMap) -> bool {
    has_directive(headers, "private") || has_directive(headers, "no-store")
}

fn has_directive(headers: &HeaderMap, name: &str) -> bool {
    headers.get_all(header::CACHE_CONTROL).iter().any(|value| {
        value
            .as_bytes()
            .split(|byte| *byte == b',')
            .any(|directive| directive.trim_ascii().eq_ignore_ascii_case(name.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(headers: &[(&'static str, &'static str)], http2: bool) -> Vec<(String, String)> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        set_headers(&mut map, http2);
        let mut pairs: Vec<_> = map
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        pairs.sort();
        pairs
    }

    fn cache_control(values: &[&'static str]) -> String {
        let headers: Vec<_> = values
            .iter()
            .map(|value| ("cache-control", *value))
            .collect();
        let pairs = after(&headers, false);
        let values = pairs.iter().filter(|pair| pair.0 == "cache-control");
        values
            .map(|pair| pair.1.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    }

    #[test]
    fn a_stricter_cache_control_stays() {
        assert_eq!(cache_control(&[]), "no-cache, no-transform");
        assert_eq!(cache_control(&["no-cache"]), "no-cache, no-transform");
        assert_eq!(cache_control(&["No-Store"]), "No-Store, no-transform");
        assert_eq!(
            cache_control(&["private, no-transform"]),
            "no-cache, private, no-transform"
        );
        let both = cache_control(&["no-cache, no-transform"]);
        assert_eq!(both, "no-cache, no-transform");
    }

    #[test]
    fn what_is_not_true_any_more_goes_and_the_handlers_choice_stays() {
        let headers = [
            ("content-length", "5"),
            ("etag", "\"x\""),
            ("content-digest", "x"),
            ("digest", "x"),
            ("x-accel-buffering", "yes"),
            ("connection", "keep-alive"),
            ("x-other", "stays"),
        ];
        let names = |http2| {
            let pairs = after(&headers, http2);
            pairs
                .into_iter()
                .map(|pair| pair.0)
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(
            names(false),
            "cache-control connection x-accel-buffering x-other"
        );
        assert_eq!(names(true), "cache-control x-accel-buffering x-other");
    }
}
