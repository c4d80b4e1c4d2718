//! Decides from a [history](crate::history::History) whether the promises were kept.
//!
//! The log that is there in the end is the truth about what there is; the acknowledgements are the truth about what
//! there has to be; where a record stands is known of those two, and of the ids that subscribers got. Each subscriber is
//! followed from one event to the next:
//!
//! | promise | what breaks it |
//! |---|---|
//! | order | [`OutOfOrder`](Violation::OutOfOrder), [`TwoAtOnePosition`](Violation::TwoAtOnePosition) |
//! | no silent loss | [`SilentLoss`](Violation::SilentLoss), [`CrossedLineages`](Violation::CrossedLineages), [`Missing`](Violation::Missing), [`AcknowledgedLost`](Violation::AcknowledgedLost) |
//! | at least once, and duplicates only after a reconnect | [`Duplicate`](Violation::Duplicate), [`PublishedTwice`](Violation::PublishedTwice) |
//! | no false gap | [`FalseGap`](Violation::FalseGap) |
//! | nothing is shown that is not durable | [`ShownNotKept`](Violation::ShownNotKept), [`RefusedShown`](Violation::RefusedShown), [`Invented`](Violation::Invented) |
//!
//! One thing is excused where the [fault](Rules::may_lose) is of a kind that loses what was acknowledged: a subscriber that
//! had not yet got what was lost goes on from the common ancestor, and nobody can tell it.

mod check;
mod facts;
mod reader;
mod rules;
mod violation;

pub(crate) use self::{
    check::{Figures, check},
    rules::Rules,
    violation::Violation,
};

mod tests;
