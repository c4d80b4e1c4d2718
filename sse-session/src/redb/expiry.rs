//! What goes when its time is over.

use ::redb::Error;

use super::{
    batch::{Batch, Expired},
    clock::NEVER,
    schema::kind,
};

impl Batch<'_> {
    /// Removes so many of those that have expired, the oldest first.
    pub(super) fn expire(&mut self, now: u64, at_most: u32) -> Result<(), Error> {
        for _ in 0..at_most {
            let Some(expired) = self.first_expired(now)? else {
                break;
            };
            let Expired {
                deadline,
                kind,
                name,
                part,
            } = expired;
            // First, so that whatever is found there it is not found again.
            self.reschedule((kind, &name, &part), deadline, NEVER)?;
            match kind {
                kind::LOG => self.look_at(&name, now)?,
                kind::KEY => drop(self.keys.remove((&*name, &*part))?),
                kind::VALUE => drop(self.values.remove(&*name)?),
                // Of no version that has written this format.
                _ => {}
            }
        }
        Ok(())
    }
}
