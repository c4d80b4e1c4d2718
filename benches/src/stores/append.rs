//! Appends per second: each writer waits for its acknowledgement before its next append.

use core::{error::Error, time::Duration};
use std::{sync::Arc, time::Instant};

use bytes::Bytes;
use sse_session::{
    Channel,
    store::{Append, LogName, SessionStore, StoreError},
};

use crate::history::kept::block;

/// Who appends where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// How many appends are on their way at a time: a task for each.
    pub in_flight: usize,
    /// To how many logs.
    pub logs: usize,
}

/// A log of this kind of work.
///
/// # Panics
///
/// Never: it is a name.
#[must_use]
pub fn log(kind: &str, number: usize) -> LogName {
    let name = format!("{kind}-{number}");
    LogName::of_channel(&Channel::try_from(name.as_str()).expect("a name"))
}

/// What is appended: what a hub stores for an event.
#[must_use]
pub fn payload() -> Bytes {
    block(1)
}

/// Appends per second, over so long.
///
/// # Errors
///
/// The store's.
pub async fn run(
    store: &Arc<dyn SessionStore>,
    load: Load,
    at_least: Duration,
) -> Result<f64, Box<dyn Error + Send + Sync>> {
    let start = Instant::now();
    let writers: Vec<_> = (0..load.in_flight)
        .map(|number| {
            let store = Arc::clone(store);
            let log = log("append", number % load.logs);
            tokio::spawn(write(store, log, start + at_least))
        })
        .collect();
    let mut appended = 0;
    for writer in writers {
        appended += writer.await??;
    }
    Ok(f64::from(appended) / start.elapsed().as_secs_f64())
}

async fn write(
    store: Arc<dyn SessionStore>,
    log: LogName,
    until: Instant,
) -> Result<u32, StoreError> {
    let payload = payload();
    let mut appended = 0;
    while appended == 0 || Instant::now() < until {
        appended += 1;
        store
            .append(&log, Append::new(payload.clone(), appended))
            .await?;
    }
    Ok(appended)
}
