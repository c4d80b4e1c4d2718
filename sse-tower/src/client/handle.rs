//! A client's remote control.

use core::task::{Context, Waker};
use std::sync::Arc;

use parking_lot::Mutex;

/// Closes, pauses and resumes an [`EventSource`](super::EventSource) from elsewhere. Made by
/// [`EventSource::handle`](super::EventSource::handle); clones control the same client.
///
/// What is called takes effect when the client is polled next; it is woken for that. Dropping the handle does
/// nothing.
#[derive(Debug, Clone)]
pub struct EventSourceHandle {
    pub(super) shared: Arc<Shared>,
}

#[derive(Debug, Default)]
pub(super) struct Shared {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    wanted: Wanted,
    waker: Option<Waker>,
}

/// What was called last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Wanted {
    #[default]
    Nothing,
    Pause,
    Resume,
    Close,
}

impl EventSourceHandle {
    /// Ends the client: its connection is dropped, and its stream of items ends. For good.
    pub fn close(&self) {
        self.shared.want(Wanted::Close);
    }

    /// Drops the connection until [`EventSourceHandle::resume`]. Events of a chunk that were not
    /// yet taken are dropped with it; a server with a memory sends them again.
    pub fn pause(&self) {
        self.shared.want(Wanted::Pause);
    }

    /// Connects again after a pause, with the last event ID.
    pub fn resume(&self) {
        self.shared.want(Wanted::Resume);
    }
}

impl Shared {
    fn want(&self, wanted: Wanted) {
        let waker = {
            let mut state = self.state.lock();
            // Nothing comes after the end.
            if state.wanted != Wanted::Close {
                state.wanted = wanted;
            }
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// What is wanted; from now on the task of `cx` is woken for what is wanted next.
    pub(super) fn take(&self, cx: &Context<'_>) -> Wanted {
        let mut state = self.state.lock();
        match &mut state.waker {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        match state.wanted {
            Wanted::Close => Wanted::Close,
            _ => core::mem::take(&mut state.wanted),
        }
    }
}
