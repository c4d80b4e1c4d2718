//! Each contender.

pub mod broadcast;
pub mod broadcast_stream;
pub mod hub;
pub mod mpsc;

pub use self::{
    broadcast::Broadcast, broadcast_stream::BroadcastStreams, hub::OurHub, mpsc::MpscPerConnection,
};

/// How many events of a channel are kept for those who are behind: as many as a hub does by
/// default.
const KEPT: usize = 256;
