//! Who may subscribe.

use core::{error::Error, fmt, pin::Pin};

use super::Identity;
use crate::Channel;

/// Decides who may subscribe to what.
///
/// It is asked at each subscription, and so at each return of a client, and about live streams if
/// the hub [asks again](crate::hub::HubBuilder::with_recheck) from time to time.
///
/// ```
/// use sse_session::{
///     Channel,
///     hub::{Authorizer, AuthorizerFuture, Decision, Identity},
/// };
///
/// /// Everybody may see what is public, and what is named for them.
/// #[derive(Debug)]
/// struct ByName;
///
/// impl Authorizer for ByName {
///     fn authorize<'a>(
///         &'a self,
///         identity: Option<&'a Identity>,
///         channel: &'a Channel,
///     ) -> AuthorizerFuture<'a> {
///         Box::pin(async move {
///             let own = channel.strip_prefix("user/");
///             let own = own.is_some_and(|user| identity.is_some_and(|it| it.key() == user));
///             Ok(Decision::allow_if(own || channel.starts_with("public/")))
///         })
///     }
/// }
/// ```
pub trait Authorizer: fmt::Debug + Send + Sync + 'static {
    /// Whether whoever this is, or somebody unknown, may subscribe to the channel.
    ///
    /// # Errors
    ///
    /// It cannot be told now. A subscription fails then; a live stream goes on until it can be
    /// told.
    fn authorize<'a>(
        &'a self,
        identity: Option<&'a Identity>,
        channel: &'a Channel,
    ) -> AuthorizerFuture<'a>;
}

/// What an authorizer gives.
pub type AuthorizerFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Decision, AuthorizerError>> + Send + 'a>>;

/// Why it cannot be told who may.
pub type AuthorizerError = Box<dyn Error + Send + Sync>;

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It may.
    Allow,
    /// It may not.
    Deny,
}

impl Decision {
    /// [`Decision::Allow`] if so.
    #[must_use]
    pub const fn allow_if(allowed: bool) -> Self {
        if allowed { Self::Allow } else { Self::Deny }
    }
}
