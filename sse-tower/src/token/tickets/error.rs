//! Why a ticket could not be issued, found or spent.

use core::{error::Error, fmt};

/// Why a ticket could not be issued, found or spent. No ticket is in it.
#[derive(Debug)]
#[non_exhaustive]
pub enum TicketError {
    /// What it is for is longer than allowed.
    ClaimsTooLong {
        /// How long it may be, in bytes.
        max_bytes: usize,
    },
    /// There are as many as may be. They get fewer by themselves, as they expire.
    Full {
        /// How many there may be.
        max_tickets: usize,
    },
    /// The store is away. The operation was done or not done.
    Unavailable {
        /// What the store says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The operating system has no random bytes.
    NoRandomness,
}

impl fmt::Display for TicketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClaimsTooLong { max_bytes } => {
                write!(f, "claims of a ticket are longer than {max_bytes} bytes")
            }
            Self::Full { max_tickets } => write!(f, "there are {max_tickets} tickets already"),
            Self::Unavailable { .. } => f.write_str("ticket store is not available"),
            Self::NoRandomness => f.write_str("no random bytes for a ticket"),
        }
    }
}

impl Error for TicketError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unavailable { source } => Some(&**source),
            Self::ClaimsTooLong { .. } | Self::Full { .. } | Self::NoRandomness => None,
        }
    }
}

/// A path that no cookie can have: it does not begin with `/`, or has a character that ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidCookiePath;

impl fmt::Display for InvalidCookiePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid cookie path")
    }
}

impl Error for InvalidCookiePath {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_the_cause_and_not_its_source() {
        let source = Box::from("connection refused");
        for (error, text) in [
            (
                TicketError::ClaimsTooLong { max_bytes: 9 },
                "claims of a ticket are longer than 9 bytes",
            ),
            (
                TicketError::Full { max_tickets: 3 },
                "there are 3 tickets already",
            ),
            (
                TicketError::Unavailable { source },
                "ticket store is not available",
            ),
            (TicketError::NoRandomness, "no random bytes for a ticket"),
        ] {
            assert_eq!(error.to_string(), text);
        }
    }
}
