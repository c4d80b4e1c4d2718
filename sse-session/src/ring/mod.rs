//! The newest records of a channel, and who waits for the next one.
//!
//! Per channel and node there is one `Ring` of shared frames and one list of `Wakers`. Whoever
//! reads is a cursor, a number: one that does not read costs nothing, and one that has fallen
//! behind what the ring keeps is told so and goes to the log.
//!
//! ```text
//!   base            front                              end
//!    v                v                                 v
//!    7  (forgotten) | 8 | 9 | announced | 10 | reset | 9' |
//!                             ^                  ^
//!                             a reader           the log was rewound: behind it goes another lineage
//! ```
//!
//! Replay and live delivery both come out of it: a reader whose position is in the ring is live.
//! What is taken in extends the newest record, by its tag, or stands behind a `Reset`; so a reader
//! that goes from entry to entry misses nothing without being told.
//!
//! Nothing here is asynchronous, knows a store or reads a clock. The primitives that it is made of
//! are named in one place, `sync`: `scripts/loom` puts loom's there and runs the models, which are
//! in `ring/models.rs` and `wakers/models.rs`.

#[cfg(test)]
mod drained;
mod entry;
mod frame;
mod limits;
#[cfg(test)]
#[cfg(loom)]
mod model;
#[expect(clippy::module_inception, reason = "the module is named for it")]
mod ring;
mod round;
mod shard;
mod sync;
mod wakers;

#[cfg(test)]
use self::drained::Drained;
pub(crate) use self::{
    entry::{Entry, Reset},
    frame::Frame,
    limits::RingLimits,
    ring::{Offer, Place, Ring},
    round::Round,
    wakers::{Slot, Wakers},
};
