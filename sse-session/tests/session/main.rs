//! Sessions, active devices, slots and presence over stores that behave as stores may.

#![cfg(feature = "conformance")]
#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

mod closing;
mod lifecycle;
mod logins;
mod own_log;
mod presence;
mod slots;
mod stalled;
mod supersede;
mod support;
mod times;
