//! What is done at a gap.

use core::{fmt, pin::Pin};
use std::sync::Arc;

use sse_codec::Event;

use super::Gap;

/// What is done at a gap, besides telling it.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum OnGap {
    /// Nothing: the client knows what to do.
    #[default]
    Notify,
    /// The application supplies the state of the channel, which is sent behind the gap.
    Snapshot(Snapshot),
    /// The stream ends. The client comes back behind the gap.
    Close,
}

impl OnGap {
    /// [`OnGap::Snapshot`], by this function.
    ///
    /// What it gives is sent behind the gap and before the events that follow it: whatever is
    /// published while it runs comes after. Ids of its events are not sent: the gap and its
    /// snapshot count as received with the last of them, so a client that is cut off in between
    /// gets all of it again. It should bound its own time and size.
    ///
    /// ```
    /// use sse_codec::Event;
    /// use sse_session::hub::{Gap, OnGap};
    ///
    /// let on_gap = OnGap::snapshot(|gap: Gap| async move {
    ///     vec![Event::builder(format!("all of {}", gap.channel())).build()]
    /// });
    /// # let _ = on_gap;
    /// ```
    pub fn snapshot<F, R>(take: F) -> Self
    where
        F: Fn(Gap) -> R + Send + Sync + 'static,
        R: Future<Output = Vec<Event>> + Send + 'static,
    {
        Self::Snapshot(Snapshot {
            take: Arc::new(move |gap| Box::pin(take(gap))),
        })
    }
}

type SnapshotFuture = Pin<Box<dyn Future<Output = Vec<Event>> + Send>>;

/// How the application supplies the state of a channel: made by [`OnGap::snapshot`].
#[derive(Clone)]
pub struct Snapshot {
    take: Arc<dyn Fn(Gap) -> SnapshotFuture + Send + Sync>,
}

impl Snapshot {
    pub(in crate::hub) fn take(&self, gap: Gap) -> SnapshotFuture {
        (self.take)(gap)
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Snapshot(..)")
    }
}
