//! What cannot be allowed.

use core::fmt;

/// Why a layer cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CorsError {
    /// Credentials for any origin: every browser refuses that
    /// (<https://fetch.spec.whatwg.org/#cors-protocol-and-credentials>).
    CredentialsForAnyOrigin,
    /// It is no origin as a browser writes it: `scheme://host`, with `:port` where that is not the
    /// scheme's own, without a path.
    InvalidOrigin {
        /// What was given.
        origin: String,
    },
}

impl fmt::Display for CorsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CredentialsForAnyOrigin => {
                f.write_str("credentials cannot be allowed for any origin")
            }
            Self::InvalidOrigin { origin } => write!(f, "not an origin: {origin:?}"),
        }
    }
}

impl core::error::Error for CorsError {}
