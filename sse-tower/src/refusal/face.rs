//! The two faces of a refusal.

/// Which face of a refusal a client gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Face {
    /// The stream for what looks like an `EventSource`, the status for all others.
    #[default]
    AsAsked,
    /// The status, after which an `EventSource` never returns.
    Status,
    /// A stream that ends, after which an `EventSource` returns.
    Stream,
}
