//! Which streams there are.

use std::{
    collections::HashMap,
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, Ordering},
    },
};

use parking_lot::Mutex;
use sse_codec::LastEventId;
use tokio::{runtime::Handle, time::Instant};

use super::{
    AutoIdStream, TooManyStreams,
    history::{History, Identity},
    settings::Settings,
};
use crate::Channel;

/// Which streams there are.
pub(super) struct Registry {
    settings: Settings,
    pub(super) runtime: Handle,
    /// The epoch of the next stream. The first one is random, so that no other process has it.
    epoch: AtomicU64,
    streams: Mutex<HashMap<Channel, Arc<History>>>,
}

impl Registry {
    pub(super) fn new(settings: Settings, runtime: Handle, epoch: u64) -> Arc<Self> {
        Arc::new(Self {
            settings,
            runtime,
            epoch: AtomicU64::new(epoch),
            streams: Mutex::default(),
        })
    }

    pub(super) fn len(&self) -> usize {
        self.streams.lock().len()
    }

    /// The stream of this name; and its run, if it is new.
    pub(super) fn open(
        self: &Arc<Self>,
        name: &Channel,
        after: Option<&LastEventId>,
    ) -> Result<(AutoIdStream, Option<Run>), TooManyStreams> {
        let mut streams = self.streams.lock();
        if let Some(history) = streams.get(name) {
            return Ok((AutoIdStream::new(Arc::clone(history), after), None));
        }
        let max_streams = self.settings.max_streams;
        if streams.len() >= max_streams {
            return Err(TooManyStreams { max_streams });
        }
        let identity = Identity {
            channel: name.clone(),
            label: self.settings.codec.label(name),
            epoch: self.epoch.fetch_add(1, Ordering::Relaxed),
        };
        let history = Arc::new(History::new(identity, self.settings.clone()));
        streams.insert(name.clone(), Arc::clone(&history));
        let run = Run {
            history: Arc::clone(&history),
            registry: Arc::downgrade(self),
        };
        Ok((AutoIdStream::new(history, after), Some(run)))
    }

    pub(super) fn attach(
        &self,
        name: &Channel,
        after: Option<&LastEventId>,
    ) -> Option<AutoIdStream> {
        // Under the lock, so that it is not forgotten in between.
        let streams = self.streams.lock();
        let history = streams.get(name)?;
        Some(AutoIdStream::new(Arc::clone(history), after))
    }
}

/// A stream that runs. Dropped, it has ended, and nobody finds it any more.
pub(super) struct Run {
    pub(super) history: Arc<History>,
    registry: Weak<Registry>,
}

impl Run {
    /// Whether nobody wants the stream any more; else when to look again. It is not found any more if so.
    pub(super) fn is_over(&self, now: Instant) -> Result<(), Instant> {
        let Some(registry) = self.registry.upgrade() else {
            let nobody_is_there = self.history.idle_until().is_some();
            return if nobody_is_there {
                Ok(())
            } else {
                Err(now + self.history.linger())
            };
        };
        // Under the lock, so that nobody comes in between.
        let mut streams = registry.streams.lock();
        match self.history.idle_until() {
            Some(until) if until <= now => {
                streams.remove(&self.history.identity().channel);
                Ok(())
            }
            until => Err(until.unwrap_or(now + self.history.linger())),
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if let Some(registry) = self.registry.upgrade() {
            let mut streams = registry.streams.lock();
            let channel = &self.history.identity().channel;
            let found = streams.get(channel);
            if found.is_some_and(|history| Arc::ptr_eq(history, &self.history)) {
                streams.remove(channel);
            }
        }
        self.history.end();
    }
}
