//! Logs: how the scripts are called, and what their answers mean.

use ::redis::Value;
use bytes::Bytes;

use super::{
    RedisOptions,
    answer::{Answer, is_word, number},
    failure::corrupt,
    hint::{ANNOUNCED, previous},
    keys::Keys,
    script::{APPEND, Call, HEADS, READ, SETTLE, TRIM, milliseconds},
};
use crate::store::{
    Append, Fence, GapReason, LogName, Page, Position, ReadFrom, ReadLimit, Record, StoreError,
    Verdict,
};

/// How the scripts of logs are called.
#[derive(Debug)]
pub(super) struct Logs {
    pub(super) keys: Keys,
    publish: &'static str,
    told_bytes: usize,
    forget_after: u64,
}

/// What became of an append.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    pub(super) position: Position,
    pub(super) duplicate: bool,
    /// Whether it can be read, and was told.
    pub(super) shown: bool,
}

/// A page, and whether there are records behind it that may not be shown yet.
#[derive(Debug)]
pub(super) struct ReadPage {
    pub(super) page: Page,
    pub(super) pending: bool,
}

/// What is known of the head of a log.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    /// The newest record, shown or not.
    pub(super) newest: Option<Position>,
    /// The newest one that is shown.
    pub(super) shown: Option<Position>,
}

impl Head {
    /// Whether there are records that are not shown yet.
    pub(super) fn is_pending(&self) -> bool {
        self.newest != self.shown
    }

    fn of(answer: Value) -> Result<Self, StoreError> {
        let mut answer = Answer::new(answer)?;
        let newest = position(&mut answer)?;
        let shown: (Option<u64>, Option<u32>) =
            (answer.number_or_none()?, answer.number_or_none()?);
        let shown = match (newest, shown) {
            (Some(newest), (Some(offset), Some(tag))) => Some(Position {
                offset,
                tag,
                ..newest
            }),
            _ => newest,
        };
        Ok(Self {
            newest,
            shown: shown.filter(|position| position.offset != 0),
        })
    }
}

impl Logs {
    pub(super) fn new(keys: Keys, options: &RedisOptions) -> Self {
        Self {
            keys,
            publish: if options.cluster {
                "SPUBLISH"
            } else {
                "PUBLISH"
            },
            told_bytes: options.told_bytes,
            forget_after: milliseconds(options.forget_after),
        }
    }

    /// `shown`: at once, and not only when it is settled.
    pub(super) fn append(&self, log: &LogName, append: &Append, epoch: u64, shown: bool) -> Call {
        let head = self.keys.head(log);
        let key = match &append.key {
            Some(key) => self.keys.idempotency(log, &key.key),
            None => head.clone().into_bytes(),
        };
        let fence = self.fence(append.fence.as_ref(), &head);
        let keys = [
            head.into_bytes(),
            self.keys.records(log).into_bytes(),
            key,
            fence.into_bytes(),
        ];
        let retention = append.retention;
        let max_records = retention.max_records.clamp(1, i64::MAX as u64);
        Call::script(&APPEND, &keys)
            .arg(&*append.payload)
            .arg(append.tag)
            // As text: it may be more than Redis takes for a number.
            .arg(epoch.to_string())
            .arg(max_records)
            .arg(optional(retention.max_age.map(milliseconds)))
            .arg(optional(
                append.key.as_ref().map(|key| milliseconds(key.window)),
            ))
            .arg(optional(append.fence.as_ref().map(|fence| fence.revision)))
            .arg(self.publish)
            .arg(self.keys.channel(log.as_str()))
            .arg(self.forget_after)
            .arg(self.told_bytes)
            .arg(if shown { "1" } else { "" })
    }

    pub(super) fn appended(answer: Value) -> Result<Written, StoreError> {
        if is_word(&answer, "fenced") {
            return Err(StoreError::Fenced);
        }
        let mut answer = Answer::new(answer)?;
        Ok(Written {
            position: Position {
                epoch: answer.number()?,
                offset: answer.number()?,
                tag: answer.number()?,
            },
            duplicate: answer.flag()?,
            shown: answer.flag()?,
        })
    }

    /// Shows what was appended up to a position.
    pub(super) fn settle(&self, log: &LogName, through: Position) -> Call {
        let keys = [self.keys.head(log), self.keys.records(log)];
        Call::script(&SETTLE, &keys)
            .arg(through.epoch.to_string())
            .arg(through.offset)
            .arg(through.tag)
            .arg(self.publish)
            .arg(self.keys.channel(log.as_str()))
            .arg(self.told_bytes)
    }

    pub(super) fn read(&self, log: &LogName, from: ReadFrom, limit: ReadLimit) -> Call {
        let keys = [self.keys.head(log), self.keys.records(log)];
        let call = Call::script(&READ, &keys);
        let call = match from {
            ReadFrom::Earliest => call.arg("").arg("").arg(""),
            ReadFrom::After(Position { epoch, offset, tag }) => call
                .arg(epoch.to_string())
                .arg(offset.to_string())
                .arg(tag.to_string()),
        };
        call.arg(limit.max_records).arg(limit.max_bytes)
    }

    pub(super) fn page(answer: Value) -> Result<ReadPage, StoreError> {
        let mut answer = Answer::new(answer)?;
        let verdict = match &*answer.bytes()? {
            b"contiguous" => Verdict::Contiguous,
            b"unknown" => Verdict::Gap(GapReason::Unknown),
            b"epoch" => Verdict::Gap(GapReason::Epoch),
            b"rewound" => Verdict::Gap(GapReason::Rewound),
            b"forked" => Verdict::Gap(GapReason::Forked),
            b"trimmed" => Verdict::Gap(GapReason::Trimmed),
            _ => return Err(corrupt("a verdict is none")),
        };
        let head = position(&mut answer)?;
        let (more, pending) = (answer.flag()?, answer.flag()?);
        let mut records: Vec<Record> = Vec::new();
        while !answer.is_empty() {
            let Some(head) = head else {
                return Err(corrupt("a log without a head has records"));
            };
            let record = record(head.epoch, &mut answer)?;
            let last = records.last().map(|last| last.position.as_previous());
            if last.is_some_and(|last| last != record.previous) {
                return Err(corrupt("a record in the middle of a log is missing"));
            }
            records.push(record);
        }
        let page = Page {
            verdict,
            head,
            records,
            more,
        };
        Ok(ReadPage { page, pending })
    }

    pub(super) fn heads(&self, logs: &[LogName]) -> Call {
        let heads: Vec<_> = logs.iter().map(|log| self.keys.head(log)).collect();
        Call::script(&HEADS, &heads)
    }

    pub(super) fn known(answer: Value) -> Result<Vec<Head>, StoreError> {
        let Value::Array(heads) = answer else {
            return Err(corrupt("an answer is no list"));
        };
        heads.into_iter().map(Head::of).collect()
    }

    pub(super) fn trim(&self, log: &LogName, through: u64, fence: Option<&Fence>) -> Call {
        let head = self.keys.head(log);
        let fenced = self.fence(fence, &head);
        Call::script(&TRIM, &[head, self.keys.records(log), fenced])
            // No offset is greater.
            .arg(through.min(1 << 53))
            .arg(optional(fence.map(|fence| fence.revision)))
            .arg(self.forget_after)
    }

    pub(super) fn announce(&self, log: &LogName, payload: &Bytes) -> Call {
        let mut message = Vec::with_capacity(1 + payload.len());
        message.push(ANNOUNCED);
        message.extend_from_slice(payload);
        Call::question(self.publish)
            .arg(self.keys.channel(log.as_str()))
            .arg(message)
    }

    fn fence(&self, fence: Option<&Fence>, none: &str) -> String {
        fence.map_or_else(|| none.to_owned(), |fence| self.keys.value(&fence.key))
    }
}

fn optional(number: Option<u64>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

fn position(answer: &mut Answer) -> Result<Option<Position>, StoreError> {
    let epoch = answer.number_or_none()?;
    let (offset, tag) = (answer.number_or_none()?, answer.number_or_none()?);
    Ok(match (epoch, offset, tag) {
        (Some(epoch), Some(offset), Some(tag)) => Some(Position { epoch, offset, tag }),
        _ => None,
    })
}

/// A record: its id, which is OFFSET-TAG, the tag of the one before, its payload.
fn record(epoch: u64, answer: &mut Answer) -> Result<Record, StoreError> {
    let id = answer.bytes()?;
    let dash = id.iter().position(|byte| *byte == b'-');
    let dash = dash.ok_or_else(|| corrupt("the id of a record is none"))?;
    let position = Position {
        epoch,
        offset: number(&id[..dash])?,
        tag: number(&id[dash + 1..])?,
    };
    let tag = answer.number()?;
    Ok(Record {
        position,
        previous: previous(position.offset, tag),
        payload: answer.bytes()?,
    })
}
