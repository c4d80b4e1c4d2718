//! Publishing.

mod attempts;
mod error;
mod event_block;
mod options;
#[expect(clippy::module_inception, reason = "the module is named for it")]
mod publish;
mod published;

pub use self::{error::PublishError, options::PublishOptions, published::Published};
