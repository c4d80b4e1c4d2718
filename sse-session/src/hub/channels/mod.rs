//! The channels that somebody on this node is subscribed to.

mod active_channel;
mod arrivals;
mod attachment;
mod backstop;
mod catch_up;
mod hints;
mod table;
mod wake;

pub(super) use self::{
    active_channel::ActiveChannel, attachment::Attachment, backstop::watch_over, hints::Hints,
    table::Channels,
};
