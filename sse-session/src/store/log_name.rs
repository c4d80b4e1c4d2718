//! The name of a log.

use core::fmt;
use std::sync::Arc;

use crate::Channel;

/// The name of a log, in a store: UTF-8 without control characters, up to 250 bytes. Cheap to clone.
///
/// Channels, the logs of sessions and inboxes have names of their own kinds, so that no channel can be
/// called as a session is.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LogName {
    name: Arc<str>,
}

impl LogName {
    /// The log of a channel.
    #[must_use]
    pub fn of_channel(channel: &Channel) -> Self {
        match channel.reserved_log() {
            Some(name) => Self { name: name.into() },
            None => Self::of_kind("channel", channel),
        }
    }

    /// A log of another kind; `name` has at most [`Channel::MAX_BYTES`].
    pub(crate) fn of_kind(kind: &str, name: &str) -> Self {
        Self {
            name: format!("{kind}/{name}").into(),
        }
    }

    /// The same log of a tenant.
    pub(crate) fn prefixed(&self, prefix: &str) -> Self {
        Self {
            name: format!("{prefix}{}", self.name).into(),
        }
    }

    /// The log that [`prefixed`](Self::prefixed) made this of.
    pub(crate) fn without_prefix(&self, prefix: &str) -> Option<Self> {
        let name = self.name.strip_prefix(prefix)?;
        Some(Self { name: name.into() })
    }

    /// The text, by which a store keeps it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.name
    }
}

/// Only of a channel's log the name is told: those of sessions have ids in them.
impl fmt::Debug for LogName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.contains("channel/") {
            f.debug_tuple("LogName").field(&self.name).finish()
        } else {
            f.write_str("LogName(..)")
        }
    }
}
