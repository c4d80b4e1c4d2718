//! The slow and obvious store.

mod log;
mod registry;
mod sets;
mod state;
mod store;
mod watch;

pub use self::{log::ReferenceLog, store::ReferenceStore};
