//! What the tests of the store on Redis share.

pub(crate) mod harness;
pub(crate) mod setup;
