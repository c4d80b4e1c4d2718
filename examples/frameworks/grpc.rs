//! The gRPC service of the tonic program: its messages, and what tonic's generator makes of it.
//!
//! A service of one's own has a `.proto` file and a build script instead. This one is described in
//! `tests/frameworks/generated.rs`, so that building it needs no `protoc`.

/// Which tick is next?
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct NextRequest {
    /// The number of the tick before it.
    #[prost(uint64, tag = "1")]
    pub(crate) after: u64,
}

/// Which ticks come?
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct FollowRequest {
    /// The number of the tick before the first one.
    #[prost(uint64, tag = "1")]
    pub(crate) after: u64,
    /// How many; none means that there is no end.
    #[prost(uint64, optional, tag = "2")]
    pub(crate) at_most: Option<u64>,
}

/// A tick.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct TickReply {
    /// Its number.
    #[prost(uint64, tag = "1")]
    pub(crate) number: u64,
}

pub(crate) use generated::{ticks_client, ticks_server};

mod generated {
    #![allow(unreachable_pub, unused_qualifications, reason = "not written by hand")]

    use super::{FollowRequest, NextRequest, TickReply};

    include!("grpc/ticks.Ticks.rs");
}
