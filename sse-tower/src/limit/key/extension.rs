//! Keys in an extension of the request.

use core::{any::type_name, fmt, marker::PhantomData};

use http::request::Parts;

use super::{KeyExtractor, StreamKey};

/// An extension of the request is the key: an identity that a layer further out put there. Without
/// it there is no key.
///
/// For a type that is no text take a closure:
///
/// ```
/// use http::request::Parts;
/// use sse_tower::limit::StreamKey;
///
/// #[derive(Clone)]
/// struct User { number: u64 }
///
/// let key = |head: &Parts| {
///     let user = head.extensions.get::<User>()?;
///     Some(StreamKey::new(user.number.to_be_bytes()))
/// };
/// # fn accepts(_: impl sse_tower::limit::KeyExtractor) {}
/// # accepts(key);
/// ```
pub struct ExtensionKey<T> {
    identity: PhantomData<fn() -> T>,
}

impl<T> ExtensionKey<T> {
    /// By the extension of this type.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            identity: PhantomData,
        }
    }
}

impl<T: AsRef<str> + Send + Sync + 'static> KeyExtractor for ExtensionKey<T> {
    fn key(&self, head: &Parts) -> Option<StreamKey> {
        let identity = head.extensions.get::<T>()?;
        Some(StreamKey::new(identity.as_ref()))
    }
}

impl<T> Default for ExtensionKey<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for ExtensionKey<T> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for ExtensionKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtensionKey<{}>", type_name::<T>())
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[test]
    fn the_extension_of_the_type_is_the_key() {
        let key = ExtensionKey::<String>::new();
        let (mut head, ()) = Request::new(()).into_parts();
        assert_eq!(key.key(&head), None);
        head.extensions.insert("alice".to_owned());
        assert_eq!(key.key(&head), Some(StreamKey::new("alice")));
    }
}
