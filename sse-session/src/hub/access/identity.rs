//! Who subscribes.

use core::{
    any::Any,
    fmt,
    hash::{Hash, Hasher},
};
use std::sync::Arc;

/// Who subscribes: a key by which it is the same one (a user's id), and whatever else the
/// application wants its [`Authorizer`](super::Authorizer) to know. Cheap to clone.
///
/// ```
/// use sse_session::hub::Identity;
///
/// struct User { admin: bool }
///
/// let identity = Identity::new("user-7").with(User { admin: true });
/// assert!(identity.get::<User>().is_some_and(|user| user.admin));
/// assert_eq!(identity, Identity::new("user-7"));
/// assert_eq!(format!("{identity:?}"), "Identity(..)");
/// ```
#[derive(Clone)]
pub struct Identity {
    key: Arc<str>,
    value: Option<Arc<dyn Any + Send + Sync>>,
}

impl Identity {
    /// The one with this key.
    #[must_use]
    pub fn new(key: impl Into<Arc<str>>) -> Self {
        Self {
            key: key.into(),
            value: None,
        }
    }

    /// With something for the authorizer; one value, the last one.
    #[must_use]
    pub fn with<T: Any + Send + Sync>(mut self, value: T) -> Self {
        self.value = Some(Arc::new(value));
        self
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The value, if it is of this type.
    #[must_use]
    pub fn get<T: Any>(&self) -> Option<&T> {
        self.value.as_ref()?.downcast_ref()
    }
}

/// By the key.
impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Identity {}

impl Hash for Identity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

/// Without the key.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(..)")
    }
}
