//! What a store knows of a secret.

use core::fmt;

use sha2::{Digest, Sha256};

/// The SHA-256 of a secret: all that a [`TicketStore`](super::TicketStore) knows of it. The secrets
/// are random and long enough that nobody finds one from its hash, so it needs no salt.
///
/// `Debug` does not show it, though it opens nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    pub(super) fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    /// The hash as a shared store had it.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash, for a shared store to have.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(..)")
    }
}
