//! Taking a message into a session's inbox.

use super::{
    Accepted, InboxError, Message,
    inbox::{Shared, log},
    record::{NUMBER, Record},
};
use crate::randomness::{self, NoRandomness};
use crate::{
    session::{SessionAddress, hash},
    store::{Append, IdempotencyKey, ReadFrom, ReadLimit, Retention, StoreError},
};

/// So often it is tried where it is not known whether it was done.
const ATTEMPTS: usize = 4;

/// More than nodes that take messages of one session in the same moment.
const BEYOND: u64 = 1024;

impl Shared {
    pub(super) async fn append(
        &self,
        session: SessionAddress,
        message: Message,
    ) -> Result<Accepted, InboxError> {
        let log = log(session);
        let record = Record {
            number: number(&message)?,
            content_type: message.content_type,
            body: message.body,
        };
        let payload = record.to_bytes();

        // What waits is what the log has: the holder trims what was handled.
        let limit = ReadLimit {
            max_records: self.settings.max_messages,
            max_bytes: self.settings.max_bytes,
        };
        let waiting = self.store.read(&log, ReadFrom::Earliest, limit).await?;
        let records = &waiting.records;
        let bytes: usize = records.iter().map(|record| record.payload.len()).sum();
        let full = waiting.more
            || records.len() >= self.settings.max_messages
            || (!records.is_empty() && bytes + payload.len() > self.settings.max_bytes);
        if full {
            // It is no reason to refuse what waits already.
            let same = records.iter().find(|waiting| {
                Record::from_bytes(&waiting.payload)
                    .is_some_and(|waiting| waiting.number == record.number)
            });
            let waiting = same.ok_or_else(|| self.full())?;
            return Ok(Accepted {
                position: Some(waiting.position),
                duplicate: true,
            });
        }

        let mut append = Append::new(payload, randomness::tag()?);
        append.key = Some(IdempotencyKey {
            key: record.number.to_vec().into(),
            window: self.settings.window,
        });
        // Never fewer than may wait: what is trimmed by it was handled.
        let most = u64::try_from(self.settings.max_messages).unwrap_or(u64::MAX);
        append.retention =
            Retention::records(most.saturating_add(BEYOND)).with_max_age(self.settings.max_wait);
        let mut attempt = 1;
        loop {
            match self.store.append(&log, append.clone()).await {
                // With the same key and tag.
                Err(StoreError::OutcomeUnknown { .. }) if attempt < ATTEMPTS => attempt += 1,
                Err(StoreError::TooLarge { max_bytes }) => {
                    let bytes = record.body.len();
                    return Err(InboxError::TooLarge { bytes, max_bytes });
                }
                Err(error) => return Err(error.into()),
                Ok(appended) => {
                    let duplicate = appended.duplicate && message.key.is_some();
                    if duplicate {
                        self.was_refused(session, &record.number).await?;
                    }
                    return Ok(Accepted {
                        position: Some(appended.position),
                        duplicate,
                    });
                }
            }
        }
    }
}

/// By which a message is the same one within its session.
pub(super) fn number(message: &Message) -> Result<[u8; NUMBER], NoRandomness> {
    match &message.key {
        Some(key) => Ok(hash(&[b"client key", key.as_str().as_bytes()])),
        None => {
            let mut number = [0; NUMBER];
            randomness::fill(&mut number)?;
            Ok(number)
        }
    }
}
