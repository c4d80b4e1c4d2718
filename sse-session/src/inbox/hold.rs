//! Holding a session's inbox.

use core::{fmt, time::Duration};
use std::sync::Arc;

use bytes::Bytes;
use tokio::time::timeout;

use super::{
    Inbox, InboxError, ReceivedMessage,
    attempt::attempt,
    holders::Holder,
    inbox::{Shared, log},
    note::message_id,
    record::Record,
    settings::Handling,
};
use crate::{
    hub::Identity,
    session::{Attachment, Lease},
    store::{self, LogName, ReadFrom, ReadLimit, StoreError},
};

/// So many messages are read at once.
const PAGE: ReadLimit = ReadLimit {
    max_records: 32,
    max_bytes: 256 * 1024,
};

impl Inbox {
    /// Handles the messages of a session on this node, for as long as what this gives is kept and nobody else has
    /// attached: keep it with the session's stream. On the receiving node there is nothing to hold, and this does
    /// nothing.
    ///
    /// They are handled one after the other, beginning with the oldest that was not acknowledged, and each is
    /// acknowledged before the next one is begun.
    #[must_use = "dropped, messages are not handled here any more"]
    pub fn hold(&self, attachment: &Attachment) -> InboxHold {
        let shared = self.shared();
        if shared.settings.handling == Handling::AtReceiver {
            return InboxHold { held: None };
        }
        let log = log(attachment.address());
        let holder = Arc::new(Holder::default());
        {
            let watch = shared.watch.lock();
            let first = shared.holders.insert(log.clone(), Arc::clone(&holder));
            if let (true, Some(watch)) = (first, &*watch) {
                watch.add(&log);
            }
        }
        let held = Held {
            shared: Arc::clone(shared),
            log,
            holder,
        };
        let handling = HandlingLoop {
            shared: Arc::clone(shared),
            log: held.log.clone(),
            holder: Arc::clone(&held.holder),
            lease: attachment.lease(),
            identity: attachment.identity().cloned(),
        };
        shared.spawn(handling.run());
        InboxHold { held: Some(held) }
    }
}

/// This node handles the messages of a session, until this is dropped: then the one that is being handled is the last.
#[must_use = "dropped, messages are not handled here any more"]
pub struct InboxHold {
    held: Option<Held>,
}

struct Held {
    shared: Arc<Shared>,
    log: LogName,
    holder: Arc<Holder>,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.holder.stop();
        let watch = self.shared.watch.lock();
        let last = self.shared.holders.remove(&self.log, &self.holder);
        if let (true, Some(watch)) = (last, &*watch) {
            watch.remove(&self.log);
        }
    }
}

impl fmt::Debug for InboxHold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboxHold")
            .field("holds", &self.held.is_some())
            .finish()
    }
}

/// Reads an inbox in order, handles and acknowledges.
struct HandlingLoop {
    shared: Arc<Shared>,
    log: LogName,
    holder: Arc<Holder>,
    lease: Lease,
    identity: Option<Identity>,
}

/// Somebody else handles the messages from now on, or nobody.
struct Over;

impl HandlingLoop {
    async fn run(self) {
        let mut patience = Patience::default();
        while !self.is_over() {
            match self.handle_page().await {
                Ok(true) => patience = Patience::default(),
                Ok(false) => self.holder.wake.notified().await,
                Err(None) => return,
                Err(Some(_)) => self.wait(&mut patience).await,
            }
        }
    }

    fn is_over(&self) -> bool {
        self.holder.is_stopped() || self.lease.over().is_some()
    }

    /// Whether there was anything; `Err(None)` if it is over.
    async fn handle_page(&self) -> Result<bool, Option<StoreError>> {
        let store = &*self.shared.store;
        let page = store.read(&self.log, ReadFrom::Earliest, PAGE).await?;
        if page.records.is_empty() {
            self.holder.has_seen(page.head);
            return Ok(false);
        }
        // Whoever was stopped for a while and does not know that it was fenced off begins nothing.
        let fence = self.lease.fence();
        let current = store.get(&fence.key).await?;
        if current.is_none_or(|entry| entry.revision != fence.revision) {
            return Err(None);
        }
        for record in &page.records {
            self.handle(record).await.map_err(|Over| None)?;
            self.acknowledge(record).await.map_err(|Over| None)?;
        }
        Ok(true)
    }

    /// Until it is handled.
    async fn handle(&self, record: &store::Record) -> Result<(), Over> {
        let mut patience = Patience::default();
        let mut received = self.received(record);
        let id = received
            .as_ref()
            .and_then(|message| message.id.first_chunk().copied());
        loop {
            if self.is_over() {
                return Err(Over);
            }
            if let Some(message) = &mut received {
                message.attempt = message.attempt.saturating_add(1);
                let time = self.shared.settings.handler_timeout;
                let handled = attempt(&*self.shared.handler, message, time).await;
                match handled.map_err(InboxError::from) {
                    Ok(()) => return Ok(()),
                    Err(InboxError::Refused { refusal }) => {
                        if let Some(id) = &id {
                            self.shared.note_refusal(id, refusal).await;
                        }
                        return Ok(());
                    }
                    Err(_) => (),
                }
            }
            // What this node cannot read is for one of a newer version.
            self.wait(&mut patience).await;
        }
    }

    fn received(&self, record: &store::Record) -> Option<ReceivedMessage> {
        let Record {
            number,
            content_type,
            body,
        } = Record::from_bytes(&record.payload)?;
        let session = self.lease.address();
        let id = message_id(session, &number);
        Some(ReceivedMessage {
            session,
            identity: self.identity.clone(),
            id: Bytes::copy_from_slice(&id),
            content_type,
            body,
            position: Some(record.position),
            fence: Some(self.lease.fence().clone()),
            attempt: 0,
        })
    }

    /// Until the store has it. Before that nothing else is begun, or whoever comes next would begin it too.
    async fn acknowledge(&self, record: &store::Record) -> Result<(), Over> {
        let mut patience = Patience::default();
        let (through, fence) = (record.position.offset, self.lease.fence());
        loop {
            let fence = Some(fence.clone());
            match self.shared.store.trim(&self.log, through, fence).await {
                Ok(()) => {
                    self.holder.has_seen(Some(record.position));
                    return Ok(());
                }
                Err(StoreError::Fenced | StoreError::Closed) => return Err(Over),
                // One that was stopped meanwhile acknowledges what it has handled, if the store is there.
                Err(_) if self.is_over() => return Err(Over),
                Err(_) => self.wait(&mut patience).await,
            }
        }
    }

    /// Some time, later each time; not when it is to stop.
    async fn wait(&self, patience: &mut Patience) {
        let time = patience.next();
        let stopped = async {
            while !self.is_over() {
                self.holder.wake.notified().await;
            }
        };
        _ = timeout(time, stopped).await;
        // What has woken it may have been a message.
        self.holder.wake.notify_one();
    }
}

/// 50 ms, twice that each time, 5 s at most.
struct Patience {
    next: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            next: Duration::from_millis(50),
        }
    }
}

impl Patience {
    fn next(&mut self) -> Duration {
        let time = self.next;
        self.next = (time * 2).min(Duration::from_secs(5));
        time
    }
}
