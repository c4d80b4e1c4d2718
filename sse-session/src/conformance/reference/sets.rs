//! The sets.

use tokio::time::Instant;

use super::state::after;
use crate::store::{Full, Join, Joined, Member, Members, SetName};

/// The memberships of all sets, in the order in which they began, each with the moment at which it ends.
#[derive(Debug, Default)]
pub(super) struct Sets {
    memberships: Vec<(SetName, Member, Instant)>,
}

impl Sets {
    pub(super) fn join(
        &mut self,
        set: &SetName,
        member: Member,
        join: Join,
        now: Instant,
    ) -> Joined {
        self.memberships.retain(|(_, _, until)| *until > now);
        let until = after(now, join.ttl);
        let mut all = self.memberships.iter_mut();
        if let Some(there) = all.find(|(of, it, _)| of == set && it.id == member.id) {
            (there.1, there.2) = (member, until);
            return Joined::Member {
                new: false,
                evicted: Vec::new(),
            };
        }
        let mut evicted = Vec::new();
        if let Some((limit, full)) = join.limit {
            while self.count(set) >= u64::from(limit) {
                let oldest = self.memberships.iter().position(|(of, _, _)| of == set);
                match (full, oldest) {
                    (Full::EvictOldest, Some(oldest)) => {
                        evicted.push(self.memberships.remove(oldest).1);
                    }
                    _ => return Joined::Refused,
                }
            }
        }
        self.memberships.push((set.clone(), member, until));
        Joined::Member { new: true, evicted }
    }

    fn count(&self, set: &SetName) -> u64 {
        self.memberships
            .iter()
            .filter(|(of, _, _)| of == set)
            .count() as u64
    }

    pub(super) fn leave(&mut self, set: &SetName, member: &Member, now: Instant) -> bool {
        self.memberships.retain(|(_, _, until)| *until > now);
        let before = self.memberships.len();
        self.memberships
            .retain(|(of, it, _)| of != set || it != member);
        self.memberships.len() < before
    }

    pub(super) fn members(&mut self, set: &SetName, first: usize, now: Instant) -> Members {
        self.memberships.retain(|(_, _, until)| *until > now);
        let of_set = self.memberships.iter().filter(|(of, _, _)| of == set);
        Members {
            count: self.count(set),
            first: of_set.map(|(_, it, _)| it.clone()).take(first).collect(),
        }
    }
}
