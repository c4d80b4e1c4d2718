//! What is told where something may be missing, and what is done about it.

mod choices;
#[expect(clippy::module_inception, reason = "the module is named for it")]
mod gap;
mod on_gap;

pub use self::{
    choices::{OnLag, ResumeFrom},
    gap::Gap,
    on_gap::{OnGap, Snapshot},
};
