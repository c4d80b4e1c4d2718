//! Idempotency keys.
//!
//! A record says which key it was appended with. Before anything is put behind it, the key is put into a stream of its own;
//! so all keys but that of the last message are found there, and that one in the message.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{
    clock::is_over,
    log_meta::Head,
    logs::wait_for_others,
    server::{Outcome, Server, meta, to_meta},
    streams::Kind,
};
use crate::store::{Position, StoreError};

/// Where the record of a key stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct KeyMeta {
    #[serde(rename = "e")]
    epoch: u64,
    #[serde(rename = "o")]
    offset: u64,
    #[serde(rename = "t")]
    tag: u32,
    /// Until when the key is remembered.
    #[serde(rename = "d")]
    pub(super) until: u64,
}

/// The record that was appended with this key within its window.
pub(super) async fn find(
    server: &Server,
    log_subject: &str,
    head: &Head,
    key_token: &str,
    now: u64,
) -> Result<Option<Position>, StoreError> {
    // Of a log that is not there nothing is remembered.
    let (Some(log), Some(last)) = (&head.meta, head.position()) else {
        return Ok(None);
    };
    if let Some((key, until)) = &log.key
        && key == key_token
        && !is_over(*until, now)
    {
        return Ok(Some(last));
    }
    if is_over(log.keys_until, now) {
        return Ok(None);
    }
    let subject = server.subjects.key(log_subject, key_token);
    let Some(stored) = server.last(Kind::Keys, &subject).await? else {
        return Ok(None);
    };
    let KeyMeta {
        epoch,
        offset,
        tag,
        until,
    } = meta(&stored.headers)?;
    let position = Position { epoch, offset, tag };
    Ok((epoch == log.epoch && !is_over(until, now)).then_some(position))
}

/// Puts the key of the last message where it is found when others are behind it.
pub(super) async fn index(
    server: &Server,
    log_subject: &str,
    head: &mut Head,
) -> Result<(), StoreError> {
    if head.is_indexed {
        return Ok(());
    }
    let key = head.meta.as_ref().and_then(|meta| meta.key.clone());
    let (Some((key, until)), Some(Position { epoch, offset, tag })) = (key, head.position()) else {
        return Ok(());
    };
    let subject = server.subjects.key(log_subject, &key);
    let new = KeyMeta {
        epoch,
        offset,
        tag,
        until,
    };
    let give_up = server.deadline();
    loop {
        let last = server.last(Kind::Keys, &subject).await?;
        let after = last.as_ref().map_or(0, |last| last.sequence);
        if let Some(last) = last {
            let there: KeyMeta = meta(&last.headers)?;
            // Somebody else was faster, or even further.
            if there.epoch == epoch && there.offset >= offset {
                break;
            }
        }
        let meta = to_meta(&new)?;
        let stored = server.store(Kind::Keys, &subject, &meta, Bytes::new(), after);
        if let Outcome::Stored(_) = stored.await? {
            break;
        }
        wait_for_others(give_up).await?;
    }
    head.is_indexed = true;
    Ok(())
}
