//! Handling a message on the node that has received it.

use core::{
    future::{pending, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use bytes::Bytes;
use tokio::time::sleep;

use super::{
    Accepted, HandlerError, InboxError, Message, ReceivedMessage,
    append::number,
    attempt::attempt,
    inbox::Shared,
    note::{Note, message_id, note_key},
};
use crate::{
    hub::Identity,
    keeper::put,
    session::SessionAddress,
    store::{Expect, Key, Put},
};

/// How long a key is claimed for: if the node crashes, so long nobody handles the message.
const CLAIM: Duration = Duration::from_secs(10);

/// How often a claim is renewed.
const RENEWAL: Duration = Duration::from_secs(3);

impl Shared {
    pub(super) async fn handle_here(
        &self,
        session: SessionAddress,
        identity: Option<Identity>,
        message: Message,
    ) -> Result<Accepted, InboxError> {
        let id = message_id(session, &number(&message)?);
        let key = note_key(&id);
        let accepted = |duplicate| Accepted {
            position: None,
            duplicate,
        };
        let mut claim = None;
        if message.key.is_some() {
            match self.claim(&key).await? {
                Claim::Ours(revision) => claim = Some(revision),
                Claim::Settled => return Ok(accepted(true)),
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
        let handled = self.handle_claimed(&received, &key, claim).await;
        let handled = handled.map_err(InboxError::from);
        if let Some(revision) = claim {
            let expect = Expect::Revision(revision);
            let note = match &handled {
                Ok(()) => Some(Note::Handled),
                Err(InboxError::Refused { refusal }) => Some(Note::Refused(refusal.clone())),
                Err(_) => None,
            };
            // It was handled, or not, whatever the store says to it: without a note it may be handled again, which
            // is what is promised.
            if let Some(note) = note {
                let window = Some(self.settings.window);
                _ = put(&*self.store, &key, &note.to_bytes()?, expect, window).await;
            } else {
                _ = self.store.remove(&key, expect).await;
            }
        }
        handled.map(|()| accepted(false))
    }

    /// Handles it, and renews the claim as long as that takes.
    async fn handle_claimed(
        &self,
        message: &ReceivedMessage,
        key: &Key,
        claim: Option<u64>,
    ) -> Result<(), HandlerError> {
        let time = self.settings.handler_timeout;
        let mut handling = pin!(attempt(&*self.handler, message, time));
        let mut renewing = pin!(async {
            let Some(revision) = claim else {
                return pending::<()>().await;
            };
            loop {
                sleep(RENEWAL).await;
                // If the store is away, so it is for others.
                _ = self.store.extend(key, revision, CLAIM).await;
            }
        });
        poll_fn(|cx| match handling.as_mut().poll(cx) {
            Poll::Ready(handled) => Poll::Ready(handled),
            Poll::Pending => renewing.as_mut().poll(cx).map(|()| Ok(())),
        })
        .await
    }

    /// Of several nodes that get a message with the same key, one handles it.
    async fn claim(&self, key: &Key) -> Result<Claim, InboxError> {
        let value = Note::InProgress.to_bytes()?;
        match put(&*self.store, key, &value, Expect::Absent, Some(CLAIM)).await? {
            Put::Stored { revision } => Ok(Claim::Ours(revision)),
            Put::Conflict {
                current: Some(entry),
            } => match Note::from_bytes(&entry.value) {
                Note::Handled => Ok(Claim::Settled),
                Note::Refused(refusal) => Err(InboxError::Refused { refusal }),
                Note::InProgress => Err(InboxError::InProgress),
            },
            Put::Conflict { current: None } => Err(InboxError::InProgress),
        }
    }
}

enum Claim {
    Ours(u64),
    /// It was handled.
    Settled,
}
