//! What the tests of the store on NATS share.

pub(crate) mod harness;
