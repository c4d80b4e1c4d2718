//! What the store knows of a session.

use bytes::{BufMut, Bytes, BytesMut};

use super::{address::text, id::random};
use crate::randomness::NoRandomness;
use crate::store::{Fence, Key, LogName};

/// The first byte of what is written; another one is of another version.
const VERSION: u8 = 1;

/// What the store knows of a session, as long as it is remembered.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) closed: bool,
    /// It belongs to the active device of a user as long as this holds.
    pub(super) active: Option<ActiveFence>,
}

/// The fence of an active device: where, by its hash, and the revision.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct ActiveFence {
    pub(super) user: [u8; 16],
    pub(super) revision: u64,
}

impl ActiveFence {
    pub(super) fn key(&self) -> Key {
        Key::new("active", &text(&self.user))
    }

    /// Where it is told that another device is the active one.
    pub(super) fn control(&self) -> LogName {
        LogName::of_kind("control", &format!("active-{}", text(&self.user)))
    }

    pub(super) fn fence(&self) -> Fence {
        Fence {
            key: self.key(),
            revision: self.revision,
        }
    }
}

impl Record {
    /// With a number that no other writing of it has, by which it is known whether it was written.
    pub(super) fn to_bytes(&self) -> Result<Bytes, NoRandomness> {
        let mut bytes = BytesMut::with_capacity(42);
        bytes.put_u8(VERSION);
        bytes.put_slice(&random::<16>()?);
        bytes.put_u8(u8::from(self.closed));
        if let Some(active) = &self.active {
            bytes.put_slice(&active.user);
            bytes.put_u64(active.revision);
        }
        Ok(bytes.freeze())
    }

    /// `None` if it is none of ours.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (version, rest) = bytes.split_first()?;
        let (_, rest) = rest.split_at_checked(16)?;
        let (closed, rest) = rest.split_first()?;
        let active = match rest.split_at_checked(16) {
            None if rest.is_empty() => None,
            None => return None,
            Some((user, revision)) => Some(ActiveFence {
                user: user.try_into().ok()?,
                revision: u64::from_be_bytes(revision.try_into().ok()?),
            }),
        };
        (*version == VERSION && *closed <= 1).then_some(Self {
            closed: *closed == 1,
            active,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back_as_it_was_and_nothing_else_does() {
        let active = ActiveFence {
            user: [7; 16],
            revision: 1 << 40,
        };
        for record in [
            (false, None),
            (true, None),
            (false, Some(active)),
            (true, Some(active)),
        ] {
            let (closed, active) = record;
            let record = Record { closed, active };
            let bytes = record.to_bytes().unwrap();
            assert_ne!(bytes, record.to_bytes().unwrap());
            assert!(Record::from_bytes(&bytes).unwrap() == record);
            for cut in (0..bytes.len()).filter(|cut| *cut != 18) {
                assert!(Record::from_bytes(&bytes[..cut]).is_none(), "{cut}");
            }
        }
        assert!(Record::from_bytes(&[2; 18]).is_none());
    }
}
