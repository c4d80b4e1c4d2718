//! Who is told.

use core::{fmt, time::Duration};

use super::{InboxOutcome, Replay, SessionChange, SlotOutcome, StoreCall, Taken};
use crate::{
    Channel,
    hub::{Gap, OnLag, PublishError, Published},
};

/// What happens on a hub and on what is built over it, told as it happens.
///
/// The methods are called on the hot path, from any thread: they must not block. All times are of
/// tokio's clock.
///
/// Channels are told by name, for those who sort them; names of channels, of users and of sessions
/// do not belong into labels or logs. A channel may be the own one of a session: its `Debug` does
/// not tell.
#[expect(unused_variables, reason = "by default nothing is done")]
pub trait HubObserver: fmt::Debug + Send + Sync + 'static {
    /// An event was acknowledged, so long after [`Hub::publish`](crate::hub::Hub::publish) was asked;
    /// further attempts are in it.
    fn published(&self, channel: &Channel, published: &Published, took: Duration) {}

    /// An event was not published.
    fn not_published(&self, channel: &Channel, error: &PublishError) {}

    /// An event was sent to those who are here, without a place in the log.
    fn announced(&self, channel: &Channel) {}

    /// A stream of one or more channels was opened.
    fn subscribed(&self) {}

    /// It was dropped.
    fn unsubscribed(&self) {}

    /// A stream has taken a batch out of a channel's ring, and gives it out now.
    fn taken(&self, channel: &Channel, taken: &Taken) {}

    /// What a stream had to take next was not in the ring any more.
    fn fell_behind(&self, channel: &Channel, policy: OnLag) {}

    /// A gap was written into a stream.
    fn gap(&self, gap: &Gap) {}

    /// Somebody has come back to a channel, with an id that says where it was.
    fn returned(&self, channel: &Channel, replay: Replay) {}

    /// A stream has read so many events of a channel from the store, in one page.
    fn read(&self, channel: &Channel, events: usize) {}

    /// What this node sees of a session has changed.
    fn session(&self, change: SessionChange) {}

    /// A message for an inbox was taken, or was not.
    fn message(&self, outcome: InboxOutcome) {}

    /// This node holds a session's presence on one more channel.
    fn present(&self) {}

    /// It holds it no more.
    fn absent(&self) {}

    /// A slot was asked for, or was taken from somebody.
    fn slot(&self, outcome: SlotOutcome) {}

    /// A store has answered, or was not waited for: from a
    /// [`MeasuredStore`](super::MeasuredStore).
    fn store_call(&self, call: StoreCall) {}
}
