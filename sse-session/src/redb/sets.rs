//! Sets of members that expire.

use tokio::time::Instant;

use crate::{
    memory::{budget::Budget, sets},
    store::{Join, Joined, Member, Members, SetName, StoreError, check},
};

/// Sets of members that expire, in memory: who is a member has a stream of this process, and joins again all the time. On
/// disk, that would be most of what is written.
#[derive(Debug)]
pub(super) struct Sets {
    sets: sets::Sets,
    budget: Budget,
}

impl Sets {
    pub(super) fn new(max_bytes: u64) -> Self {
        Self {
            sets: sets::Sets::default(),
            budget: Budget::new(max_bytes),
        }
    }

    pub(super) fn join(
        &self,
        set: &SetName,
        member: Member,
        join: Join,
    ) -> Result<Joined, StoreError> {
        check::member(&member)?;
        let (budget, now) = (&self.budget, Instant::now());
        if let Ok(joined) = self.sets.join(set, member.clone(), join, budget, now) {
            return Ok(joined);
        }
        self.sets.expire(budget, now);
        Ok(self.sets.join(set, member, join, budget, now)?)
    }

    pub(super) fn leave(&self, set: &SetName, member: &Member) -> bool {
        self.sets.leave(set, member, &self.budget, Instant::now())
    }

    pub(super) fn members(&self, set: &SetName, first: usize) -> Members {
        self.sets.members(set, first, &self.budget, Instant::now())
    }
}
