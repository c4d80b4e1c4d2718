//! Who may subscribe to what.

mod authorizer;
mod authorizer_fn;
mod grants;
mod identity;
mod recheck;

pub use self::{
    authorizer::{Authorizer, AuthorizerError, AuthorizerFuture, Decision},
    authorizer_fn::{AuthorizerFn, authorizer_fn},
    identity::Identity,
};
pub(super) use self::{
    grants::{Grant, Grants},
    recheck::recheck,
};
