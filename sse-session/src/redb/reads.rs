//! Questions.

use ::redb::{Database, Error, ReadTransaction, ReadableDatabase};
use bytes::Bytes;

use super::{
    registry::entry,
    schema::{LOGS, LogRow, RECORDS, VALUES},
};
use crate::store::{
    Entry, GapReason, Key, LogName, Page, Position, Previous, ReadFrom, ReadLimit, Record, Verdict,
};

/// The newest positions of logs.
pub(super) fn heads(
    database: &Database,
    names: &[LogName],
) -> Result<Vec<Option<Position>>, Error> {
    let read = database.begin_read()?;
    let logs = read.open_table(LOGS)?;
    let mut heads = Vec::with_capacity(names.len());
    for name in names {
        let row = logs.get(name.as_str())?;
        heads.push(row.and_then(|it| LogRow::from(it.value()).position()));
    }
    Ok(heads)
}

/// Reads a log.
pub(super) fn page(
    database: &Database,
    name: &LogName,
    from: ReadFrom,
    limit: ReadLimit,
    now: u64,
) -> Result<Page, Error> {
    let read = database.begin_read()?;
    let row = read.open_table(LOGS)?.get(name.as_str())?;
    let Some(row) = row.map(|it| LogRow::from(it.value())) else {
        let verdict = match from {
            ReadFrom::Earliest => Verdict::Contiguous,
            ReadFrom::After(_) => Verdict::Gap(GapReason::Unknown),
        };
        return Ok(empty(verdict, None));
    };
    let behind = match from {
        ReadFrom::Earliest => Ok(row.first - 1),
        ReadFrom::After(position) => behind(&read, &row, position, now)?,
    };
    match behind {
        Ok(offset) => records(&read, &row, offset, limit, now),
        Err(reason) => Ok(empty(Verdict::Gap(reason), row.position())),
    }
}

fn empty(verdict: Verdict, head: Option<Position>) -> Page {
    Page {
        verdict,
        head,
        records: Vec::new(),
        more: false,
    }
}

/// The offset of a position, if what follows it is kept.
fn behind(
    read: &ReadTransaction,
    row: &LogRow,
    position: Position,
    now: u64,
) -> Result<Result<u64, GapReason>, Error> {
    let Position { epoch, offset, tag } = position;
    if epoch != row.epoch {
        return Ok(Err(GapReason::Epoch));
    }
    if offset > row.head.offset {
        return Ok(Err(GapReason::Rewound));
    }
    let there = if offset == row.head.offset {
        row.head.tag
    } else {
        let successor = read.open_table(RECORDS)?.get((row.id, offset + 1))?;
        let kept = successor
            .filter(|_| offset + 1 >= row.first)
            .map(|it| (it.value().1, it.value().2))
            .filter(|(_, appended_at)| !row.is_old(*appended_at, now));
        match kept {
            Some((previous_tag, _)) => previous_tag,
            None => return Ok(Err(GapReason::Trimmed)),
        }
    };
    if there != tag {
        return Ok(Err(GapReason::Forked));
    }
    Ok(Ok(offset))
}

/// The records behind an offset.
fn records(
    read: &ReadTransaction,
    row: &LogRow,
    offset: u64,
    limit: ReadLimit,
    now: u64,
) -> Result<Page, Error> {
    let mut page = empty(Verdict::Contiguous, row.position());
    let records = read.open_table(RECORDS)?;
    let mut bytes = 0_usize;
    let mut next = offset + 1;
    for record in records.range((row.id, offset + 1)..=(row.id, row.head.offset))? {
        let (key, columns) = record?;
        let offset = key.value().1;
        let (tag, previous_tag, appended_at, payload) = columns.value();
        if offset != next {
            return Err(Error::Corrupted("a record of a log is missing".into()));
        }
        next += 1;
        // Those that are too old are hidden until they are removed.
        if page.records.is_empty() && row.is_old(appended_at, now) {
            continue;
        }
        bytes = bytes.saturating_add(payload.len());
        let full = page.records.len() >= limit.max_records || bytes > limit.max_bytes;
        if full && !page.records.is_empty() {
            page.more = true;
            return Ok(page);
        }
        let previous = Previous {
            offset: offset - 1,
            tag: previous_tag,
        };
        page.records.push(Record {
            position: row.at(Previous { offset, tag }),
            previous,
            payload: Bytes::copy_from_slice(payload),
        });
    }
    if next <= row.head.offset {
        return Err(Error::Corrupted(
            "the last records of a log are missing".into(),
        ));
    }
    Ok(page)
}

/// The value of a key.
pub(super) fn value(database: &Database, key: &Key, now: u64) -> Result<Option<Entry>, Error> {
    let read = database.begin_read()?;
    let value = read.open_table(VALUES)?.get(key.as_str())?;
    Ok(value.and_then(|it| entry(it.value(), now)))
}
