//! Sets of members: the last message of a set's subject is all of it.

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use serde::{Deserialize, Serialize};

use super::{
    clock::{deadline, is_over},
    failure::corrupt,
    logs::wait_for_others,
    server::{Outcome, Server, to_meta},
    streams::Kind,
    turns::Turns,
};
use crate::store::{Full, Join, Joined, Member, Members, SetName, StoreError};

/// What a message of a set says besides its members.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SetMeta {
    /// When the last membership is over.
    #[serde(rename = "d")]
    pub(super) until: u64,
}

/// Who is in a set, the first one first, and until when.
#[derive(Debug, Default)]
struct Set {
    members: Vec<(u64, Member)>,
}

/// All sets.
#[derive(Debug, Default)]
pub(super) struct Sets {
    turns: Turns<()>,
}

impl Sets {
    pub(super) async fn join(
        &self,
        server: &Server,
        name: &SetName,
        member: Member,
        join: Join,
    ) -> Result<Joined, StoreError> {
        self.change(server, name, |set, now| {
            let joined = set.join(member.clone(), join, now);
            let changed = joined != Joined::Refused;
            (joined, changed)
        })
        .await
    }

    pub(super) async fn leave(
        &self,
        server: &Server,
        name: &SetName,
        member: &Member,
    ) -> Result<bool, StoreError> {
        self.change(server, name, |set, _| {
            let before = set.members.len();
            set.members.retain(|(_, there)| there != member);
            let left = set.members.len() < before;
            (left, left)
        })
        .await
    }

    async fn change<T>(
        &self,
        server: &Server,
        name: &SetName,
        change: impl Fn(&mut Set, u64) -> (T, bool),
    ) -> Result<T, StoreError> {
        let subject = server.subjects.set(name);
        let turn = self.turns.of(&subject);
        let _turn = turn.lock().await;
        let give_up = server.deadline();
        loop {
            let (after, mut set, now) = read(server, &subject).await?;
            let (given, changed) = change(&mut set, now);
            if !changed {
                return Ok(given);
            }
            let until = set.members.iter().map(|(until, _)| *until).max();
            let meta = to_meta(&SetMeta {
                until: until.unwrap_or(0),
            })?;
            let encoded = set.encode();
            let max_bytes = server.client.max_payload().saturating_sub(1 << 10);
            if encoded.len() > max_bytes {
                return Err(StoreError::TooLarge { max_bytes });
            }
            let stored = server.store(Kind::State, &subject, &meta, encoded, after);
            if let Outcome::Stored(_) = stored.await? {
                return Ok(given);
            }
            wait_for_others(give_up).await?;
        }
    }
}

pub(super) async fn members(
    server: &Server,
    name: &SetName,
    first: usize,
) -> Result<Members, StoreError> {
    let (_, set, _) = read(server, &server.subjects.set(name)).await?;
    let count = set.members.len() as u64;
    let first = set.members.into_iter().take(first);
    Ok(Members {
        count,
        first: first.map(|(_, member)| member).collect(),
    })
}

/// The sequence of the last message, who is in the set, and what time it is.
async fn read(server: &Server, subject: &str) -> Result<(u64, Set, u64), StoreError> {
    let stored = server.last(Kind::State, subject).await?;
    let now = server.clock.now();
    let Some(stored) = stored else {
        return Ok((0, Set::default(), now));
    };
    let mut set = Set::decode(stored.payload)?;
    set.members.retain(|(until, _)| !is_over(*until, now));
    Ok((stored.sequence, set, now))
}

impl Set {
    /// Lets one join. Who has expired has been removed.
    fn join(&mut self, member: Member, join: Join, now: u64) -> Joined {
        let there = self.members.iter().position(|(_, it)| it.id == member.id);
        let mut evicted = Vec::new();
        if let Some((limit, full)) = join.limit {
            // Those who may stay beside this one.
            let others = (limit as usize).saturating_sub(1);
            let is_full = limit == 0 || self.members.len() > others;
            if there.is_none() && is_full && (limit == 0 || full == Full::Refuse) {
                return Joined::Refused;
            }
            if full == Full::EvictOldest {
                let mut surplus =
                    (self.members.len() - usize::from(there.is_some())).saturating_sub(others);
                self.members.retain(|(_, it)| {
                    let goes = surplus > 0 && it.id != member.id;
                    if goes {
                        surplus -= 1;
                        evicted.push(it.clone());
                    }
                    !goes
                });
            }
        }
        let until = deadline(now, join.ttl);
        match self.members.iter_mut().find(|(_, it)| it.id == member.id) {
            Some(there) => *there = (until, member),
            None => self.members.push((until, member)),
        }
        Joined::Member {
            new: there.is_none(),
            evicted,
        }
    }

    /// For each member its deadline, the lengths of id and note, and both of them.
    fn encode(&self) -> Bytes {
        let mut encoded = BytesMut::new();
        for (until, Member { id, note }) in &self.members {
            encoded.put_u64(*until);
            // Both were checked to be short.
            encoded.put_u16(id.len() as u16);
            encoded.put_u16(note.len() as u16);
            encoded.put_slice(id);
            encoded.put_slice(note);
        }
        encoded.freeze()
    }

    fn decode(mut encoded: Bytes) -> Result<Self, StoreError> {
        let mut members = Vec::new();
        while encoded.has_remaining() {
            let head = || corrupt("a set ends within a member");
            let until = encoded.try_get_u64().map_err(|_| head())?;
            let id = encoded.try_get_u16().map_err(|_| head())?.into();
            let note = encoded.try_get_u16().map_err(|_| head())?.into();
            if encoded.len() < id + note {
                return Err(head());
            }
            let member = Member {
                id: encoded.split_to(id),
                note: encoded.split_to(note),
            };
            members.push((until, member));
        }
        Ok(Self { members })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_decoded_as_it_was_encoded_and_a_part_of_it_is_damaged() {
        let member = |id: &[u8], note: &[u8]| Member {
            id: Bytes::copy_from_slice(id),
            note: Bytes::copy_from_slice(note),
        };
        let members = vec![
            (7, member(b"\0", b"")),
            (u64::MAX, member(&[0xff; 128], &[1; 256])),
        ];
        let encoded = Set {
            members: members.clone(),
        }
        .encode();
        let decoded = Set::decode(encoded.clone()).unwrap();
        assert!(decoded.members == members);
        for length in 1..encoded.len() {
            let part = Set::decode(encoded.slice(..length));
            let is_whole = length == 13;
            assert_eq!(part.is_ok(), is_whole, "{length}");
        }
    }
}
