//! What a store refuses before it does anything.
//!
//! The bounds that sentence S5 of the [contract](crate::store::SessionStore) has for all stores, for whoever writes one:
//! each function refuses what the contract says has to be refused, by the error that it says.
//!
//! ```
//! use bytes::Bytes;
//! use sse_session::store::{Append, StoreError, check};
//!
//! let value = Bytes::from(vec![0; check::MAX_VALUE_BYTES + 1]);
//! let refused = check::value(&value);
//! assert!(matches!(refused, Err(StoreError::TooLarge { max_bytes: 65_536 })));
//!
//! let append = Append::new(Bytes::from_static(b"payload"), 7);
//! assert!(check::append(&append, 1 << 20).is_ok());
//! ```

use bytes::Bytes;

use super::{Append, Member, StoreError};

/// The longest name of a log, a key or a set, in bytes, with the prefixes of tenants.
pub const MAX_NAME_BYTES: usize = 250;
/// What the longest payload has at least, in bytes.
pub const MIN_PAYLOAD_BYTES: usize = 64 << 10;
/// The longest idempotency key, in bytes.
pub const MAX_KEY_BYTES: usize = 64;
/// The longest value of the registry, in bytes.
pub const MAX_VALUE_BYTES: usize = 64 << 10;
/// The longest id of a member, in bytes.
pub const MAX_ID_BYTES: usize = 128;
/// The longest note of a member, in bytes.
pub const MAX_NOTE_BYTES: usize = 256;

/// An append, to a store that takes payloads up to `max_payload_bytes`.
///
/// # Errors
///
/// [`TooLarge`](StoreError::TooLarge): its payload or its key;
/// [`Configuration`](StoreError::Configuration): its tag is 0, or its key is empty.
pub fn append(append: &Append, max_payload_bytes: usize) -> Result<(), StoreError> {
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

/// The payload of a record or an announcement.
///
/// # Errors
///
/// [`TooLarge`](StoreError::TooLarge).
pub fn payload(payload: &Bytes, max_payload_bytes: usize) -> Result<(), StoreError> {
    at_most(payload, max_payload_bytes)
}

/// A value of the registry.
///
/// # Errors
///
/// [`TooLarge`](StoreError::TooLarge).
pub fn value(value: &Bytes) -> Result<(), StoreError> {
    at_most(value, MAX_VALUE_BYTES)
}

/// A member that joins.
///
/// # Errors
///
/// [`TooLarge`](StoreError::TooLarge): its id or its note.
pub fn member(member: &Member) -> Result<(), StoreError> {
    at_most(&member.id, MAX_ID_BYTES)?;
    at_most(&member.note, MAX_NOTE_BYTES)
}

/// The name of a log, a key or a set.
///
/// # Errors
///
/// [`TooLarge`](StoreError::TooLarge).
pub(super) fn name(name: &str) -> Result<(), StoreError> {
    at_most(name.as_bytes(), MAX_NAME_BYTES)
}

const fn at_most(bytes: &[u8], max_bytes: usize) -> Result<(), StoreError> {
    if bytes.len() > max_bytes {
        return Err(StoreError::TooLarge { max_bytes });
    }
    Ok(())
}
