//! Where cases take hints, and the subscriber that reads because of them.

use std::sync::Arc;

use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::timeout,
};

use super::{
    Stop,
    stop::{Outcome, ensure, ensure_eq},
    trial::Trial,
};
use crate::store::{
    LogName, Position, ReadFrom, ReadLimit, Record, SessionStore, Verdict, Watch, WatchEvent,
    WatchSink,
};

struct Sink {
    events: UnboundedSender<WatchEvent>,
}

impl WatchSink for Sink {
    fn notify(&self, event: WatchEvent) {
        // The case may have ended.
        let _ = self.events.send(event);
    }
}

/// A watch, and the hints that it gave.
pub(super) struct Hints {
    pub(super) watch: Box<dyn Watch>,
    events: UnboundedReceiver<WatchEvent>,
}

impl Hints {
    pub(super) fn of(store: &dyn SessionStore) -> Self {
        let (sender, events) = unbounded_channel();
        let sink = Arc::new(Sink { events: sender });
        Self {
            watch: store.watch(sink),
            events,
        }
    }

    /// Watches a log, and waits until that is in force.
    pub(super) async fn watch(&mut self, trial: &Trial, log: &LogName) -> Outcome {
        self.watch.add(log);
        let watching = WatchEvent::Watching(log.clone());
        while self.next(trial, "Watching").await? != watching {}
        Ok(())
    }

    /// The next hint, which has to come.
    pub(super) async fn next(&mut self, trial: &Trial, what: &str) -> Result<WatchEvent, Stop> {
        let event = trial.patiently(what, self.events.recv()).await?;
        event.ok_or_else(|| Stop::failed(format_args!("the sink was dropped before {what} came")))
    }

    /// The hints that come within the slack of now.
    pub(super) async fn within_slack(&mut self, trial: &Trial) -> Vec<WatchEvent> {
        let mut events = Vec::new();
        while let Ok(Some(event)) = timeout(trial.timing().slack, self.events.recv()).await {
            events.push(event);
        }
        events
    }
}

/// Whether a hint is of this log.
pub(super) fn is_of(event: &WatchEvent, log: &LogName) -> bool {
    match event {
        WatchEvent::Appended { log: of, .. }
        | WatchEvent::Changed(of)
        | WatchEvent::Watching(of)
        | WatchEvent::Announced { log: of, .. } => of == log,
        WatchEvent::Lost | WatchEvent::Restored => false,
    }
}

/// Reads a log when it is told to and at no other time, as a hub does.
pub(super) struct Subscriber {
    log: LogName,
    pub(super) hints: Hints,
    pub(super) seen: Vec<Record>,
    lost: bool,
}

impl Subscriber {
    /// One that watches from now on, and has seen what there was.
    pub(super) async fn begin(
        trial: &Trial,
        store: &dyn SessionStore,
        log: &LogName,
    ) -> Result<Self, Stop> {
        let mut subscriber = Self {
            log: log.clone(),
            hints: Hints::of(store),
            seen: Vec::new(),
            lost: false,
        };
        subscriber.hints.watch(trial, log).await?;
        subscriber.read(store).await?;
        Ok(subscriber)
    }

    /// Takes hints, and reads whenever one comes, until so many records were seen.
    pub(super) async fn see(
        &mut self,
        trial: &Trial,
        store: &dyn SessionStore,
        records: usize,
    ) -> Outcome {
        while self.seen.len() < records {
            if self.lost {
                // It was told that it has to look for itself.
                trial.advance(trial.timing().slack).await;
                self.read(store).await?;
                continue;
            }
            let what = format!("a hint of record {} of {records}", self.seen.len() + 1);
            match self.hints.next(trial, &what).await? {
                WatchEvent::Lost => self.lost = true,
                WatchEvent::Restored => self.lost = false,
                WatchEvent::Appended { log, record } => {
                    ensure!(log == self.log, "a hint of a log that was not added");
                    self.read(store).await?;
                    let there = self.seen.iter().find(|it| it.position == record.position);
                    ensure_eq!(there, Some(&record), "what was told, when it was told");
                    continue;
                }
                WatchEvent::Changed(_) | WatchEvent::Watching(_) | WatchEvent::Announced { .. } => {
                }
            }
            self.read(store).await?;
        }
        ensure_eq!(self.seen.len(), records, "the records seen");
        Ok(())
    }

    async fn read(&mut self, store: &dyn SessionStore) -> Outcome {
        loop {
            let last = self.seen.last().map(|record| record.position);
            let from = last.map_or(ReadFrom::Earliest, |at: Position| ReadFrom::After(at));
            let page = store.read(&self.log, from, ReadLimit::default()).await?;
            ensure_eq!(
                page.verdict,
                Verdict::Contiguous,
                "the verdict from {from:?}"
            );
            self.seen.extend(page.records);
            if !page.more {
                return Ok(());
            }
        }
    }
}
