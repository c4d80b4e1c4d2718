//! What processes have acknowledged and told.

use std::collections::HashMap;

use sse_session::{
    redb::RedbStore,
    store::{Position, Previous, ReadFrom, ReadLimit, SessionStore},
};

use super::{LOGS, log, payload};

/// What processes have acknowledged and told, before they were killed.
#[derive(Debug, Default)]
pub(crate) struct Witness {
    acknowledged: Vec<(usize, Position)>,
    told: Vec<(usize, Position)>,
}

impl Witness {
    pub(crate) fn acknowledged(&self) -> usize {
        self.acknowledged.len()
    }

    pub(crate) fn told(&self) -> usize {
        self.told.len()
    }

    pub(super) fn remember(&mut self, line: &str) {
        let words: Vec<_> = line.split(' ').collect();
        let [what, log, epoch, offset, tag] = words[..] else {
            panic!("it said {line}");
        };
        let position = Position {
            epoch: epoch.parse().unwrap(),
            offset: offset.parse().unwrap(),
            tag: tag.parse().unwrap(),
        };
        let of = match what {
            "acknowledged" => &mut self.acknowledged,
            "told" => &mut self.told,
            _ => panic!("it said {line}"),
        };
        of.push((log.parse().unwrap(), position));
    }

    /// Whether all of it is there, in logs without a hole.
    pub(crate) async fn check(&self, store: &RedbStore) -> Result<(), String> {
        let mut found = HashMap::new();
        for number in 0..LOGS {
            let mut previous = Previous::default();
            let mut from = ReadFrom::Earliest;
            loop {
                let page = store.read(&log(number), from, ReadLimit::default()).await;
                let page = page.map_err(|error| format!("{error}: {error:?}"))?;
                for record in &page.records {
                    let Position { offset, tag, .. } = record.position;
                    if record.previous != previous || offset != previous.offset + 1 {
                        return Err(format!("{offset} of log {number} is no link of the chain"));
                    }
                    if record.payload != payload(number, tag) {
                        return Err(format!("{offset} of log {number} is another one"));
                    }
                    previous = record.position.as_previous();
                    found.insert((number, offset), record.position);
                }
                match page.records.last() {
                    Some(last) if page.more => from = ReadFrom::After(last.position),
                    _ => break,
                }
            }
        }
        for (number, position) in self.acknowledged.iter().chain(&self.told) {
            if found.get(&(*number, position.offset)) != Some(position) {
                return Err(format!("{position:?} of log {number} is not there"));
            }
        }
        Ok(())
    }
}
