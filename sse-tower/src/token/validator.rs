//! Who judges tokens.

use core::{error::Error, fmt, pin::Pin, time::Duration};
use std::time::SystemTime;

use tokio::time::Instant;

use super::Credential;
use crate::response::after;

/// The judgement of a [`TokenValidator`].
pub type Validation<'a, I> =
    Pin<Box<dyn Future<Output = Result<Authorized<I>, TokenRejected>> + Send + 'a>>;

/// Judges tokens. Implemented by closures that are `Fn(Credential) -> Future`.
///
/// The identity that it finds is what handlers see in the extensions of the request.
pub trait TokenValidator: Send + Sync + 'static {
    /// Who a client is.
    type Identity: Clone + Send + Sync + 'static;

    /// Judges a token. Dropped when the client goes away before the judgement.
    fn validate(&self, credential: Credential) -> Validation<'_, Self::Identity>;
}

impl<I, F, R> TokenValidator for F
where
    I: Clone + Send + Sync + 'static,
    F: Fn(Credential) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Authorized<I>, TokenRejected>> + Send + 'static,
{
    type Identity = I;

    fn validate(&self, credential: Credential) -> Validation<'_, I> {
        Box::pin(self(credential))
    }
}

/// Who a client is, and for how long. `Debug` does not show who.
#[derive(Clone)]
#[must_use]
pub struct Authorized<I> {
    pub(super) identity: I,
    pub(super) expires: Option<Instant>,
}

impl<I> Authorized<I> {
    /// This one, for as long as the stream lasts.
    pub const fn new(identity: I) -> Self {
        Self {
            identity,
            expires: None,
        }
    }

    /// Until then. A stream that is open then ends; a time that has passed is a rejection, so a
    /// leeway has to be in it.
    pub const fn with_expiry(mut self, at: Instant) -> Self {
        self.expires = Some(at);
        self
    }

    /// For so long from now; a year at most.
    pub fn with_expiry_in(self, time: Duration) -> Self {
        self.with_expiry(after(Instant::now(), time))
    }

    /// Until then by the system's clock, as the claim `exp` of a JWT tells it. What the clock does
    /// later does not change it.
    pub fn with_expiry_time(self, time: SystemTime) -> Self {
        let left = time.duration_since(SystemTime::now());
        self.with_expiry_in(left.unwrap_or_default())
    }
}

impl<I> fmt::Debug for Authorized<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorized")
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// Why a token does not let its client pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenRejected {
    /// It is not valid, or no longer: 401.
    Invalid,
    /// Nobody can tell now, since what would know is away: 503.
    Unavailable,
}

impl fmt::Display for TokenRejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invalid => "invalid token",
            Self::Unavailable => "tokens cannot be validated now",
        })
    }
}

impl Error for TokenRejected {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_has_passed_expires_now() {
        let past = SystemTime::now() - Duration::from_secs(60);
        let before = Instant::now();
        let expires = Authorized::new(()).with_expiry_time(past).expires.unwrap();
        assert!(expires >= before && expires <= Instant::now());
    }

    #[test]
    fn a_time_far_away_does_not_overflow() {
        let authorized = Authorized::new(()).with_expiry_in(Duration::MAX);
        assert!(authorized.expires.unwrap() > Instant::now());
    }
}
