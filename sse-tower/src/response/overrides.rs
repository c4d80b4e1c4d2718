//! What a handler wants otherwise for its own stream.

use crate::{keep_alive::KeepAlive, lifetime::Lifetime, retry::Retry};

/// What a handler wants otherwise for its own stream: put into the extensions of its response.
///
/// Only what a layer around it does is changed: what no layer does, no override turns on.
///
/// ```
/// use http::Response;
/// use sse_tower::StreamOverrides;
///
/// let mut response = Response::new("data: hello\n\n");
/// response.extensions_mut().insert(StreamOverrides::new().without_keep_alive());
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct StreamOverrides {
    keep_alive: Override<KeepAlive>,
    retry: Override<Retry>,
    lifetime: Override<Lifetime>,
    without_padding: bool,
}

#[derive(Debug, Clone, Default)]
enum Override<T> {
    #[default]
    Keep,
    Without,
    Instead(T),
}

impl<T: Clone> Override<T> {
    fn apply(&self, setting: Option<T>) -> Option<T> {
        match (setting, self) {
            (Some(_), Self::Instead(other)) => Some(other.clone()),
            (Some(setting), Self::Keep) => Some(setting),
            (None, _) | (_, Self::Without) => None,
        }
    }
}

impl StreamOverrides {
    /// Nothing is wanted otherwise.
    pub const fn new() -> Self {
        Self {
            keep_alive: Override::Keep,
            retry: Override::Keep,
            lifetime: Override::Keep,
            without_padding: false,
        }
    }

    /// Keeps the stream alive in this way.
    pub fn with_keep_alive(mut self, keep_alive: KeepAlive) -> Self {
        self.keep_alive = Override::Instead(keep_alive);
        self
    }

    /// Does not keep the stream alive.
    pub fn without_keep_alive(mut self) -> Self {
        self.keep_alive = Override::Without;
        self
    }

    /// Tells this reconnection time.
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = Override::Instead(retry);
        self
    }

    /// Tells no reconnection time.
    pub fn without_retry(mut self) -> Self {
        self.retry = Override::Without;
        self
    }

    /// Lets the stream last so long.
    pub fn with_lifetime(mut self, lifetime: Lifetime) -> Self {
        self.lifetime = Override::Instead(lifetime);
        self
    }

    /// Lets the stream last as long as it will.
    pub fn without_lifetime(mut self) -> Self {
        self.lifetime = Override::Without;
        self
    }

    /// Sends no padding.
    pub const fn without_padding(mut self) -> Self {
        self.without_padding = true;
        self
    }

    pub(super) fn keep_alive(&self, setting: Option<KeepAlive>) -> Option<KeepAlive> {
        self.keep_alive.apply(setting)
    }

    pub(super) fn retry(&self, setting: Option<Retry>) -> Option<Retry> {
        self.retry.apply(setting)
    }

    pub(super) fn lifetime(&self, setting: Option<Lifetime>) -> Option<Lifetime> {
        self.lifetime.apply(setting)
    }

    pub(super) const fn pads(&self) -> bool {
        !self.without_padding
    }
}
