//! Sets: how the scripts are called, and what their answers mean.

use ::redis::Value;

use super::{
    answer::Answer,
    keys::Keys,
    script::{Call, JOIN, LEAVE, MEMBERS, milliseconds},
};
use crate::store::{Full, Join, Joined, Member, Members, SetName, StoreError};

pub(super) fn join(keys: &Keys, set: &SetName, member: &Member, join: Join) -> Call {
    let call = Call::script(&JOIN, &keys.set(set))
        .arg(&*member.id)
        .arg(&*member.note)
        .arg(milliseconds(join.ttl));
    match join.limit {
        None => call.arg("").arg(""),
        Some((limit, Full::Refuse)) => call.arg(limit).arg("refuse"),
        Some((limit, Full::EvictOldest)) => call.arg(limit).arg("evict"),
    }
}

pub(super) fn joined(answer: Value) -> Result<Joined, StoreError> {
    let mut answer = Answer::new(answer)?;
    if !answer.flag()? {
        return Ok(Joined::Refused);
    }
    Ok(Joined::Member {
        new: answer.flag()?,
        evicted: read_members(&mut answer)?,
    })
}

pub(super) fn leave(keys: &Keys, set: &SetName, member: &Member) -> Call {
    Call::script(&LEAVE, &keys.set(set))
        .arg(&*member.id)
        .arg(&*member.note)
}

pub(super) fn members(keys: &Keys, set: &SetName, first: usize) -> Call {
    // More are in no set.
    let first = first.min(u32::MAX as usize);
    Call::script(&MEMBERS, &keys.set(set)).arg(first)
}

pub(super) fn who(answer: Value) -> Result<Members, StoreError> {
    let mut answer = Answer::new(answer)?;
    Ok(Members {
        count: answer.number()?,
        first: read_members(&mut answer)?,
    })
}

fn read_members(answer: &mut Answer) -> Result<Vec<Member>, StoreError> {
    let mut members = Vec::new();
    while !answer.is_empty() {
        let (id, note) = (answer.bytes()?, answer.bytes()?);
        members.push(Member { id, note });
    }
    Ok(members)
}
