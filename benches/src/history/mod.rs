//! What a store keeps: coming back to it, and adding to it.
//!
//! - [`kept`]: a hub over a store in which a million events are kept;
//! - [`replay`]: all of 100,000 events, from the ring and from the log;
//! - [`resume`]: how long it takes until the first of them comes, wherever the client was;
//! - [`append`]: appends per second of the store in a file, beside a plain transaction for each;
//! - [`markdown`]: the tables.

pub mod append;
pub mod kept;
pub mod markdown;
pub mod replay;
pub mod resume;
