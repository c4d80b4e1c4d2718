//! What is refused before anything is done.

use bytes::Bytes;

use crate::store::{Append, Member, StoreError};

/// The longest idempotency key, in bytes.
const MAX_KEY_BYTES: usize = 64;
/// The longest value of the registry, in bytes.
const MAX_VALUE_BYTES: usize = 64 << 10;
/// The longest id of a member, in bytes.
const MAX_ID_BYTES: usize = 128;
/// The most that is known of a member, in bytes.
const MAX_NOTE_BYTES: usize = 256;

pub(crate) fn append(append: &Append, max_payload_bytes: usize) -> Result<(), StoreError> {
    payload(&append.payload, max_payload_bytes)?;
    if append.tag == 0 {
        return Err(StoreError::Configuration {
            problem: "the tag of a record is 0".into(),
        });
    }
    let Some(key) = &append.key else {
        return Ok(());
    };
    if key.key.is_empty() {
        return Err(StoreError::Configuration {
            problem: "an idempotency key is empty".into(),
        });
    }
    at_most(&key.key, MAX_KEY_BYTES)
}

pub(crate) fn payload(payload: &Bytes, max_payload_bytes: usize) -> Result<(), StoreError> {
    at_most(payload, max_payload_bytes)
}

pub(crate) fn value(value: &Bytes) -> Result<(), StoreError> {
    at_most(value, MAX_VALUE_BYTES)
}

pub(crate) fn member(member: &Member) -> Result<(), StoreError> {
    at_most(&member.id, MAX_ID_BYTES)?;
    at_most(&member.note, MAX_NOTE_BYTES)
}

fn at_most(bytes: &Bytes, max_bytes: usize) -> Result<(), StoreError> {
    if bytes.len() > max_bytes {
        return Err(StoreError::TooLarge { max_bytes });
    }
    Ok(())
}
