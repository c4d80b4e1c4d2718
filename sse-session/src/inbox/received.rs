//! A message as its handler gets it.

use core::fmt;

use bytes::Bytes;

use crate::{
    hub::Identity,
    session::SessionAddress,
    store::{Fence, Position},
};

/// A message as its [handler](super::InboxHandler) gets it. Cheap to clone.
#[derive(Clone)]
pub struct ReceivedMessage {
    pub(super) session: SessionAddress,
    pub(super) identity: Option<Identity>,
    pub(super) id: Bytes,
    pub(super) content_type: Bytes,
    pub(super) body: Bytes,
    pub(super) position: Option<Position>,
    pub(super) fence: Option<Fence>,
    pub(super) attempt: u32,
}

impl ReceivedMessage {
    /// Whose it is: [answers](crate::session::Sessions::publish) go there.
    #[must_use]
    pub const fn session(&self) -> SessionAddress {
        self.session
    }

    /// Whom the session is bound to.
    #[must_use]
    pub const fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// What the client has sent.
    #[must_use]
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// The media type that the client says it is of; empty if it says none.
    #[must_use]
    pub fn content_type(&self) -> &str {
        core::str::from_utf8(&self.content_type).unwrap_or_default()
    }

    /// 16 bytes that are the same each time that this message is handled, on whatever node, and no other's. As the
    /// [key](crate::hub::PublishOptions::with_key) of an answer it makes it one, however often it is given.
    #[must_use]
    pub const fn id(&self) -> &Bytes {
        &self.id
    }

    /// Where it stands in the session's inbox; `None` where it is handled without one.
    #[must_use]
    pub const fn position(&self) -> Option<Position> {
        self.position
    }

    /// What holds as long as no other node handles the session's messages, for an answer or whatever else the store
    /// is to do only then ([`PublishOptions::with_fence`](crate::hub::PublishOptions::with_fence)); `None` where
    /// any node may.
    #[must_use]
    pub const fn fence(&self) -> Option<&Fence> {
        self.fence.as_ref()
    }

    /// The how manyth time it is that it is handled on this node, from 1. Others may have tried before.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }
}

/// Without what the client has sent.
impl fmt::Debug for ReceivedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedMessage")
            .field("bytes", &self.body.len())
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}
