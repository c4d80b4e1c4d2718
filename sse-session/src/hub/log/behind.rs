//! What a log has behind a position.

use crate::{
    hub::shared::Shared,
    store::{GapReason, LogName, Position, ReadFrom, ReadLimit, Record, StoreError, Verdict},
};

/// Where a client stands of which it is not known where it stands.
pub(in crate::hub) const UNKNOWN: Position = Position {
    epoch: 0,
    offset: 0,
    tag: 0,
};

/// What a log has behind a position.
#[derive(Debug)]
pub(in crate::hub) enum Behind {
    /// These follow it, without a hole.
    Records { records: Vec<Record>, more: bool },
    /// It is not known that anything follows it.
    Gap(GapReason),
}

impl Shared {
    pub(in crate::hub) async fn read_behind(
        &self,
        log: &LogName,
        position: Position,
        limit: ReadLimit,
    ) -> Result<Behind, StoreError> {
        if position == UNKNOWN {
            return Ok(Behind::Gap(GapReason::Unknown));
        }
        if position.offset == 0 {
            return self.read_all(log, position.epoch, limit).await;
        }
        let from = ReadFrom::After(position);
        let page = self.store.read(log, from, limit).await?;
        Ok(match page.verdict {
            Verdict::Contiguous => Behind::Records {
                records: page.records,
                more: page.more,
            },
            Verdict::Gap(reason) => Behind::Gap(reason),
        })
    }

    /// Behind the beginning: of the epoch, or of all, if there was no log yet.
    async fn read_all(
        &self,
        log: &LogName,
        epoch: u64,
        limit: ReadLimit,
    ) -> Result<Behind, StoreError> {
        let page = self.store.read(log, ReadFrom::Earliest, limit).await?;
        let of_this_epoch = page.head.is_some_and(|head| head.epoch == epoch);
        if !of_this_epoch && self.incarnation().await? != epoch {
            let reason = page.head.map_or(GapReason::Unknown, |_| GapReason::Epoch);
            return Ok(Behind::Gap(reason));
        }
        let from_the_first = match page.records.first() {
            Some(first) => first.previous.offset == 0,
            None => page.head.is_none(),
        };
        Ok(if from_the_first {
            Behind::Records {
                records: page.records,
                more: page.more,
            }
        } else {
            Behind::Gap(GapReason::Trimmed)
        })
    }
}
