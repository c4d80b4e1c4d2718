//! Who has come and gone.

use std::sync::Arc;

use tokio::sync::watch;

use super::{PresenceView, Present, watched::Watching};

/// Who comes and goes on a channel, from [`Presence::watch`](super::Presence::watch). However slow it is read, it
/// holds no more than the last view: who came and went meanwhile is not told of.
#[derive(Debug)]
#[must_use]
pub struct PresenceChanges {
    views: watch::Receiver<Arc<PresenceView>>,
    /// What was told.
    told: Arc<PresenceView>,
    _watching: Watching,
}

/// Who has come and gone since the last time.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PresenceChange {
    /// They were not listed, and are.
    pub joined: Vec<Present>,
    /// They were listed, and are not. If the list is not [complete](PresenceView::is_complete), they may be there.
    pub left: Vec<Present>,
    /// Who is there now.
    pub view: Arc<PresenceView>,
}

impl PresenceChanges {
    pub(super) fn new(mut views: watch::Receiver<Arc<PresenceView>>, watching: Watching) -> Self {
        let told = Arc::clone(&views.borrow_and_update());
        Self {
            views,
            told,
            _watching: watching,
        }
    }

    /// Who is there, as far as it was told.
    #[must_use]
    pub const fn view(&self) -> &Arc<PresenceView> {
        &self.told
    }

    /// Waits until somebody has come or gone, or a count has changed. `None` when the presence is no more.
    ///
    /// # Cancellation
    ///
    /// Dropped, nothing is lost.
    pub async fn next(&mut self) -> Option<PresenceChange> {
        self.views.changed().await.ok()?;
        let view = Arc::clone(&self.views.borrow_and_update());
        let before = core::mem::replace(&mut self.told, Arc::clone(&view));
        Some(PresenceChange {
            joined: view.without(&before),
            left: before.without(&view),
            view,
        })
    }
}
