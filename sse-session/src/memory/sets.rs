//! All sets.

use tokio::time::Instant;

use super::{MemoryFull, budget::Budget, expiring_map::ExpiringMap, set::Set, shards::Shards};
use crate::store::{Join, Joined, Member, Members, SetName};

/// What a set costs besides its members.
const SET_BYTES: u64 = 512;

/// More than one, so that it is not overtaken.
const EXPIRED_PER_JOIN: usize = 2;

/// All sets. One whose members' time is over is gone as a whole.
#[derive(Debug, Default)]
pub(crate) struct Sets {
    shards: Shards<ExpiringMap<SetName, Set>>,
}

impl Sets {
    pub(crate) fn join(
        &self,
        name: &SetName,
        member: Member,
        join: Join,
        budget: &Budget,
        now: Instant,
    ) -> Result<Joined, MemoryFull> {
        let mut sets = self.shards.lock(name);
        for _ in 0..EXPIRED_PER_JOIN {
            expire_one(&mut sets, budget, now);
        }
        let there = sets.remove(name);
        let before = there.as_ref().map_or(0, |set| cost_of(name, set));
        let mut set = there.unwrap_or_default();
        set.expire(now);
        let empty = if before == 0 { cost_of_empty(name) } else { 0 };
        let most = empty + set.most_for(&member);
        let (joined, taken) = match budget.take(most) {
            Ok(()) => (Ok(set.join(member, join, now)), most),
            Err(full) => (Err(full), 0),
        };
        let mut after = 0;
        if !set.is_empty() {
            after = cost_of(name, &set);
            let deadline = set.last_deadline();
            sets.put(name.clone(), set, deadline);
        }
        budget.give(taken + before - after);
        joined
    }

    pub(crate) fn leave(
        &self,
        name: &SetName,
        member: &Member,
        budget: &Budget,
        now: Instant,
    ) -> bool {
        self.change(name, budget, now, |set| set.leave(member))
            .unwrap_or(false)
    }

    pub(crate) fn members(
        &self,
        name: &SetName,
        first: usize,
        budget: &Budget,
        now: Instant,
    ) -> Members {
        self.change(name, budget, now, |set| set.members(first))
            .unwrap_or_default()
    }

    /// Does something with a set without those who have expired.
    fn change<T>(
        &self,
        name: &SetName,
        budget: &Budget,
        now: Instant,
        change: impl FnOnce(&mut Set) -> T,
    ) -> Option<T> {
        let mut sets = self.shards.lock(name);
        let set = sets.get_mut(name, now)?;
        let before = set.cost();
        set.expire(now);
        let changed = change(set);
        let mut given = before - set.cost();
        if set.is_empty() {
            sets.remove(name);
            given += cost_of_empty(name);
        }
        budget.give(given);
        Some(changed)
    }

    /// Removes all sets that nobody is in any more.
    pub(crate) fn expire(&self, budget: &Budget, now: Instant) {
        for shard in self.shards.iter() {
            let mut sets = shard.lock();
            while expire_one(&mut sets, budget, now) {}
        }
    }
}

fn expire_one(sets: &mut ExpiringMap<SetName, Set>, budget: &Budget, now: Instant) -> bool {
    let Some((name, set)) = sets.expire_one(now) else {
        return false;
    };
    budget.give(cost_of(&name, &set));
    true
}

fn cost_of(name: &SetName, set: &Set) -> u64 {
    cost_of_empty(name) + set.cost()
}

fn cost_of_empty(name: &SetName) -> u64 {
    SET_BYTES + name.as_str().len() as u64
}
