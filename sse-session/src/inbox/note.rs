//! What is noted of a client's key.

use bytes::{BufMut, Bytes, BytesMut};

use super::{InboxError, MessageRefusal, inbox::Shared, record::NUMBER};
use crate::{
    keeper::put,
    randomness::{self, NoRandomness},
    session::{SessionAddress, hash, text},
    store::{Expect, Key, StoreError},
};

/// What is noted of a key, as `kind:1 | random:8 | refusal`: by its random number it is known whether it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Note {
    InProgress,
    Handled,
    Refused(MessageRefusal),
}

impl Note {
    pub(super) fn to_bytes(&self) -> Result<Bytes, NoRandomness> {
        let mut bytes = BytesMut::with_capacity(11 + MessageRefusal::MAX_CODE_BYTES);
        bytes.put_u8(match self {
            Self::InProgress => 1,
            Self::Handled => 2,
            Self::Refused(_) => 3,
        });
        bytes.put_u64(randomness::number()?);
        if let Self::Refused(refusal) = self {
            refusal.put(&mut bytes);
        }
        Ok(bytes.freeze())
    }

    /// What is none of ours is one that is not settled.
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let settled = match bytes.split_first() {
            Some((2, _)) => Some(Self::Handled),
            Some((3, rest)) => {
                let refusal = rest.get(8..).and_then(MessageRefusal::from_bytes);
                refusal.map(Self::Refused)
            }
            _ => None,
        };
        settled.unwrap_or(Self::InProgress)
    }
}

/// The id of a message: the same each time, and no other's.
pub(super) fn message_id(session: SessionAddress, number: &[u8; NUMBER]) -> [u8; 16] {
    hash(&[b"inbox message", &session.to_bytes(), number])
}

/// Where it is noted what became of a message.
pub(super) fn note_key(id: &[u8; 16]) -> Key {
    Key::new("inbox-key", &text(id))
}

impl Shared {
    /// A message that was accepted is refused by its handler: notes it for who sends it again.
    pub(super) async fn note_refusal(&self, id: &[u8; 16], refusal: MessageRefusal) {
        if let Ok(note) = Note::Refused(refusal).to_bytes() {
            let window = Some(self.settings.window);
            let key = note_key(id);
            // Without it who sends it again is told what was told the first time, that it is accepted.
            _ = put(&*self.store, &key, &note, Expect::Absent, window).await;
        }
    }

    /// Whether a message that was accepted was refused by its handler since.
    pub(super) async fn was_refused(
        &self,
        session: SessionAddress,
        number: &[u8; NUMBER],
    ) -> Result<(), InboxError> {
        let key = note_key(&message_id(session, number));
        let entry = self
            .store
            .get(&key)
            .await
            .map_err(|source: StoreError| InboxError::Store { source })?;
        match entry.map(|entry| Note::from_bytes(&entry.value)) {
            Some(Note::Refused(refusal)) => Err(InboxError::Refused { refusal }),
            _ => Ok(()),
        }
    }
}
