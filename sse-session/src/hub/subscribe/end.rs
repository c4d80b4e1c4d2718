//! Why a stream has ended.

/// Why a subscriber's stream has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StreamEndReason {
    /// There was a gap, and [`OnGap::Close`](super::super::OnGap::Close). The gap was sent.
    Gap,
    /// It was too slow, and [`OnLag::Disconnect`](super::super::OnLag::Disconnect).
    Lagged,
    /// The right to its last channel was revoked.
    Revoked,
}
