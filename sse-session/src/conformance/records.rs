//! Appending and reading in cases, with what always has to hold.

use bytes::Bytes;

use super::{
    Stop,
    stop::{Outcome, ensure, ensure_eq},
    trial::new_tag,
};
use crate::store::{
    Append, Capabilities, GapReason, LogName, Page, Position, ReadFrom, ReadLimit, Record,
    SessionStore, Verdict,
};

/// An append of this payload.
pub(super) fn append_of(payload: impl AsRef<[u8]>) -> Append {
    Append::new(Bytes::copy_from_slice(payload.as_ref()), new_tag())
}

/// The payload by its number.
pub(super) fn numbered(number: usize) -> String {
    format!("record {number}")
}

/// Appends so many numbered records.
pub(super) async fn fill(
    store: &dyn SessionStore,
    log: &LogName,
    records: usize,
) -> Result<Vec<Position>, Stop> {
    let mut positions = Vec::new();
    for number in 0..records {
        let append = append_of(numbered(number));
        positions.push(store.append(log, append).await?.position);
    }
    Ok(positions)
}

/// All that is kept, in pages, having checked that it is a chain.
pub(super) async fn read_all(store: &dyn SessionStore, log: &LogName) -> Result<Vec<Record>, Stop> {
    let mut records = Vec::new();
    let mut from = ReadFrom::Earliest;
    loop {
        let page = store.read(log, from, ReadLimit::default()).await?;
        ensure_eq!(
            page.verdict,
            Verdict::Contiguous,
            "the verdict from {from:?}"
        );
        ensure!(
            !(page.records.is_empty() && page.more),
            "a page without a record tells of more"
        );
        records.extend(page.records);
        match records.last() {
            Some(last) if page.more => from = ReadFrom::After(last.position),
            _ => break,
        }
    }
    ensure_chain(&records, &store.capabilities())?;
    Ok(records)
}

/// Everything behind a position, which has to be contiguous.
pub(super) async fn read_behind(
    store: &dyn SessionStore,
    log: &LogName,
    position: Position,
) -> Result<Vec<Record>, Stop> {
    let page = read_after(store, log, position).await?;
    ensure_eq!(
        page.verdict,
        Verdict::Contiguous,
        "the verdict behind {position:?}, with the head {:?}",
        page.head
    );
    ensure!(
        !page.more,
        "more than {} records follow",
        page.records.len()
    );
    Ok(page.records)
}

/// One large page behind a position.
pub(super) async fn read_after(
    store: &dyn SessionStore,
    log: &LogName,
    position: Position,
) -> Result<Page, Stop> {
    let limit = ReadLimit {
        max_records: 100_000,
        max_bytes: 1 << 30,
    };
    Ok(store.read(log, ReadFrom::After(position), limit).await?)
}

/// Whether a position is behind this gap, with nothing told but the head.
pub(super) async fn ensure_gap(
    store: &dyn SessionStore,
    log: &LogName,
    position: Position,
    reason: GapReason,
    head: Option<Position>,
) -> Outcome {
    let page = read_after(store, log, position).await?;
    ensure_eq!(
        page.verdict,
        Verdict::Gap(reason),
        "the verdict behind {position:?}"
    );
    ensure!(
        page.records.is_empty(),
        "records come with the gap behind {position:?}"
    );
    ensure_eq!(page.head, head, "the head with the gap");
    Ok(())
}

/// The newest position of a log.
pub(super) async fn head(
    store: &dyn SessionStore,
    log: &LogName,
) -> Result<Option<Position>, Stop> {
    let heads = store.heads(core::slice::from_ref(log)).await?;
    ensure_eq!(heads.len(), 1, "the number of heads of one log");
    Ok(heads[0])
}

/// Each record has to be the successor of the one before it.
pub(super) fn ensure_chain(records: &[Record], can: &Capabilities) -> Outcome {
    for pair in records.windows(2) {
        let (before, record) = (&pair[0], &pair[1]);
        ensure_eq!(
            record.previous,
            before.position.as_previous(),
            "the predecessor of {:?}",
            record.position
        );
        ensure_eq!(
            record.position.epoch,
            before.position.epoch,
            "the epoch of {:?}",
            record.position
        );
        let step = record.position.offset.checked_sub(before.position.offset);
        ensure!(
            step.is_some_and(|step| step == 1 || (step > 1 && !can.contiguous_offsets)),
            "{:?} follows {:?}",
            record.position,
            before.position
        );
    }
    Ok(())
}

/// The payloads, as text.
pub(super) fn texts(records: &[Record]) -> Vec<String> {
    let text = |record: &Record| String::from_utf8_lossy(&record.payload).into_owned();
    records.iter().map(text).collect()
}
