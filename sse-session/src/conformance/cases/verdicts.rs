//! What follows a position.

use std::sync::Arc;

use crate::{
    conformance::{
        Stop,
        records::{ensure_gap, fill, head, numbered, read_after, read_all, read_behind, texts},
        stop::{Outcome, ensure, ensure_eq},
        trial::Trial,
    },
    store::{GapReason, LogName, Position, SessionStore, Verdict},
};

/// A log of 20 records of which the first 8 were trimmed.
struct Trimmed {
    store: Arc<dyn SessionStore>,
    log: LogName,
    positions: Vec<Position>,
}

/// The records that were trimmed.
const GONE: usize = 8;

impl Trimmed {
    async fn new(trial: &Trial) -> Result<Self, Stop> {
        let (store, log) = (trial.fresh().await?, trial.log());
        let positions = fill(&*store, &log, 20).await?;
        let through = positions[GONE - 1].offset;
        store.trim(&log, through, None).await?;
        Ok(Self {
            store,
            log,
            positions,
        })
    }

    fn head(&self) -> Position {
        self.positions[19]
    }

    async fn ensure_gap(&self, position: Position, reason: GapReason) -> Outcome {
        let head = Some(self.head());
        ensure_gap(&*self.store, &self.log, position, reason, head).await
    }
}

/// R1, R2: behind each record that is kept follow exactly those after it.
pub(in super::super) async fn behind_each_kept_record_the_rest_follows(trial: &Trial) -> Outcome {
    let it = Trimmed::new(trial).await?;
    for at in GONE..20 {
        let records = read_behind(&*it.store, &it.log, it.positions[at]).await?;
        let expected: Vec<_> = (at + 1..20).map(numbered).collect();
        ensure_eq!(texts(&records), expected, "behind record {at}");
    }
    Ok(())
}

/// R2: behind the last record that was trimmed, nothing is missing.
pub(in super::super) async fn behind_the_record_before_the_floor_all_that_is_kept_follows(
    trial: &Trial,
) -> Outcome {
    let it = Trimmed::new(trial).await?;
    let records = read_behind(&*it.store, &it.log, it.positions[GONE - 1]).await?;
    let expected: Vec<_> = (GONE..20).map(numbered).collect();
    ensure_eq!(texts(&records), expected, "behind the last trimmed record");
    Ok(())
}

/// R2: behind the head comes nothing, without a gap, and then what is appended.
pub(in super::super) async fn behind_the_head_nothing_follows(trial: &Trial) -> Outcome {
    let it = Trimmed::new(trial).await?;
    let page = read_after(&*it.store, &it.log, it.head()).await?;
    ensure_eq!(page.verdict, Verdict::Contiguous, "the verdict at the head");
    ensure!(page.records.is_empty() && !page.more, "something follows");
    ensure_eq!(page.head, Some(it.head()), "the head");
    fill(&*it.store, &it.log, 2).await?;
    let records = read_behind(&*it.store, &it.log, it.head()).await?;
    ensure_eq!(texts(&records), [numbered(0), numbered(1)], "what follows");
    Ok(())
}

/// R3: behind each record whose successor was trimmed, something is missing.
pub(in super::super) async fn before_the_floor_is_trimmed(trial: &Trial) -> Outcome {
    let it = Trimmed::new(trial).await?;
    for at in 0..GONE - 1 {
        it.ensure_gap(it.positions[at], GapReason::Trimmed).await?;
    }
    Ok(())
}

/// R2, R3: offset 0 stands before the first record of its epoch, which follows if it is kept.
pub(in super::super) async fn before_the_first_record_is_a_position_too(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let positions = fill(&*store, &log, 3).await?;
    let before = Position {
        epoch: positions[0].epoch,
        offset: 0,
        tag: 0,
    };
    let records = read_behind(&*store, &log, before).await?;
    ensure_eq!(texts(&records), [0, 1, 2].map(numbered), "what follows");
    store.trim(&log, positions[0].offset, None).await?;
    let last = Some(positions[2]);
    ensure_gap(&*store, &log, before, GapReason::Trimmed, last).await
}

/// R3: a log that ends before the position was rewound, whatever its tag.
pub(in super::super) async fn past_the_head_is_rewound(trial: &Trial) -> Outcome {
    let it = Trimmed::new(trial).await?;
    let head = it.head();
    for offset in [head.offset + 1, head.offset + 2, u64::MAX / 2, u64::MAX] {
        for tag in [head.tag, head.tag ^ 1] {
            let position = Position {
                offset,
                tag,
                ..head
            };
            it.ensure_gap(position, GapReason::Rewound).await?;
        }
    }
    Ok(())
}

/// R2, R3: another record at the offset of one that is kept, of the head, or of the one before the floor
/// means that the log has forked.
pub(in super::super) async fn another_tag_is_forked(trial: &Trial) -> Outcome {
    let it = Trimmed::new(trial).await?;
    for at in GONE - 1..20 {
        let there = it.positions[at];
        for tag in [there.tag ^ 1, there.tag ^ 0x8000_0000, u32::MAX, 1] {
            let position = Position { tag, ..there };
            it.ensure_gap(position, GapReason::Forked).await?;
        }
    }
    Ok(())
}

/// R3: of another epoch nothing else is looked at, wherever the position is.
pub(in super::super) async fn another_epoch_is_told(trial: &Trial) -> Outcome {
    let it = Trimmed::new(trial).await?;
    let head = it.head();
    for epoch in [head.epoch ^ 1, head.epoch ^ (1 << 63), !head.epoch] {
        for offset in [1, it.positions[GONE].offset, head.offset, u64::MAX] {
            let position = Position {
                epoch,
                offset,
                ..head
            };
            it.ensure_gap(position, GapReason::Epoch).await?;
        }
    }
    Ok(())
}

/// R3: of a log that is not there, every position is unknown, and asking makes none.
pub(in super::super) async fn a_log_that_is_not_there_is_unknown(trial: &Trial) -> Outcome {
    let it = Trimmed::new(trial).await?;
    let absent = trial.log();
    for position in [it.head(), it.positions[0]] {
        ensure_gap(&*it.store, &absent, position, GapReason::Unknown, None).await?;
    }
    ensure_eq!(head(&*it.store, &absent).await?, None, "the head of no log");
    Ok(())
}

/// H1, R2, R3: when all was trimmed, the head still has nothing behind it, and everything before it has.
pub(in super::super) async fn a_log_without_records_still_knows_its_head(trial: &Trial) -> Outcome {
    let it = Trimmed::new(trial).await?;
    let head = it.head();
    it.store.trim(&it.log, head.offset, None).await?;
    let records = read_behind(&*it.store, &it.log, head).await?;
    ensure!(records.is_empty(), "something follows the head");
    ensure!(
        read_all(&*it.store, &it.log).await?.is_empty(),
        "something was kept"
    );
    let other = Position {
        tag: head.tag ^ 1,
        ..head
    };
    it.ensure_gap(other, GapReason::Forked).await?;
    it.ensure_gap(it.positions[18], GapReason::Trimmed).await
}

/// R2, R3: positions that nobody was given are gaps, and no errors.
pub(in super::super) async fn no_forged_position_is_contiguous(trial: &Trial) -> Outcome {
    let it = Trimmed::new(trial).await?;
    let head = it.head();
    let mut forged = Vec::new();
    for offset in [0, 1, GONE as u64, head.offset, i64::MAX as u64, u64::MAX] {
        for tag in [0, 1, u32::MAX, 0x7fff_ffff] {
            for epoch in [head.epoch, 0, 1, u64::MAX, i64::MAX as u64] {
                forged.push(Position { epoch, offset, tag });
            }
        }
    }
    for position in forged {
        let page = read_after(&*it.store, &it.log, position).await?;
        ensure!(
            page.verdict != Verdict::Contiguous,
            "{position:?} has a successor"
        );
        ensure!(page.records.is_empty(), "records come behind {position:?}");
    }
    Ok(())
}
