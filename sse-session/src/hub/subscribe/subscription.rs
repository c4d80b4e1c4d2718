//! What somebody subscribes to.

use sse_codec::LastEventId;

use crate::{
    Channel,
    hub::{EventIds, Identity, OnGap, OnLag, ResumeFrom},
};

/// What somebody subscribes to: one or more channels, up to 16, on one stream.
///
/// ```
/// use sse_session::{Channel, hub::{Identity, ResumeFrom, Subscription}};
///
/// let subscription = Subscription::to([Channel::try_from("prices")?])
///     .after(None)
///     .with_identity(Identity::new("user-7"))
///     .with_resume_from(ResumeFrom::Head);
/// # let _ = subscription;
/// # Ok::<(), sse_session::channel::InvalidChannel>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Subscription {
    pub(super) channels: Vec<Channel>,
    pub(super) after: Option<LastEventId>,
    pub(super) from_earliest: bool,
    pub(super) identity: Option<Identity>,
    pub(super) on_gap: Option<OnGap>,
    pub(super) resume_from: Option<ResumeFrom>,
    pub(super) on_lag: Option<OnLag>,
    pub(super) event_ids: Option<EventIds>,
}

impl Subscription {
    /// To these channels; one that is named twice counts once.
    pub fn to(channels: impl IntoIterator<Item = Channel>) -> Self {
        let mut names: Vec<Channel> = Vec::new();
        for channel in channels {
            // Longer than it may be is long enough to be refused.
            if names.len() <= Self::MAX_CHANNELS && !names.contains(&channel) {
                names.push(channel);
            }
        }
        Self {
            channels: names,
            after: None,
            from_earliest: false,
            identity: None,
            on_gap: None,
            resume_from: None,
            on_lag: None,
            event_ids: None,
        }
    }

    /// The channels.
    #[must_use]
    pub fn channels(&self) -> &[Channel] {
        &self.channels
    }

    /// And to this one.
    pub(crate) fn and(mut self, channel: Channel) -> Self {
        if !self.channels.contains(&channel) {
            self.channels.push(channel);
        }
        self
    }

    /// The most channels of a stream.
    pub const MAX_CHANNELS: usize = crate::cursor::CursorCodec::MAX_CHANNELS;

    /// Goes on where the client has stopped, if it says where. An id that says nothing of any of
    /// the channels is a gap, `unknown`; if it says something of some, the others are new to the
    /// client.
    pub fn after(mut self, last_event_id: impl Into<Option<LastEventId>>) -> Self {
        self.after = last_event_id.into();
        self
    }

    /// A client that is new to a channel gets all that is kept of it. By default it gets what comes
    /// from now on.
    pub const fn from_earliest(mut self) -> Self {
        self.from_earliest = true;
        self
    }

    /// Who subscribes, for the [`Authorizer`](crate::hub::Authorizer) and for
    /// [`Hub::revoke`](crate::hub::Hub::revoke).
    pub fn with_identity(mut self, identity: Identity) -> Self {
        self.identity = Some(identity);
        self
    }

    /// What is done at a gap, if not what the hub does.
    pub fn with_on_gap(mut self, on_gap: OnGap) -> Self {
        self.on_gap = Some(on_gap);
        self
    }

    /// Where the stream goes on behind a gap, if not where the hub's do.
    pub const fn with_resume_from(mut self, resume_from: ResumeFrom) -> Self {
        self.resume_from = Some(resume_from);
        self
    }

    /// Which events have an id, if not those of the hub's streams.
    pub const fn with_event_ids(mut self, ids: EventIds) -> Self {
        self.event_ids = Some(ids);
        self
    }

    /// What becomes of the subscriber if it is too slow, if not what the hub does.
    pub const fn with_on_lag(mut self, on_lag: OnLag) -> Self {
        self.on_lag = Some(on_lag);
        self
    }
}
