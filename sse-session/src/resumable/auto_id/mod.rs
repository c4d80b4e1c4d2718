//! Ids for streams that have none.

#[expect(clippy::module_inception, reason = "the module is named for it")]
mod auto_id;
mod builder;
mod error;
mod history;
mod id_only;
mod kept_events;
mod pump;
mod registry;
mod settings;
mod stream;

pub use self::{
    auto_id::AutoId, builder::AutoIdBuilder, error::TooManyStreams, stream::AutoIdStream,
};
