//! Where a log begins and ends.

use core::slice;

use crate::{
    Channel,
    hub::{Gap, ResumeFrom, channels::ActiveChannel, shared::Shared},
    store::{GapReason, LogName, Position, ReadFrom, ReadLimit, Record, StoreError},
};

impl Shared {
    /// Behind the newest record.
    pub(in crate::hub) async fn head(&self, log: &LogName) -> Result<Position, StoreError> {
        let heads = self.store.heads(slice::from_ref(log)).await?;
        match heads.into_iter().next().flatten() {
            Some(head) => Ok(head),
            None => self.nothing_yet().await,
        }
    }

    /// Before the oldest record that is kept; the first of them, and whether there are more.
    pub(in crate::hub) async fn earliest(
        &self,
        log: &LogName,
        limit: ReadLimit,
    ) -> Result<(Position, Vec<Record>, bool), StoreError> {
        let page = self.store.read(log, ReadFrom::Earliest, limit).await?;
        let position = match (page.records.first(), page.head) {
            (Some(first), _) => Position {
                epoch: first.position.epoch,
                offset: first.previous.offset,
                tag: first.previous.tag,
            },
            (None, Some(head)) => head,
            (None, None) => self.nothing_yet().await?,
        };
        Ok((position, page.records, page.more))
    }

    /// Where to begin a log that is not there.
    async fn nothing_yet(&self) -> Result<Position, StoreError> {
        Ok(Position {
            epoch: self.incarnation().await?,
            offset: 0,
            tag: 0,
        })
    }

    /// The gap behind a position, with where to resume.
    pub(in crate::hub) async fn gap(
        &self,
        channel: &ActiveChannel,
        reason: GapReason,
        asked: Position,
        resume_from: ResumeFrom,
    ) -> Result<Gap, StoreError> {
        let one = ReadLimit {
            max_records: 1,
            max_bytes: 1,
        };
        let resume = match resume_from {
            ResumeFrom::Earliest => self.earliest(&channel.log, one).await?.0,
            ResumeFrom::Head => self.head(&channel.log).await?,
        };
        Ok(self.gap_to(&channel.name, reason, asked, resume))
    }

    pub(in crate::hub) fn gap_to(
        &self,
        channel: &Channel,
        reason: GapReason,
        asked: Position,
        resume: Position,
    ) -> Gap {
        let contiguous = self.store.capabilities().contiguous_offsets;
        let same_log = matches!(reason, GapReason::Trimmed | GapReason::Lagged);
        let missed = (contiguous && same_log).then(|| resume.offset.saturating_sub(asked.offset));
        Gap::new(channel.clone(), reason, missed, resume)
    }
}
