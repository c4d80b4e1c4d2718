//! The registry: how the scripts are called, and what their answers mean.

use core::time::Duration;

use ::redis::Value;
use bytes::Bytes;

use super::{
    answer::Answer,
    keys::Keys,
    script::{Call, EXTEND, PUT, REMOVE, milliseconds},
};
use crate::store::{Entry, Expect, Key, Put, StoreError};

pub(super) fn get(keys: &Keys, key: &Key) -> Call {
    Call::question("HMGET")
        .arg(keys.value(key))
        .arg(&["r", "v"])
}

pub(super) fn put(
    keys: &Keys,
    key: &Key,
    value: &Bytes,
    expect: Expect,
    ttl: Option<Duration>,
) -> Call {
    let ttl = ttl.map_or_else(String::new, |ttl| milliseconds(ttl).to_string());
    Call::script(&PUT, &[keys.value(key), keys.revision()])
        .arg(&**value)
        .arg(expected(expect))
        .arg(ttl)
}

pub(super) fn extend(keys: &Keys, key: &Key, revision: u64, ttl: Duration) -> Call {
    Call::script(&EXTEND, &[keys.value(key)])
        .arg(revision.to_string())
        .arg(milliseconds(ttl))
}

pub(super) fn remove(keys: &Keys, key: &Key, expect: Expect) -> Call {
    Call::script(&REMOVE, &[keys.value(key)]).arg(expected(expect))
}

fn expected(expect: Expect) -> String {
    match expect {
        Expect::Any => "any".to_owned(),
        Expect::Absent => "absent".to_owned(),
        Expect::Revision(revision) => revision.to_string(),
    }
}

/// A revision and its value, if they are there.
pub(super) fn entry(answer: Value) -> Result<Option<Entry>, StoreError> {
    read_entry(&mut Answer::new(answer)?)
}

pub(super) fn stored(answer: Value) -> Result<Put, StoreError> {
    let mut answer = Answer::new(answer)?;
    if answer.flag()? {
        let revision = answer.number()?;
        return Ok(Put::Stored { revision });
    }
    let current = if answer.is_empty() {
        None
    } else {
        read_entry(&mut answer)?
    };
    Ok(Put::Conflict { current })
}

fn read_entry(answer: &mut Answer) -> Result<Option<Entry>, StoreError> {
    let Some(revision) = answer.number_or_none()? else {
        return Ok(None);
    };
    let value = answer.bytes()?;
    Ok(Some(Entry { value, revision }))
}
