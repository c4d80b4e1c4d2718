//! Reading a channel's log from a position of which anything may be true.

mod behind;
mod ends;
mod incarnation;

pub(super) use self::behind::{Behind, UNKNOWN};
