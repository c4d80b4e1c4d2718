//! Sets of members that expire.

use ::redb::{Error, ReadableTable};
use bytes::Bytes;

use super::{
    batch::{Applied, Batch},
    clock::{NEVER, deadline},
    schema::{kind, meta},
};
use crate::store::{Full, Join, Joined, Member, SetName};

impl Batch<'_> {
    pub(super) fn join(
        &mut self,
        set: &SetName,
        member: &Member,
        join: Join,
        now: u64,
    ) -> Applied<Joined> {
        let now = self.advance(now);
        // All, so that who has expired takes no place.
        self.expire(now, u32::MAX)?;
        let name = set.as_str();
        let order = self.order_of(name, &member.id)?;
        let mut evicted = Vec::new();
        if let Some((limit, full)) = join.limit {
            let others = self.count_of(name)? - u64::from(order.is_some());
            // Those who may stay beside this one.
            let room = u64::from(limit).saturating_sub(1);
            let is_full = others > room || limit == 0;
            if order.is_none() && is_full && (full == Full::Refuse || limit == 0) {
                return Ok(Ok(Joined::Refused));
            }
            if full == Full::EvictOldest {
                evicted = self.evict(name, others.saturating_sub(room), order)?;
            }
        }
        self.changed = true;
        let until = deadline(now, join.ttl);
        let new = order.is_none();
        let order = match order {
            Some(order) => order,
            None => self.admit(name, &member.id)?,
        };
        let columns = (until, &*member.id, &*member.note);
        let before = self.members.insert((name, order), columns)?;
        let before = before.map_or(NEVER, |it| it.value().0);
        self.reschedule((kind::MEMBER, name, &member.id), before, until)?;
        Ok(Ok(Joined::Member { new, evicted }))
    }

    pub(super) fn leave(&mut self, set: &SetName, id: &Bytes, now: u64) -> Applied<bool> {
        let now = self.advance(now);
        self.expire(now, u32::MAX)?;
        let Some(order) = self.order_of(set.as_str(), id)? else {
            return Ok(Ok(false));
        };
        self.changed = true;
        self.dismiss(set.as_str(), order)?;
        Ok(Ok(true))
    }

    /// Ends a membership whose time is over.
    pub(super) fn expire_member(&mut self, set: &str, id: &[u8]) -> Result<(), Error> {
        if let Some(order) = self.order_of(set, id)? {
            self.dismiss(set, order)?;
        }
        Ok(())
    }

    fn order_of(&self, set: &str, id: &[u8]) -> Result<Option<u64>, Error> {
        Ok(self.member_orders.get((set, id))?.map(|it| it.value()))
    }

    fn count_of(&self, set: &str) -> Result<u64, Error> {
        Ok(self.sets.get(set)?.map_or(0, |it| it.value()))
    }

    /// Counts a new member and gives it its order.
    fn admit(&mut self, set: &str, id: &[u8]) -> Result<u64, Error> {
        let order = self.next(meta::ORDER)?;
        self.member_orders.insert((set, id), order)?;
        let count = self.count_of(set)?;
        self.sets.insert(set, count + 1)?;
        Ok(order)
    }

    /// Ends so many of the oldest memberships, but for one.
    fn evict(&mut self, set: &str, count: u64, but: Option<u64>) -> Result<Vec<Member>, Error> {
        let mut orders = Vec::new();
        for member in self.members.range((set, 0)..=(set, u64::MAX))? {
            if orders.len() as u64 == count {
                break;
            }
            let order = member?.0.value().1;
            if Some(order) != but {
                orders.push(order);
            }
        }
        let mut evicted = Vec::with_capacity(orders.len());
        for order in orders {
            evicted.extend(self.dismiss(set, order)?);
        }
        Ok(evicted)
    }

    /// Ends a membership.
    fn dismiss(&mut self, set: &str, order: u64) -> Result<Option<Member>, Error> {
        let Some((until, member)) = self
            .members
            .remove((set, order))?
            .map(|it| member(it.value()))
        else {
            return Ok(None);
        };
        self.reschedule((kind::MEMBER, set, &member.id), until, NEVER)?;
        self.member_orders.remove((set, &*member.id))?;
        match self.count_of(set)? {
            0 | 1 => self.sets.remove(set)?,
            count => self.sets.insert(set, count - 1)?,
        };
        Ok(Some(member))
    }
}

/// A member as it was read, and until when it is one.
pub(super) fn member((until, id, note): (u64, &[u8], &[u8])) -> (u64, Member) {
    let [id, note] = [id, note].map(Bytes::copy_from_slice);
    (until, Member { id, note })
}
