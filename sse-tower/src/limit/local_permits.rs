//! The streams of this server, counted.

use core::fmt;
use std::sync::Arc;

use parking_lot::Mutex;

use super::{
    Eviction, PermitFuture, StreamKey, StreamPermit, StreamPermits,
    slots::{SlotLimits, Slots, Taken},
};
use crate::stream::StreamHandle;

/// Counts the streams of this server.
///
/// Keep the [`Arc`](std::sync::Arc) that the [layer](super::StreamLimitLayer) is made with, and see
/// by it how many streams are open. A request that is being answered counts from its admission on, an
/// evicted stream no more.
///
/// # Complexity
///
/// Taking a slot and giving it back hold one lock for a lookup by key, and for the removal from an
/// ordered map of the key's own slots. Memory is for streams only: a key is forgotten with its last
/// one.
#[must_use]
pub struct LocalPermits {
    shared: Arc<Shared>,
}

struct Shared {
    limits: SlotLimits,
    slots: Mutex<Slots>,
}

impl LocalPermits {
    /// So many streams at once, all together. `usize::MAX`: any number.
    pub fn new(max_streams: usize) -> Self {
        Self::with_limits(SlotLimits {
            max_streams,
            max_streams_per_key: usize::MAX,
            eviction: None,
        })
    }

    /// Sets how many streams of one key there may be at once. Any number by default.
    pub fn with_max_streams_per_key(self, max_streams: usize) -> Self {
        Self::with_limits(SlotLimits {
            max_streams_per_key: max_streams,
            ..self.shared.limits.clone()
        })
    }

    /// Lets a new stream take the place of its key's oldest one, instead of being refused. The oldest
    /// is the one that was admitted first. When all streams there may be are open, only a stream
    /// whose key has all of its own is admitted, in the place of one of them.
    pub fn with_eviction(self, eviction: Eviction) -> Self {
        Self::with_limits(SlotLimits {
            eviction: Some(eviction),
            ..self.shared.limits.clone()
        })
    }

    fn with_limits(limits: SlotLimits) -> Self {
        let slots = Mutex::default();
        Self {
            shared: Arc::new(Shared { limits, slots }),
        }
    }

    /// How many streams are open.
    #[must_use]
    pub fn open_streams(&self) -> usize {
        self.shared.slots.lock().open()
    }

    /// How many streams of this key are open.
    #[must_use]
    pub fn open_streams_of(&self, key: &StreamKey) -> usize {
        self.shared.slots.lock().open_of(key)
    }

    /// How many evicted streams are not gone yet.
    #[must_use]
    pub fn ending_streams(&self) -> usize {
        self.shared.slots.lock().ending()
    }

    /// How many keys have streams, open or ending.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.shared.slots.lock().keys()
    }
}

impl StreamPermits for LocalPermits {
    fn acquire<'a>(&'a self, key: Option<&'a StreamKey>) -> PermitFuture<'a> {
        // Nothing happens before it is polled, and everything at once then.
        Box::pin(async move {
            let Taken { number, evicted } =
                self.shared.slots.lock().take(key, &self.shared.limits)?;
            if let Some(stream) = evicted {
                self.shared.end(&stream);
            }
            let permit: Box<dyn StreamPermit> = Box::new(LocalPermit {
                number,
                key: key.cloned(),
                shared: Arc::clone(&self.shared),
            });
            Ok(permit)
        })
    }
}

impl Shared {
    fn end(&self, stream: &StreamHandle) {
        if let Some(eviction) = &self.limits.eviction {
            stream.end(eviction.to_stream_end());
        }
    }
}

struct LocalPermit {
    number: u64,
    key: Option<StreamKey>,
    shared: Arc<Shared>,
}

impl StreamPermit for LocalPermit {
    fn attach(&self, stream: &StreamHandle) {
        let Some(key) = &self.key else { return };
        let attached = self.shared.slots.lock().attach(self.number, key, stream);
        if !attached {
            self.shared.end(stream);
        }
    }
}

impl Drop for LocalPermit {
    fn drop(&mut self) {
        let mut slots = self.shared.slots.lock();
        let stream = slots.give_back(self.number, self.key.as_ref());
        drop(slots);
        drop(stream);
    }
}

impl fmt::Debug for LocalPermits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slots = self.shared.slots.lock();
        f.debug_struct("LocalPermits")
            .field("limits", &self.shared.limits)
            .field("open_streams", &slots.open())
            .field("ending_streams", &slots.ending())
            .finish_non_exhaustive()
    }
}
