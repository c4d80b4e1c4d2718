//! What observers may know of a request.

use core::fmt;

use http::{Method, Request, Uri, Version};

/// What observers may know of the request of a stream: not its query and not its headers, in which
/// secrets and ids are.
#[derive(Clone)]
pub struct ObservedRequest {
    method: Method,
    uri: Uri,
    version: Version,
}

impl ObservedRequest {
    pub(crate) fn of<B>(request: &Request<B>) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            version: request.version(),
        }
    }

    /// The method.
    #[must_use]
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// The path as the layer saw it, without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// The version of HTTP.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }
}

impl fmt::Debug for ObservedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObservedRequest")
            .field("method", &self.method)
            .field("path", &self.path())
            .field("version", &self.version)
            .finish()
    }
}
