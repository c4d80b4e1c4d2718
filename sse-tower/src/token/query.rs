//! A parameter that is taken out of a URI.

use std::borrow::Cow;

use http::{Uri, uri::PathAndQuery};
use percent_encoding::percent_decode;

use super::source::{Malformed, Sought};

/// Takes the parameter of this name out of the query, each time it is there. All other bytes of the
/// URI stay as they are.
pub(super) fn take_parameter(uri: &mut Uri, name: &str) -> Sought<String> {
    let query = uri.query()?;
    let (taken, kept): (Vec<_>, Vec<_>) = query.split('&').partition(|pair| {
        let (key, _) = pair.split_once('=').unwrap_or((pair, ""));
        *decode(key) == *name.as_bytes()
    });
    let mut values = taken.iter().map(|pair| {
        let (_, value) = pair.split_once('=').unwrap_or((pair, ""));
        decode(value)
    });
    let first = values.next()?;
    // Of two different ones none can be meant.
    let only = values.all(|value| value == first).then_some(first);
    let value = only.and_then(|value| String::from_utf8(value.into_owned()).ok());
    *uri = with_query(uri, &kept);
    Some(value.ok_or(Malformed))
}

/// As forms are decoded (<https://url.spec.whatwg.org/#urlencoded-parsing>).
fn decode(text: &str) -> Cow<'_, [u8]> {
    if text.contains('+') {
        let spaced = text.replace('+', " ");
        return percent_decode(spaced.as_bytes()).collect();
    }
    percent_decode(text.as_bytes()).into()
}

fn with_query(uri: &Uri, pairs: &[&str]) -> Uri {
    let mut text = uri.path().to_owned();
    if !pairs.is_empty() {
        text.push('?');
        text.push_str(&pairs.join("&"));
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = PathAndQuery::try_from(text).ok();
    // What is left of a URI is one. If it were not, at least nothing of it would be shown.
    Uri::from_parts(parts).unwrap_or_default()
}
