//! Appending, trimming, and what goes by itself.

use ::redb::{Error, ReadableTable};

use super::{
    batch::{Applied, Batch},
    clock::{NEVER, deadline, is_over},
    schema::{LogRow, kind, meta},
};
use crate::store::{
    Append, Appended, Durability, Fence, IdempotencyKey, LogName, Previous, Record, StoreError,
};

/// So that no append waits for long: the rest follows soon.
const TRIMMED_AT_ONCE: u32 = 1_024;

impl Batch<'_> {
    /// Appends, to a log of this epoch if there is none.
    pub(super) fn append(
        &mut self,
        name: &LogName,
        append: &Append,
        epoch: u64,
        durability: Durability,
        now: u64,
    ) -> Applied<Appended> {
        let now = self.advance(now);
        if !self.holds(append.fence.as_ref(), now)? {
            return Ok(Err(StoreError::Fenced));
        }
        let row = self.log(name.as_str())?;
        if let (Some(row), Some(key)) = (&row, &append.key)
            && let Some(appended) = self.appended_with(name, key, now)?
        {
            let appended = Appended::new(row.at(appended), durability).as_duplicate();
            return Ok(Ok(appended));
        }
        self.changed = true;
        let mut row = match row {
            Some(row) => row,
            None => LogRow::new(self.next(meta::LOG_ID)?, epoch),
        };
        let previous = row.head;
        row.head = Previous {
            offset: previous.offset + 1,
            tag: append.tag,
        };
        let columns = (append.tag, previous.tag, now, &*append.payload);
        self.records.insert((row.id, row.head.offset), columns)?;
        row.bytes += append.payload.len() as u64;
        row.emptied_at = NEVER;
        row.set_retention(append.retention);
        let keep = row.head.offset;
        let more = self.shorten(&mut row, keep, now)?;
        if let Some(key) = &append.key {
            self.remember(name, key, row.head, now)?;
        }
        self.save(name.as_str(), &mut row, more, now)?;
        let position = row.at(row.head);
        let record = Record {
            position,
            previous,
            payload: append.payload.clone(),
        };
        self.appended.push((name.clone(), record));
        Ok(Ok(Appended::new(position, durability)))
    }

    /// Removes records up to an offset.
    pub(super) fn trim(
        &mut self,
        name: &LogName,
        through: u64,
        fence: Option<&Fence>,
        now: u64,
    ) -> Applied<()> {
        let now = self.advance(now);
        if !self.holds(fence, now)? {
            return Ok(Err(StoreError::Fenced));
        }
        let Some(mut row) = self.log(name.as_str())? else {
            return Ok(Ok(()));
        };
        let through = through.min(row.head.offset);
        if through < row.first {
            return Ok(Ok(()));
        }
        self.changed = true;
        let mut bytes = 0;
        let range = (row.id, row.first)..=(row.id, through);
        self.records.retain_in(range, |_, (_, _, _, payload)| {
            bytes += payload.len() as u64;
            false
        })?;
        row.first = through + 1;
        row.bytes = row.bytes.saturating_sub(bytes);
        self.save(name.as_str(), &mut row, false, now)?;
        Ok(Ok(()))
    }

    /// Looks at a log whose time has come.
    pub(super) fn look_at(&mut self, name: &str, now: u64) -> Result<(), Error> {
        let Some(mut row) = self.log(name)? else {
            return Ok(());
        };
        row.looked_at = NEVER;
        let more = self.shorten(&mut row, u64::MAX, now)?;
        let forget = row.is_empty()
            && is_over(row.emptied_at.saturating_add(self.forget_after), now)
            && !self.watchers.is_watched(name)
            && !self.has_keys(name)?;
        if forget {
            self.logs.remove(name)?;
            return Ok(());
        }
        self.save(name, &mut row, more, now)
    }

    /// Removes what has not to be kept, but for one record. Whether there is more of it.
    fn shorten(&mut self, row: &mut LogRow, but: u64, now: u64) -> Result<bool, Error> {
        let mut left = TRIMMED_AT_ONCE;
        while row.first <= row.head.offset && row.first != but {
            let is_newest = row.first == row.head.offset;
            let many = row.count() > row.max_records || (row.bytes > row.max_bytes && !is_newest);
            if !many && !self.is_oldest_old(row, now)? {
                return Ok(false);
            }
            if left == 0 {
                return Ok(true);
            }
            left -= 1;
            let removed = self.records.remove((row.id, row.first))?;
            let bytes = removed.map_or(0, |it| it.value().3.len() as u64);
            row.bytes = row.bytes.saturating_sub(bytes);
            row.first += 1;
        }
        Ok(false)
    }

    fn is_oldest_old(&self, row: &LogRow, now: u64) -> Result<bool, Error> {
        let oldest = self.oldest_of(row)?;
        Ok(oldest.is_some_and(|appended_at| row.is_old(appended_at, now)))
    }

    /// When the oldest record was appended, if that counts.
    fn oldest_of(&self, row: &LogRow) -> Result<Option<u64>, Error> {
        if row.max_age == NEVER {
            return Ok(None);
        }
        let oldest = self.records.get((row.id, row.first))?;
        Ok(oldest.map(|it| it.value().2))
    }

    fn save(&mut self, name: &str, row: &mut LogRow, more: bool, now: u64) -> Result<(), Error> {
        if row.is_empty() {
            row.emptied_at = row.emptied_at.min(now);
        }
        // Looked at too early it is looked at once more: cheaper than to reschedule at each append.
        let by_age = now.saturating_add(row.max_age);
        if more || row.looked_at == NEVER || by_age < row.looked_at {
            let look_at = self.looked_at_next(row, more, now)?;
            if look_at < row.looked_at {
                self.reschedule((kind::LOG, name, &[]), row.looked_at, look_at)?;
                row.looked_at = look_at;
            }
        }
        self.logs.insert(name, row.to_columns())?;
        Ok(())
    }

    fn looked_at_next(&self, row: &LogRow, more: bool, now: u64) -> Result<u64, Error> {
        if more {
            return Ok(now);
        }
        if row.is_empty() {
            // Once more, if it is watched or has keys then.
            let emptied_at = row.emptied_at.saturating_add(self.forget_after);
            let again = now.saturating_add(self.forget_after / 2).saturating_add(1);
            return Ok(emptied_at.max(again));
        }
        let oldest = self.oldest_of(row)?;
        Ok(oldest.map_or(NEVER, |appended_at| appended_at.saturating_add(row.max_age)))
    }

    /// The record that was appended with this key within its window.
    fn appended_with(
        &self,
        name: &LogName,
        key: &IdempotencyKey,
        now: u64,
    ) -> Result<Option<Previous>, Error> {
        let known = self.keys.get((name.as_str(), &*key.key))?;
        let (offset, tag, until) = known.map_or((0, 0, 0), |it| it.value());
        Ok((!is_over(until, now)).then_some(Previous { offset, tag }))
    }

    fn remember(
        &mut self,
        name: &LogName,
        IdempotencyKey { key, window }: &IdempotencyKey,
        head: Previous,
        now: u64,
    ) -> Result<(), Error> {
        let until = deadline(now, *window);
        let columns = (head.offset, head.tag, until);
        let before = self.keys.insert((name.as_str(), &**key), columns)?;
        let before = before.map_or(NEVER, |it| it.value().2);
        self.reschedule((kind::KEY, name.as_str(), key), before, until)
    }

    fn has_keys(&self, name: &str) -> Result<bool, Error> {
        let mut keys = self.keys.range((name, &[][..])..)?;
        let first = keys.next().transpose()?;
        Ok(first.is_some_and(|(key, _)| key.value().0 == name))
    }

    /// Whether a fence holds.
    fn holds(&self, fence: Option<&Fence>, now: u64) -> Result<bool, Error> {
        let Some(fence) = fence else {
            return Ok(true);
        };
        let value = self.values.get(fence.key.as_str())?;
        Ok(value.is_some_and(|it| {
            let (revision, until, _) = it.value();
            revision == fence.revision && !is_over(until, now)
        }))
    }
}
