//! Who may subscribe to what.

mod authorizer;
mod grants;
mod identity;
mod recheck;

pub use self::{
    authorizer::{Authorizer, AuthorizerError, AuthorizerFuture, Decision},
    identity::Identity,
};
pub(super) use self::{
    grants::{Grant, Grants},
    recheck::recheck,
};
