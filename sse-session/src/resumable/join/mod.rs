//! What was missed and what comes, as one stream.

mod broadcasts;
mod delivered;
mod error;
mod held;
#[expect(clippy::module_inception, reason = "the module is named for it")]
mod join;
mod joined;
mod live;
mod page;

pub use self::{
    broadcasts::Broadcasts,
    delivered::{ByEquality, ByOrder, Delivered},
    error::JoinError,
    join::Join,
    joined::Joined,
    live::Live,
    page::Page,
};
