//! What is renewed in the store as long as somebody on this node holds it.
//!
//! Sessions, slots and presence are promises with a time to live. A [`Keeper`] renews those of its node
//! in rounds, so many at a time; looks at once at what others say has changed; and does what
//! a guard that was dropped cannot wait for. All that others say is a hint: the store is asked.

use core::time::Duration;

/// What is longer is no longer than this, 30 years: more than any clock may be told to add.
pub(crate) const LONGEST: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

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
