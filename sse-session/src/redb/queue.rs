//! What waits to be written.

use std::sync::{Arc, mpsc};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::{
    batch::{Applied, Batch},
    failure::Failure,
};
use crate::store::StoreError;

/// What an operation takes of the room besides its bytes.
const OPERATION_BYTES: usize = 512;
/// No more than the semaphore can count.
const MOST_BYTES: usize = 1 << 30;

/// What the thread that writes is told.
pub(super) enum Message {
    Operation(Box<dyn Operation>),
    /// Write what came before, and close the file.
    Close(oneshot::Sender<()>),
}

/// An operation that waits, and who waits for it.
pub(super) trait Operation: Send {
    /// Does it in a transaction. With an error the whole batch fails.
    fn apply(&mut self, batch: &mut Batch<'_>) -> Result<(), ::redb::Error>;

    /// Answers, when the batch was committed or has failed.
    fn answer(self: Box<Self>, outcome: Result<(), Failure>);

    /// What it takes of the room.
    fn bytes(&self) -> usize;
}

/// The way to the thread that writes.
#[derive(Debug)]
pub(super) struct Queue {
    messages: mpsc::Sender<Message>,
    room: Arc<Semaphore>,
    max_bytes: usize,
}

impl Queue {
    pub(super) fn new(max_bytes: usize) -> (Self, mpsc::Receiver<Message>) {
        let max_bytes = max_bytes.clamp(OPERATION_BYTES, MOST_BYTES);
        let (messages, received) = mpsc::channel();
        let queue = Self {
            messages,
            room: Arc::new(Semaphore::new(max_bytes)),
            max_bytes,
        };
        (queue, received)
    }

    /// Lets something be done. Dropped, it is not done if the thread has not come to it yet.
    pub(super) async fn submit<T: Send + 'static>(
        &self,
        bytes: usize,
        apply: impl FnOnce(&mut Batch<'_>) -> Applied<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let bytes = bytes.saturating_add(OPERATION_BYTES).min(self.max_bytes);
        let room = Arc::clone(&self.room);
        let room = room.acquire_many_owned(u32::try_from(bytes).unwrap_or(u32::MAX));
        let room = room.await.map_err(|_| StoreError::Closed)?;
        let (reply, answer) = oneshot::channel();
        let waiting = Waiting {
            apply: Some(apply),
            applied: None,
            reply,
            bytes,
            _room: room,
        };
        let message = Message::Operation(Box::new(waiting));
        self.messages
            .send(message)
            .map_err(|_| StoreError::Closed)?;
        // The thread answers all that it has taken; what it has not when it ends was not done.
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Lets the thread end.
    pub(super) fn close(&self) -> oneshot::Receiver<()> {
        self.room.close();
        let (closed, is_closed) = oneshot::channel();
        // Closed already otherwise.
        let _ = self.messages.send(Message::Close(closed));
        is_closed
    }
}

struct Waiting<T, A> {
    apply: Option<A>,
    applied: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
    bytes: usize,
    _room: OwnedSemaphorePermit,
}

impl<T: Send, A: FnOnce(&mut Batch<'_>) -> Applied<T> + Send> Operation for Waiting<T, A> {
    fn apply(&mut self, batch: &mut Batch<'_>) -> Result<(), ::redb::Error> {
        if let Some(apply) = self.apply.take()
            && !self.reply.is_closed()
        {
            self.applied = Some(apply(batch)?);
        }
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<(), Failure>) {
        let answer = match outcome {
            Ok(()) => self.applied,
            Err(failure) => Some(Err(failure.into())),
        };
        if let Some(answer) = answer {
            // Dropped meanwhile otherwise.
            let _ = self.reply.send(answer);
        }
    }

    fn bytes(&self) -> usize {
        self.bytes
    }
}
