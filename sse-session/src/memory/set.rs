//! One set.

use std::collections::BTreeMap;

use bytes::Bytes;
use tokio::time::Instant;

use super::expiring_map::{ExpiringMap, deadline};
use crate::store::{Full, Join, Joined, Member, Members};

/// What a member costs besides its bytes.
const MEMBER_BYTES: u64 = 320;

/// One set.
#[derive(Debug, Default)]
pub(super) struct Set {
    members: ExpiringMap<Bytes, Membership>,
    /// The ids, in the order of joining.
    order: BTreeMap<u64, Bytes>,
    /// Of the one that joined last.
    last: u64,
    cost: u64,
}

#[derive(Debug)]
struct Membership {
    order: u64,
    note: Bytes,
}

impl Set {
    /// What its members cost.
    pub(super) fn cost(&self) -> u64 {
        self.cost
    }

    /// How much more it costs at most when this one has joined.
    pub(super) fn most_for(&self, member: &Member) -> u64 {
        let before = self.members.get_even_expired(&member.id);
        let freed = before.map_or(0, |before| cost_of(&member.id, &before.note));
        cost_of(&member.id, &member.note).saturating_sub(freed)
    }

    /// Lets one join. Who has expired has been removed.
    pub(super) fn join(&mut self, member: Member, join: Join, now: Instant) -> Joined {
        let is_member = self.members.get_even_expired(&member.id).is_some();
        let mut evicted = Vec::new();
        if let Some((limit, full)) = join.limit {
            let limit = limit as usize;
            // Those who may stay beside this one.
            let others = limit.saturating_sub(1);
            if !is_member && (limit == 0 || self.members.len() > others) {
                match full {
                    Full::EvictOldest if limit > 0 => {}
                    Full::Refuse | Full::EvictOldest => return Joined::Refused,
                }
            }
            if full == Full::EvictOldest {
                let surplus = (self.members.len() - usize::from(is_member)).saturating_sub(others);
                evicted = self.evict(surplus, &member.id);
            }
        }
        self.put(member, deadline(now, join.ttl));
        Joined::Member {
            new: !is_member,
            evicted,
        }
    }

    /// Removes so many of the oldest, but for one.
    fn evict(&mut self, count: usize, but: &Bytes) -> Vec<Member> {
        let others = self.order.values().filter(|id| *id != but);
        let ids: Vec<_> = others.take(count).cloned().collect();
        ids.iter().filter_map(|id| self.remove(id)).collect()
    }

    fn put(&mut self, member: Member, deadline: Option<Instant>) {
        let order = match self.members.get_even_expired(&member.id) {
            Some(before) => {
                self.cost -= cost_of(&member.id, &before.note);
                before.order
            }
            None => {
                self.last += 1;
                self.order.insert(self.last, member.id.clone());
                self.last
            }
        };
        self.cost += cost_of(&member.id, &member.note);
        let note = member.note;
        self.members
            .put(member.id, Membership { order, note }, deadline);
    }

    /// Ends a membership, if it is this one.
    pub(super) fn leave(&mut self, member: &Member) -> bool {
        let there = self.members.get_even_expired(&member.id);
        let is_this_one = there.is_some_and(|membership| membership.note == member.note);
        is_this_one && self.remove(&member.id).is_some()
    }

    /// Ends a membership.
    fn remove(&mut self, id: &Bytes) -> Option<Member> {
        let membership = self.members.remove(id)?;
        Some(self.removed(id.clone(), membership))
    }

    /// Ends those that are over.
    pub(super) fn expire(&mut self, now: Instant) {
        while let Some((id, membership)) = self.members.expire_one(now) {
            self.removed(id, membership);
        }
    }

    fn removed(&mut self, id: Bytes, membership: Membership) -> Member {
        self.order.remove(&membership.order);
        let note = membership.note;
        let member = Member { id, note };
        self.cost -= cost_of(&member.id, &member.note);
        member
    }

    /// Who is in it: how many, and so many of the first.
    pub(super) fn members(&self, first: usize) -> Members {
        let member = |id: &Bytes| {
            let membership = self.members.get_even_expired(id)?;
            Some(Member {
                id: id.clone(),
                note: membership.note.clone(),
            })
        };
        Members {
            count: self.members.len() as u64,
            first: self.order.values().take(first).filter_map(member).collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// When the last membership is over.
    pub(super) fn last_deadline(&self) -> Option<Instant> {
        self.members.last_deadline()
    }
}

fn cost_of(id: &Bytes, note: &Bytes) -> u64 {
    MEMBER_BYTES + (id.len() + note.len()) as u64
}
