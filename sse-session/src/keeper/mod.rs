//! What is renewed in the store as long as somebody on this node holds it.
//!
//! Sessions, slots and presence are promises with a time to live. A [`Keeper`] renews those of its node
//! in rounds, so many at a time; looks at once at what others say has changed; and does what
//! a guard that was dropped cannot wait for. All that others say is a hint: the store is asked.

mod jobs;
#[expect(clippy::module_inception, reason = "the module is named for it")]
mod keeper;
mod kept;
mod put;
mod run;
mod table;

pub(crate) use self::{
    keeper::Keeper,
    kept::{Kept, Work},
    put::put,
};
