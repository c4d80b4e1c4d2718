//! What a store can do.

/// What a store can do. The promises hold for every store; only these may be absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Capabilities {
    /// What is acknowledged survives the end of the process.
    pub durable: bool,
    /// Several processes see the same logs.
    pub shared: bool,
    /// Offsets grow by one, so that it is known how many records are missing.
    pub contiguous_offsets: bool,
    /// Retention counts bytes.
    pub byte_retention: bool,
    /// Limits of sets are exact.
    pub exact_members: bool,
    /// A value of the registry expires by itself.
    pub key_expiry: bool,
    /// The longest payload, in bytes.
    pub max_payload_bytes: usize,
}
