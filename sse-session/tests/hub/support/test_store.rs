//! A store whose hints, delays and losses a test decides.

use core::{fmt, pin::Pin, time::Duration};
use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use parking_lot::Mutex;
use sse_session::{
    conformance::{ReferenceLog, ReferenceStore},
    store::{
        Append, Appended, Capabilities, Entry, Expect, GapReason, Join, Joined, Key, LogName,
        Member, Members, Page, Position, Put, ReadFrom, ReadLimit, SessionStore, SetName,
        StoreError, StoreFuture, Verdict, Watch, WatchEvent, WatchSink,
    },
};

use super::{
    channel,
    faults::{Failure, HintMode, Lie},
    test_watch::Watches,
};

type Hook = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// A store whose hints, delays and losses a test decides. Clones are the same store.
#[derive(Clone)]
pub(crate) struct TestStore {
    inner: Arc<Inner>,
}

struct Inner {
    current: Mutex<ReferenceStore>,
    watches: Arc<Watches>,
    hints: Mutex<HintMode>,
    held: Mutex<Vec<(LogName, WatchEvent)>>,
    hook: Mutex<Option<Hook>>,
    /// Operations that read, so far.
    reads: AtomicUsize,
    /// The most that were under way at a time.
    most_reads: AtomicUsize,
    reading: AtomicUsize,
    away: AtomicBool,
    failures: Mutex<VecDeque<Failure>>,
    contiguous: AtomicBool,
    lie: Mutex<Lie>,
}

impl TestStore {
    pub(crate) fn new() -> Self {
        Self {
            inner: Arc::new(Inner {
                current: Mutex::default(),
                watches: Arc::default(),
                hints: Mutex::new(HintMode::Pass),
                held: Mutex::default(),
                hook: Mutex::default(),
                reads: AtomicUsize::new(0),
                most_reads: AtomicUsize::new(0),
                reading: AtomicUsize::new(0),
                away: AtomicBool::new(false),
                failures: Mutex::default(),
                contiguous: AtomicBool::new(true),
                lie: Mutex::new(Lie::None),
            }),
        }
    }

    pub(crate) fn set_hints(&self, mode: HintMode) {
        *self.inner.hints.lock() = mode;
    }

    /// Tells what was held, the newest first.
    pub(crate) fn release_hints(&self) {
        let held = core::mem::take(&mut *self.inner.held.lock());
        for (log, event) in held.into_iter().rev() {
            self.inner.watches.tell(&log, &event);
        }
    }

    /// Something to wait for before and after each operation that reads.
    pub(crate) fn set_hook<F, R>(&self, hook: F)
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        *self.inner.hook.lock() = Some(Arc::new(move || Box::pin(hook())));
    }

    pub(crate) fn clear_hook(&self) {
        *self.inner.hook.lock() = None;
    }

    /// How many operations have read, since the last time.
    pub(crate) fn take_reads(&self) -> usize {
        self.inner.reads.swap(0, Ordering::Relaxed)
    }

    pub(crate) fn most_reads(&self) -> usize {
        self.inner.most_reads.load(Ordering::Relaxed)
    }

    /// Whether nothing works.
    pub(crate) fn set_away(&self, away: bool) {
        self.inner.away.store(away, Ordering::Relaxed);
    }

    pub(crate) fn set_contiguous(&self, contiguous: bool) {
        self.inner.contiguous.store(contiguous, Ordering::Relaxed);
    }

    pub(crate) fn set_lie(&self, lie: Lie) {
        *self.inner.lie.lock() = lie;
    }

    /// The next appends fail, in this order.
    pub(crate) fn fail_appends(&self, failures: &[Failure]) {
        self.inner.failures.lock().extend(failures);
    }

    pub(crate) fn failures_left(&self) -> usize {
        self.inner.failures.lock().len()
    }

    /// Everything in it is gone.
    pub(crate) fn renew(&self) {
        *self.inner.current.lock() = ReferenceStore::new();
    }

    /// The last records of a channel are lost.
    pub(crate) fn rewind(&self, name: &str, records: usize) {
        self.tamper(name, |log| {
            let keep = log.records.len() - records;
            log.head = log.records.get(keep).map(|(_, first_lost)| {
                let previous = first_lost.previous;
                Position {
                    epoch: first_lost.position.epoch,
                    offset: previous.offset,
                    tag: previous.tag,
                }
            });
            log.records.truncate(keep);
        });
    }

    /// The first records of a channel are trimmed, up to so many of the last.
    pub(crate) fn keep(&self, name: &str, records: usize) {
        self.tamper(name, |log| {
            let trimmed = log.records.len().saturating_sub(records);
            log.records.drain(..trimmed);
        });
    }

    /// The log of a channel is made anew when something is appended to it.
    pub(crate) fn forget(&self, name: &str) {
        self.tamper(name, |log| {
            let epoch = log.epoch + 1;
            *log = ReferenceLog {
                epoch,
                ..ReferenceLog::default()
            };
        });
    }

    pub(crate) fn tamper<T>(&self, name: &str, with: impl FnOnce(&mut ReferenceLog) -> T) -> T {
        let log = LogName::of_channel(&channel(name));
        self.current().tamper(&log, with)
    }

    /// Who watches.
    pub(crate) fn watches(&self) -> &Watches {
        &self.inner.watches
    }

    fn hint(&self, log: &LogName, event: WatchEvent) {
        let mode = *self.inner.hints.lock();
        match mode {
            HintMode::Pass => self.inner.watches.tell(log, &event),
            HintMode::Lose => (),
            HintMode::Double => {
                self.inner.watches.tell(log, &event);
                self.inner.watches.tell(log, &event);
            }
            // Late, it would come to those who were not there.
            HintMode::Hold if matches!(event, WatchEvent::Announced { .. }) => {
                self.inner.watches.tell(log, &event);
            }
            HintMode::Hold => self.inner.held.lock().push((log.clone(), event)),
            HintMode::NameOnly => self
                .inner
                .watches
                .tell(log, &WatchEvent::Changed(log.clone())),
        }
    }

    fn current(&self) -> ReferenceStore {
        self.inner.current.lock().clone()
    }

    fn check(&self) -> Result<(), StoreError> {
        if self.inner.away.load(Ordering::Relaxed) {
            return Err(StoreError::Unavailable { source: None });
        }
        Ok(())
    }

    async fn reading<T>(
        &self,
        read: impl AsyncFnOnce(ReferenceStore) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let hook = self.inner.hook.lock().clone();
        self.inner.reads.fetch_add(1, Ordering::Relaxed);
        let reading = self.inner.reading.fetch_add(1, Ordering::Relaxed) + 1;
        self.inner.most_reads.fetch_max(reading, Ordering::Relaxed);
        if let Some(hook) = &hook {
            hook().await;
        }
        let result = match self.check() {
            Ok(()) => read(self.current()).await,
            Err(error) => Err(error),
        };
        if let Some(hook) = &hook {
            hook().await;
        }
        self.inner.reading.fetch_sub(1, Ordering::Relaxed);
        result
    }
}

impl SessionStore for TestStore {
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = self.current().capabilities();
        capabilities.contiguous_offsets = self.inner.contiguous.load(Ordering::Relaxed);
        capabilities
    }

    fn append<'a>(&'a self, log: &'a LogName, append: Append) -> StoreFuture<'a, Appended> {
        Box::pin(async move {
            self.check()?;
            let failure = self.inner.failures.lock().pop_front();
            if failure == Some(Failure::Unavailable) {
                return Err(StoreError::Unavailable { source: None });
            }
            if failure == Some(Failure::UnknownAndNotDone) {
                return Err(StoreError::OutcomeUnknown { source: None });
            }
            let store = self.current();
            let appended = store.append(log, append).await?;
            if !appended.duplicate {
                let record = store.tamper(log, |log| log.records.last().cloned());
                let (_, record) = record.unwrap();
                let log_name = log.clone();
                let event = WatchEvent::Appended {
                    log: log_name,
                    record,
                };
                self.hint(log, event);
            }
            match failure {
                Some(_) => Err(StoreError::OutcomeUnknown { source: None }),
                None => Ok(appended),
            }
        })
    }

    fn read<'a>(
        &'a self,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        let lie = *self.inner.lie.lock();
        let reads = self.inner.reads.load(Ordering::Relaxed);
        Box::pin(self.reading(async move |store| match (lie, from) {
            (Lie::Contiguous, ReadFrom::After(position)) => {
                let mut page = store.read(log, ReadFrom::Earliest, limit).await?;
                page.records
                    .retain(|record| record.position.offset > position.offset);
                Ok(page)
            }
            (Lie::Gaps, ReadFrom::After(_)) if reads % 20 == 19 => {
                let mut page = store.read(log, from, limit).await?;
                page.records.clear();
                page.verdict = Verdict::Gap(GapReason::Trimmed);
                Ok(page)
            }
            _ => store.read(log, from, limit).await,
        }))
    }

    fn heads<'a>(&'a self, logs: &'a [LogName]) -> StoreFuture<'a, Vec<Option<Position>>> {
        Box::pin(self.reading(async move |store| store.heads(logs).await))
    }

    fn trim<'a>(
        &'a self,
        _: &'a LogName,
        _: u64,
        _: Option<sse_session::store::Fence>,
    ) -> StoreFuture<'a, ()> {
        unreachable!("the hub does not trim channels")
    }

    fn announce<'a>(&'a self, log: &'a LogName, payload: Bytes) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.check()?;
            let log_name = log.clone();
            let event = WatchEvent::Announced {
                log: log_name,
                payload,
            };
            self.hint(log, event);
            Ok(())
        })
    }

    fn watch(&self, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        self.inner.watches.watch(sink)
    }

    fn get<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Entry>> {
        Box::pin(self.reading(async move |store| store.get(key).await))
    }

    fn put<'a>(
        &'a self,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        Box::pin(self.reading(async move |store| store.put(key, value, expect, ttl).await))
    }

    fn extend<'a>(&'a self, _: &'a Key, _: u64, _: Duration) -> StoreFuture<'a, bool> {
        unreachable!("not yet used by the hub")
    }

    fn remove<'a>(&'a self, _: &'a Key, _: Expect) -> StoreFuture<'a, bool> {
        unreachable!("not yet used by the hub")
    }

    fn join<'a>(&'a self, _: &'a SetName, _: Member, _: Join) -> StoreFuture<'a, Joined> {
        unreachable!("not yet used by the hub")
    }

    fn leave<'a>(&'a self, _: &'a SetName, _: &'a Member) -> StoreFuture<'a, bool> {
        unreachable!("not yet used by the hub")
    }

    fn members<'a>(&'a self, _: &'a SetName, _: usize) -> StoreFuture<'a, Members> {
        unreachable!("not yet used by the hub")
    }
}

impl fmt::Debug for TestStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TestStore")
    }
}

impl fmt::Display for TestStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("test store")
    }
}
