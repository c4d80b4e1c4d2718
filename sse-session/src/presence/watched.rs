//! A channel whose presence somebody on this node watches.

use core::{fmt, time::Duration};
use std::sync::Arc;

use tokio::{
    sync::{Mutex, watch},
    time::{Instant, sleep_until},
};

use super::{PresenceView, presence::Inner, sets::Sets};
use crate::{
    keeper::{Kept, Work},
    store::{LogName, SessionStore},
};

/// It is not looked at again before this, however many come and go.
const PAUSE: Duration = Duration::from_millis(250);

/// A channel whose presence is watched, once for all who do on this node.
pub(super) struct Watched {
    sets: Sets,
    max_listed: usize,
    views: watch::Sender<Arc<PresenceView>>,
    /// When it was looked at last; held by whoever looks.
    looked: Mutex<Instant>,
}

impl Watched {
    pub(super) fn new(sets: Sets, max_listed: usize, view: PresenceView) -> Self {
        Self {
            sets,
            max_listed,
            looked: Mutex::new(view.as_of()),
            views: watch::Sender::new(Arc::new(view)),
        }
    }

    pub(super) fn views(&self) -> watch::Receiver<Arc<PresenceView>> {
        self.views.subscribe()
    }

    async fn look(&self, store: &dyn SessionStore) {
        let asked = Instant::now();
        let mut looked = self.looked.lock().await;
        if *looked > asked {
            return;
        }
        sleep_until(*looked + PAUSE).await;
        *looked = Instant::now();
        // If the store is away, the last view stands.
        if let Ok(view) = self.sets.look(store, self.max_listed).await {
            self.views.send_if_modified(|before| {
                let changed = !before.shows_the_same(&view);
                *before = Arc::new(view);
                changed
            });
        }
    }
}

impl Kept for Watched {
    fn control(&self) -> Option<&LogName> {
        Some(&self.sets.control)
    }

    fn renew(self: Arc<Self>, store: Arc<dyn SessionStore>) -> Work {
        Box::pin(async move { self.look(&*store).await })
    }

    fn is_over(&self) -> bool {
        false
    }
}

/// One who watches a channel.
pub(super) struct Watching {
    presence: Arc<Inner>,
    control: LogName,
}

impl Watching {
    pub(super) const fn new(presence: Arc<Inner>, control: LogName) -> Self {
        Self { presence, control }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.presence.watched_by_one_less(&self.control);
    }
}

impl fmt::Debug for Watching {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watching(..)")
    }
}
