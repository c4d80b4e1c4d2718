//! What the tests of the store in a file share.

pub(crate) mod harness;
mod steady;
