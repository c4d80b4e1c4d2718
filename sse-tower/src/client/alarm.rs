//! A timer that is there only while something is waited for.

use core::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::time::{Instant, Sleep, sleep_until};

/// A timer that is there only while something is waited for. A deadline that moves away is not
/// followed until the timer fires.
#[derive(Debug)]
pub(super) struct Alarm {
    epoch: Instant,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Alarm {
    pub(super) fn new() -> Self {
        Self {
            epoch: Instant::now(),
            timer: None,
        }
    }

    /// The time since the client was made.
    pub(super) fn now(&self) -> Duration {
        self.epoch.elapsed()
    }

    /// Ready when the deadline has come. Without one, there is no timer.
    pub(super) fn poll(&mut self, deadline: Option<Duration>, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = deadline.and_then(|deadline| self.epoch.checked_add(deadline));
        let Some(deadline) = deadline else {
            self.timer = None;
            return Poll::Pending;
        };
        loop {
            let timer = self
                .timer
                .get_or_insert_with(|| Box::pin(sleep_until(deadline)));
            if timer.deadline() > deadline {
                timer.as_mut().reset(deadline);
            }
            ready!(timer.as_mut().poll(cx));
            if Instant::now() >= deadline {
                self.timer = None;
                return Poll::Ready(());
            }
            timer.as_mut().reset(deadline);
        }
    }

    pub(super) fn stop(&mut self) {
        self.timer = None;
    }
}

#[cfg(test)]
mod tests {
    use core::task::Waker;

    use tokio::time::advance;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn there_is_a_timer_only_while_there_is_a_deadline() {
        let mut cx = Context::from_waker(Waker::noop());
        let mut alarm = Alarm::new();
        assert!(alarm.poll(None, &mut cx).is_pending() && alarm.timer.is_none());
        assert!(alarm.poll(Some(Duration::MAX), &mut cx).is_pending() && alarm.timer.is_none());
        assert!(alarm.poll(Some(SECOND), &mut cx).is_pending() && alarm.timer.is_some());
        assert!(alarm.poll(None, &mut cx).is_pending() && alarm.timer.is_none());
        assert!(alarm.poll(Some(SECOND), &mut cx).is_pending());
        advance(SECOND).await;
        assert!(alarm.poll(Some(SECOND), &mut cx).is_ready() && alarm.timer.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_deadline_that_moves_is_met_either_way() {
        let mut cx = Context::from_waker(Waker::noop());
        let mut alarm = Alarm::new();
        assert!(alarm.poll(Some(SECOND * 2), &mut cx).is_pending());
        assert!(alarm.poll(Some(SECOND * 5), &mut cx).is_pending());
        advance(SECOND * 3).await;
        assert!(alarm.poll(Some(SECOND * 5), &mut cx).is_pending());
        assert!(alarm.poll(Some(SECOND * 4), &mut cx).is_pending());
        advance(SECOND).await;
        assert!(alarm.poll(Some(SECOND * 4), &mut cx).is_ready());
    }
}
