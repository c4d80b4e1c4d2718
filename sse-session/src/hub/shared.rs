//! What a hub, its streams and its tasks share.

use std::sync::{Arc, Weak};

use tokio::{runtime::Handle, sync::Semaphore};

use super::{
    channels::{Channels, Hints},
    random::Random,
    settings::Settings,
    tasks::Tasks,
};
use crate::store::SessionStore;

/// So many rings are brought up to their logs at a time.
const CATCH_UPS: usize = 16;

/// What a hub, its streams and its tasks share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) store: Arc<dyn SessionStore>,
    pub(super) settings: Settings,
    pub(super) channels: Channels,
    pub(super) random: Random,
    pub(super) tasks: Tasks,
    /// For streams that read for themselves.
    pub(super) reads: Semaphore,
    /// For those who read for all.
    pub(super) catch_ups: Semaphore,
}

impl Shared {
    pub(super) fn new(
        store: Arc<dyn SessionStore>,
        settings: Settings,
        random: Random,
        runtime: Handle,
    ) -> Arc<Self> {
        Arc::new_cyclic(|shared| {
            let hints = Hints::new(Weak::clone(shared));
            let channels =
                Channels::new(store.watch(Arc::new(hints)), !settings.observers.is_empty());
            Self {
                reads: Semaphore::new(settings.max_reads),
                catch_ups: Semaphore::new(CATCH_UPS),
                tasks: Tasks::new(runtime),
                store,
                settings,
                channels,
                random,
            }
        })
    }
}
