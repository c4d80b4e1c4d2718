//! Why an attachment is over.

use bytes::Bytes;

/// Why an attachment is over before it was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttachmentEnd {
    /// The user is active on another device. The client's next request is to be answered with 204.
    Superseded,
    /// The client has come back: the session is attached elsewhere.
    TakenOver,
    /// The session was closed.
    Closed,
    /// The session is not there any more.
    Expired,
    /// Nothing was heard of the store for too long, and another device may be the active one by now. The
    /// client may come back.
    LeaseLost,
}

/// That, with what is to be said last.
#[derive(Debug, Clone)]
pub(super) struct Over {
    pub(super) end: AttachmentEnd,
    /// Empty: nothing.
    pub(super) farewell: Bytes,
}

impl From<AttachmentEnd> for Over {
    fn from(end: AttachmentEnd) -> Self {
        let farewell = Bytes::new();
        Self { end, farewell }
    }
}
