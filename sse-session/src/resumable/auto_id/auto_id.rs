//! Ids for streams that have none.

use core::fmt;
use std::sync::Arc;

use futures_core::Stream;
use sse_codec::{Event, LastEventId};

use super::{AutoIdBuilder, AutoIdStream, TooManyStreams, pump::pump, registry::Registry};
use crate::Channel;

/// Gives streams ids and keeps their last events, within this process. Clones are the same. See the
/// [module](crate::resumable#streams-without-ids).
#[derive(Clone)]
#[must_use]
pub struct AutoId {
    registry: Arc<Registry>,
}

impl AutoId {
    /// To be set up.
    pub fn builder() -> AutoIdBuilder {
        AutoIdBuilder::default()
    }

    pub(super) const fn new(registry: Arc<Registry>) -> Self {
        Self { registry }
    }

    /// The stream of this name for a client that has come up to `after`. If it does not run, `source` makes
    /// it, and it runs in a task of its own until it ends, or nobody wants it any more.
    ///
    /// Ids that its events have are replaced. All clients of a name get the same events: a stream for one client
    /// alone has a name that nobody else has, and that the same client comes back with.
    ///
    /// # Errors
    ///
    /// If there are too many streams; `source` was not called.
    pub fn open<S, A>(
        &self,
        name: &Channel,
        after: A,
        source: impl FnOnce() -> S,
    ) -> Result<AutoIdStream, TooManyStreams>
    where
        S: Stream<Item = Event> + Send + 'static,
        A: Into<Option<LastEventId>>,
    {
        let after = after.into();
        let (stream, new) = self.registry.open(name, after.as_ref())?;
        if let Some(run) = new {
            // No lock is held: it may open others. If it panics, the run ends.
            let source = source();
            self.registry.runtime.spawn(pump(source, run));
        }
        Ok(stream)
    }

    /// The stream of this name, if it runs or its events are still kept.
    #[must_use]
    pub fn attach(
        &self,
        name: &Channel,
        after: impl Into<Option<LastEventId>>,
    ) -> Option<AutoIdStream> {
        self.registry.attach(name, after.into().as_ref())
    }
}

impl fmt::Debug for AutoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AutoId")
            .field("streams", &self.registry.len())
            .finish_non_exhaustive()
    }
}
