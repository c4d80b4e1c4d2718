//! Somebody who is present.

use core::fmt;
use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};

use super::PresenceError;
use crate::{session::SessionAddress, store::Member};

/// A session that is present, and whose it is. Its `Debug` shows neither.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Present {
    session: SessionAddress,
    user: Option<Arc<str>>,
}

impl Present {
    /// The longest name of a user, in bytes.
    pub const MAX_USER_BYTES: usize = 200;

    pub(super) fn new(session: SessionAddress, user: Option<&str>) -> Result<Self, PresenceError> {
        let bytes = user.map_or(0, str::len);
        let max_bytes = Self::MAX_USER_BYTES;
        if bytes > max_bytes {
            return Err(PresenceError::UserTooLong { bytes, max_bytes });
        }
        let user = user.map(Arc::from);
        Ok(Self { session, user })
    }

    /// The session, which can be [told something](crate::session::Sessions::publish).
    #[must_use]
    pub const fn session(&self) -> SessionAddress {
        self.session
    }

    /// The user, if it is known who it is.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// In the store's set: a session that has moved is there more than once for a time, so that nobody takes it
    /// out for another.
    pub(super) fn to_member(&self, number: u64) -> Member {
        let mut id = BytesMut::with_capacity(24);
        id.put_slice(&self.session.to_bytes());
        id.put_u64(number);
        let mut note = BytesMut::new();
        if let Some(user) = &self.user {
            note.put_u8(b'+');
            note.put_slice(user.as_bytes());
        }
        Member {
            id: id.freeze(),
            note: note.freeze(),
        }
    }

    /// `None` if it is none of ours.
    pub(super) fn from_member(member: &Member) -> Option<Self> {
        let Member { id, note }: &Member = member;
        let session = SessionAddress::from_bytes(*id.first_chunk()?);
        let user = match note.strip_prefix(b"+") {
            Some(user) => Some(core::str::from_utf8(user).ok()?.into()),
            None => None,
        };
        Some(Self { session, user })
    }

    /// In the set of users.
    pub(super) fn to_user(&self) -> Option<Member> {
        let user = self.user.as_ref()?;
        let id = crate::session::hash(&[b"user", user.as_bytes()]);
        Some(Member {
            id: Bytes::copy_from_slice(&id),
            note: Bytes::new(),
        })
    }
}

impl fmt::Debug for Present {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Present(..)")
    }
}
