//! Keys in a header.

use http::{HeaderName, request::Parts};

use super::{KeyExtractor, StreamKey};

/// The value of a header is the key; of several the first. Without the header, or with an empty
/// value, there is no key.
///
/// Only for a header that a proxy in front sets, and takes out of what clients send: a client can
/// leave its own headers away, or make them up.
#[derive(Debug, Clone)]
pub struct HeaderKey {
    name: HeaderName,
}

impl HeaderKey {
    /// By the header of this name.
    #[must_use]
    pub const fn new(name: HeaderName) -> Self {
        Self { name }
    }

    /// By the header of this name, in lower case.
    ///
    /// # Panics
    ///
    /// If it is no name of a header, as [`HeaderName::from_static`] does.
    #[must_use]
    pub const fn from_static(name: &'static str) -> Self {
        Self::new(HeaderName::from_static(name))
    }
}

impl KeyExtractor for HeaderKey {
    fn key(&self, head: &Parts) -> Option<StreamKey> {
        let value = head.headers.get(&self.name)?;
        (!value.is_empty()).then(|| StreamKey::new(value))
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[test]
    fn the_first_value_counts_and_an_empty_one_is_none() {
        let key = HeaderKey::from_static("x-user");
        let of = |values: &[&str]| {
            let request = values.iter().fold(Request::get("/"), |request, value| {
                request.header("x-user", *value)
            });
            key.key(&request.body(()).unwrap().into_parts().0)
        };
        assert_eq!(of(&["alice", "bob"]), Some(StreamKey::new("alice")));
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[""]), None);
    }
}
