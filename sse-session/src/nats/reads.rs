//! Reading logs.

use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _};

use super::{
    failure::corrupt,
    log_meta::LogMeta,
    logs::head_of,
    pages,
    server::{Server, Stored},
    streams::Kind,
};
use crate::store::{
    GapReason, LogName, Page, Position, Previous, ReadFrom, ReadLimit, Record, StoreError, Verdict,
};

/// How many heads are asked for at once.
const HEADS_AT_ONCE: usize = 64;
/// How often it is looked again when records go while they are read.
const LOOKS: usize = 16;

/// The newest positions of logs.
pub(super) async fn heads(
    server: &Arc<Server>,
    logs: &[LogName],
) -> Result<Vec<Option<Position>>, StoreError> {
    let heads = logs.iter().map(|log| {
        let subject = server.subjects.log(log);
        async move { Ok(head_of(server, &subject).await?.position()) }
    });
    // Collected first: a stream of borrowing futures would have to know for how long they borrow.
    let heads: Vec<_> = heads.collect();
    futures_util::stream::iter(heads)
        .buffered(HEADS_AT_ONCE)
        .try_collect()
        .await
}

/// Reads a log.
pub(super) async fn page(
    server: &Server,
    log: &LogName,
    from: ReadFrom,
    limit: ReadLimit,
) -> Result<Page, StoreError> {
    let subject = server.subjects.log(log);
    for _ in 0..LOOKS {
        let head = head_of(server, &subject).await?;
        let (Some(last), Some(meta)) = (head.position(), head.meta.as_ref()) else {
            let verdict = match from {
                ReadFrom::Earliest => Verdict::Contiguous,
                ReadFrom::After(_) => Verdict::Gap(GapReason::Unknown),
            };
            return Ok(page_of(verdict, None));
        };
        let behind = match from {
            ReadFrom::Earliest => None,
            ReadFrom::After(position) => match judge(position, last) {
                Judged::Gap(reason) => return Ok(page_of(Verdict::Gap(reason), Some(last))),
                Judged::AtHead => return Ok(page_of(Verdict::Contiguous, Some(last))),
                Judged::Before(previous) => Some(previous),
            },
        };
        let after = behind.map_or(0, |behind| behind.offset).max(meta.floor);
        let first = first_record(server, &subject, after, last).await?;
        let Some(first) = first else {
            if meta.floor >= last.offset {
                let verdict = match behind {
                    Some(_) => Verdict::Gap(GapReason::Trimmed),
                    None => Verdict::Contiguous,
                };
                return Ok(page_of(verdict, Some(last)));
            }
            // Trimmed since the head was asked for.
            continue;
        };
        if let Some(behind) = behind
            && first.previous != behind
        {
            let reason = if first.previous.offset > behind.offset {
                GapReason::Trimmed
            } else {
                GapReason::Forked
            };
            return Ok(page_of(Verdict::Gap(reason), Some(last)));
        }
        let mut page = page_of(Verdict::Contiguous, Some(last));
        pages::fill(server, &subject, first, limit, &mut page).await?;
        return Ok(page);
    }
    Err(super::failure::unavailable("records went all the time"))
}

fn page_of(verdict: Verdict, head: Option<Position>) -> Page {
    Page {
        verdict,
        head,
        records: Vec::new(),
        more: false,
    }
}

enum Judged {
    Gap(GapReason),
    AtHead,
    Before(Previous),
}

/// What the newest record says of a position.
fn judge(position: Position, last: Position) -> Judged {
    if position.epoch != last.epoch {
        return Judged::Gap(GapReason::Epoch);
    }
    if position.offset > last.offset {
        return Judged::Gap(GapReason::Rewound);
    }
    if position.offset < last.offset {
        return Judged::Before(position.as_previous());
    }
    if position.tag == last.tag {
        Judged::AtHead
    } else {
        Judged::Gap(GapReason::Forked)
    }
}

/// The first record behind an offset, up to the head.
async fn first_record(
    server: &Server,
    subject: &str,
    after: u64,
    last: Position,
) -> Result<Option<Record>, StoreError> {
    let mut from = after.saturating_add(1);
    while from <= last.offset {
        let Some(stored) = server.next(Kind::Logs, subject, from).await? else {
            return Ok(None);
        };
        if let Some(record) = record_of(&stored, last.epoch)? {
            return Ok((record.position.offset <= last.offset).then_some(record));
        }
        from = stored.sequence + 1;
    }
    Ok(None)
}

/// The record that a message is, if it is one.
pub(super) fn record_of(stored: &Stored, epoch: u64) -> Result<Option<Record>, StoreError> {
    let record = LogMeta::of(stored)?.record(stored);
    if record
        .as_ref()
        .is_some_and(|record| record.position.epoch != epoch)
    {
        return Err(corrupt("a log has records of two epochs"));
    }
    Ok(record)
}
