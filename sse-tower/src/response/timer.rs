//! The one timer of a stream.

use core::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::time::{Instant, Sleep, sleep_until};

/// The one timer of a stream: set when it is first needed, and again only when it has fired or
/// something earlier is to be waited for.
#[derive(Debug, Default)]
pub(super) struct Timer {
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Timer {
    /// Whether this time has come; if not, the task is woken then or before. While the timer runs,
    /// this costs no look at the clock.
    #[inline]
    pub(super) fn is_past(&mut self, at: Instant, cx: &mut Context<'_>) -> bool {
        loop {
            let running = self.sleep.as_ref().filter(|sleep| !sleep.is_elapsed());
            if running.is_some_and(|sleep| sleep.deadline() <= at) {
                return false;
            }
            if Instant::now() >= at {
                return true;
            }
            if self.poll_until(at, cx).is_pending() {
                return false;
            }
        }
    }

    /// Waits until this time. It may be ready before that: look at the clock.
    pub(super) fn poll_until(&mut self, at: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if sleep.is_elapsed() || at < sleep.deadline() {
            sleep.as_mut().reset(at);
        }
        ready!(sleep.as_mut().poll(cx));
        Poll::Ready(())
    }
}
