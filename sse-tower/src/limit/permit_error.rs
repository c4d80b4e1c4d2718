//! Why a stream was not granted.

use core::{error::Error, fmt, time::Duration};

/// Why a stream was not granted.
#[derive(Debug)]
#[non_exhaustive]
pub enum PermitError {
    /// All streams there may be are open.
    TotalReached {
        /// How many there may be.
        max_streams: usize,
    },
    /// All streams that a key may have are open.
    KeyReached {
        /// How many a key may have.
        max_streams: usize,
    },
    /// Streams were opened too fast.
    RateReached {
        /// When to come back at the earliest.
        wait: Duration,
    },
    /// The store that grants them could not be asked.
    Unavailable {
        /// Why not. It must not show keys.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl fmt::Display for PermitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TotalReached { max_streams } => {
                write!(f, "limit of {max_streams} streams reached")
            }
            Self::KeyReached { max_streams } => {
                write!(f, "limit of {max_streams} streams of one key reached")
            }
            Self::RateReached { wait } => {
                write!(f, "rate of new streams reached for {} ms", wait.as_millis())
            }
            Self::Unavailable { .. } => f.write_str("store of stream permits unavailable"),
        }
    }
}

impl Error for PermitError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unavailable { source } => Some(&**source),
            Self::TotalReached { .. } | Self::KeyReached { .. } | Self::RateReached { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_text_says_what_was_reached() {
        let wait = Duration::from_millis(1500);
        let unavailable = PermitError::Unavailable {
            source: "refused".into(),
        };
        assert_eq!(unavailable.source().unwrap().to_string(), "refused");
        for (error, text) in [
            (
                PermitError::TotalReached { max_streams: 7 },
                "limit of 7 streams reached",
            ),
            (
                PermitError::KeyReached { max_streams: 2 },
                "limit of 2 streams of one key reached",
            ),
            (
                PermitError::RateReached { wait },
                "rate of new streams reached for 1500 ms",
            ),
            (unavailable, "store of stream permits unavailable"),
        ] {
            assert_eq!(error.to_string(), text);
        }
    }
}
