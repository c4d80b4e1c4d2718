//! Handling a message on the node that has received it.

use core::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};

use super::{
    Accepted, InboxError, Message, ReceivedMessage, append::number, attempt::attempt, inbox::Shared,
};
use crate::randomness::{self, NoRandomness};
use crate::{
    hub::Identity,
    keeper::put,
    session::{SessionAddress, hash, text},
    store::{Expect, Key, Put},
};

/// What is noted of a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Note {
    InProgress = 1,
    Handled = 2,
}

/// A note outlives the handler by this.
const SPARE: Duration = Duration::from_secs(5);

impl Shared {
    pub(super) async fn handle_here(
        &self,
        session: SessionAddress,
        identity: Option<Identity>,
        message: Message,
    ) -> Result<Accepted, InboxError> {
        let number = number(&message)?;
        let id = hash(&[b"inbox message", &session.to_bytes(), &number]);
        let key = Key::new("inbox-key", &text(&id));
        let accepted = |duplicate| Accepted {
            position: None,
            duplicate,
        };
        let mut claim = None;
        if message.key.is_some() {
            match self.claim(&key).await? {
                Claim::Ours(revision) => claim = Some(revision),
                Claim::Handled => return Ok(accepted(true)),
            }
        }
        let received = ReceivedMessage {
            session,
            identity,
            id: Bytes::copy_from_slice(&id),
            content_type: message.content_type,
            body: message.body,
            position: None,
            fence: None,
            attempt: 1,
        };
        let time = self.settings.handler_timeout;
        let handled = attempt(&*self.handler, &received, time).await;
        if let Some(revision) = claim {
            let expect = Expect::Revision(revision);
            // It was handled, or not, whatever the store says to it: without a note it may be handled again, which
            // is what is promised.
            if handled.is_ok() {
                let window = Some(self.settings.window);
                _ = put(&*self.store, &key, &note(Note::Handled)?, expect, window).await;
            } else {
                _ = self.store.remove(&key, expect).await;
            }
        }
        handled.map_err(|source| InboxError::Handler { source })?;
        Ok(accepted(false))
    }

    /// Of several nodes that get a message with the same key, one handles it.
    async fn claim(&self, key: &Key) -> Result<Claim, InboxError> {
        let ttl = Some(self.settings.handler_timeout.saturating_add(SPARE));
        let value = note(Note::InProgress)?;
        match put(&*self.store, key, &value, Expect::Absent, ttl).await? {
            Put::Stored { revision } => Ok(Claim::Ours(revision)),
            Put::Conflict {
                current: Some(entry),
            } if entry.value.first() == Some(&(Note::Handled as u8)) => Ok(Claim::Handled),
            Put::Conflict { .. } => Err(InboxError::InProgress),
        }
    }
}

enum Claim {
    Ours(u64),
    Handled,
}

/// With a number that no other writing of it has, by which it is known whether it was written.
fn note(note: Note) -> Result<Bytes, NoRandomness> {
    let mut bytes = BytesMut::with_capacity(9);
    bytes.put_u8(note as u8);
    bytes.put_u64(randomness::number()?);
    Ok(bytes.freeze())
}
