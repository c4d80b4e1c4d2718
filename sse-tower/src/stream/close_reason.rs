//! Why a stream was closed.

use core::fmt;

/// Why a stream was closed. Each stream has exactly one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CloseReason {
    /// The inner body ended.
    Complete,
    /// The body was dropped before its end: the client went away, or its connection broke.
    ClientGone,
    /// It had lasted as long as a stream may.
    Lifetime,
    /// The server drains.
    Drained,
    /// It made room for another stream.
    Limit,
    /// The client's token expired.
    TokenExpired,
    /// The inner body failed.
    Error,
    /// The client took nothing for too long.
    Stalled,
    /// Somebody asked for it by its [`StreamHandle`](super::StreamHandle).
    Requested,
}

impl CloseReason {
    /// All of them, in the order of their declaration.
    pub const ALL: &'static [Self] = &Self::EACH;

    /// The same.
    pub(crate) const EACH: [Self; 9] = [
        Self::Complete,
        Self::ClientGone,
        Self::Lifetime,
        Self::Drained,
        Self::Limit,
        Self::TokenExpired,
        Self::Error,
        Self::Stalled,
        Self::Requested,
    ];

    /// A name for metrics and logs, such as `client_gone`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::ClientGone => "client_gone",
            Self::Lifetime => "lifetime",
            Self::Drained => "drained",
            Self::Limit => "limit",
            Self::TokenExpired => "token_expired",
            Self::Error => "error",
            Self::Stalled => "stalled",
            Self::Requested => "requested",
        }
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::CloseReason;

    #[test]
    fn all_are_listed_once_in_order() {
        for (index, reason) in CloseReason::ALL.iter().enumerate() {
            assert_eq!(*reason as usize, index);
        }
        assert_eq!(CloseReason::Requested as usize + 1, CloseReason::ALL.len());
    }
}
