//! What finds the key of a request.

use http::request::Parts;

use super::StreamKey;

/// What finds the key of a request. A closure does, too:
///
/// ```
/// use http::request::Parts;
/// use sse_tower::limit::{AddressKey, HeaderKey, KeyExtractor, StreamKey};
///
/// let tenant = |head: &Parts| head.uri.host().map(StreamKey::new);
///
/// // Users by name, everybody else by address.
/// let (user, address) = (HeaderKey::from_static("x-user"), AddressKey::new());
/// let either = move |head: &Parts| user.key(head).or_else(|| address.key(head));
/// # fn accepts(_: impl KeyExtractor) {}
/// # accepts(tenant);
/// # accepts(either);
/// ```
pub trait KeyExtractor: Send + Sync + 'static {
    /// The key of a request with this head. `None`: only the limits in total count for it.
    ///
    /// Called for every request, on the hot path, so it must not block.
    fn key(&self, head: &Parts) -> Option<StreamKey>;
}

impl<F> KeyExtractor for F
where
    F: Fn(&Parts) -> Option<StreamKey> + Send + Sync + 'static,
{
    fn key(&self, head: &Parts) -> Option<StreamKey> {
        self(head)
    }
}
