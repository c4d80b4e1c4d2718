//! Setting up an inbox.

use core::{fmt, time::Duration};
use std::sync::Arc;

use tokio::runtime::Handle;

use super::{
    Inbox, InboxHandler, InboxRate,
    settings::{Handling, Settings},
};
use crate::{hub::BuildError, session::Sessions};

/// An inbox to be set up: made by [`Inbox::at_holder`] and [`Inbox::at_receiver`]. All nodes need the same.
#[derive(Clone)]
#[must_use]
pub struct InboxBuilder {
    sessions: Sessions,
    handler: Arc<dyn InboxHandler>,
    settings: Settings,
}

impl InboxBuilder {
    pub(super) fn new(sessions: &Sessions, handler: impl InboxHandler, handling: Handling) -> Self {
        Self {
            sessions: sessions.clone(),
            handler: Arc::new(handler),
            settings: Settings::new(handling),
        }
    }

    /// Sets how long the body of a message may be: 64 KiB, or what the store takes if that is less.
    pub const fn with_max_message_bytes(mut self, bytes: usize) -> Self {
        self.settings.max_message_bytes = bytes;
        self
    }

    /// Sets how many messages of a session may wait, and how many bytes all of them may have: 64, and 1 MiB. 0
    /// counts as 1. Nodes that take messages of one session in the same moment may go beyond it by one each.
    pub const fn with_max_waiting(mut self, messages: usize, bytes: usize) -> Self {
        self.settings.max_messages = if messages == 0 { 1 } else { messages };
        self.settings.max_bytes = bytes;
        self
    }

    /// Sets how many messages a session may send to one node: 10 a second, 30 at once. `None`: any number.
    pub fn with_rate(mut self, rate: impl Into<Option<InboxRate>>) -> Self {
        self.settings.rate = rate.into();
        self
    }

    /// Sets how long a client's key is remembered: 10 minutes.
    pub const fn with_key_window(mut self, window: Duration) -> Self {
        self.settings.window = window;
        self
    }

    /// Sets how long messages wait that nobody handles, such as those of a session whose client does not come
    /// back: 24 hours. It should be longer than sessions wait for their clients.
    pub const fn with_max_wait(mut self, time: Duration) -> Self {
        self.settings.max_wait = time;
        self
    }

    /// Sets how long the handler may take for a message: 30 seconds. It is dropped then.
    pub const fn with_handler_timeout(mut self, time: Duration) -> Self {
        self.settings.handler_timeout = time;
        self
    }

    /// Sets how often the inboxes of the sessions that are held here are looked at, in case the store's hints were
    /// lost: each 5 seconds; at least 10 ms.
    pub fn with_check_interval(mut self, interval: Duration) -> Self {
        self.settings.check_interval = interval.max(Duration::from_millis(10));
        self
    }

    /// The inbox. Handlers run on the tokio runtime on which this is called, with its timer.
    ///
    /// # Errors
    ///
    /// [`BuildError::NoRuntime`].
    pub fn build(self) -> Result<Inbox, BuildError> {
        let runtime = Handle::try_current().map_err(|_| BuildError::NoRuntime)?;
        Ok(Inbox::new(
            self.sessions,
            self.handler,
            self.settings,
            runtime,
        ))
    }
}

impl fmt::Debug for InboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboxBuilder")
            .field("handler", &self.handler)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
