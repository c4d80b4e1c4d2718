//! Replay: the last 1,000 records of a log, page by page.

use core::{error::Error, time::Duration};
use std::{sync::Arc, time::Instant};

use sse_session::store::{Append, LogName, Position, ReadFrom, ReadLimit, SessionStore, Verdict};

use super::append::{log, payload};

/// How many records are replayed.
pub const RECORDS: u32 = 1_000;

/// A log with enough records, and where a client was that has missed so many.
#[derive(Debug)]
pub struct Replay {
    store: Arc<dyn SessionStore>,
    log: LogName,
    seen: Position,
}

impl Replay {
    /// Fills a log.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn fill(store: Arc<dyn SessionStore>) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let log = log("replay", 0);
        let append = |tag| {
            let mut append = Append::new(payload(), tag);
            append.retention.max_records = (RECORDS + 1).into();
            store.append(&log, append)
        };
        let seen = append(1).await?.position;
        for number in 1..=RECORDS {
            append(number + 1).await?;
        }
        Ok(Self { store, log, seen })
    }

    /// Replays per second, over so long.
    ///
    /// # Errors
    ///
    /// The store's, or what came is not what was appended.
    pub async fn run(&self, at_least: Duration) -> Result<f64, Box<dyn Error + Send + Sync>> {
        let start = Instant::now();
        let mut replays = 0;
        while replays == 0 || start.elapsed() < at_least {
            self.once().await?;
            replays += 1;
        }
        Ok(f64::from(replays) / start.elapsed().as_secs_f64())
    }

    async fn once(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        let (mut after, mut tag) = (self.seen, 1);
        loop {
            let from = ReadFrom::After(after);
            let page = self.store.read(&self.log, from, ReadLimit::default());
            let page = page.await?;
            for record in &page.records {
                tag += 1;
                if record.position.tag != tag {
                    return Err("a record is missing".into());
                }
                after = record.position;
            }
            match page.verdict {
                Verdict::Contiguous if page.more => {}
                Verdict::Contiguous if tag == RECORDS + 1 => return Ok(()),
                verdict => return Err(format!("{verdict:?} at {tag}").into()),
            }
        }
    }
}
