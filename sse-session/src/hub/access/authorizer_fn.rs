//! A function as an authorizer.

use core::fmt;

use super::{Authorizer, AuthorizerError, AuthorizerFuture, Decision, Identity};
use crate::Channel;

/// An authorizer of a function.
///
/// ```
/// use sse_session::{
///     Channel,
///     hub::{AuthorizerError, Decision, Hub, Identity, authorizer_fn},
///     memory::MemoryStore,
/// };
///
/// async fn may(user: Option<Identity>, channel: Channel) -> Result<Decision, AuthorizerError> {
///     Ok(Decision::allow_if(user.is_some() || channel.starts_with("public/")))
/// }
///
/// let hub = Hub::builder(MemoryStore::new()).with_authorizer(authorizer_fn(may));
/// # let _ = hub;
/// ```
pub fn authorizer_fn<F, R>(authorize: F) -> AuthorizerFn<F>
where
    F: Fn(Option<Identity>, Channel) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Decision, AuthorizerError>> + Send + 'static,
{
    AuthorizerFn { authorize }
}

/// A function as an authorizer: made by [`authorizer_fn`].
#[derive(Clone, Copy)]
pub struct AuthorizerFn<F> {
    authorize: F,
}

impl<F, R> Authorizer for AuthorizerFn<F>
where
    F: Fn(Option<Identity>, Channel) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Decision, AuthorizerError>> + Send + 'static,
{
    fn authorize<'a>(
        &'a self,
        identity: Option<&'a Identity>,
        channel: &'a Channel,
    ) -> AuthorizerFuture<'a> {
        Box::pin((self.authorize)(identity.cloned(), channel.clone()))
    }
}

impl<F> fmt::Debug for AuthorizerFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizerFn(..)")
    }
}
