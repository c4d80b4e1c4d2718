//! Waking the streams of a channel.

use core::{future::poll_fn, task::Poll};

use super::ActiveChannel;
use crate::{
    hub::shared::Shared,
    ring::Round,
    store::{Position, Record},
};

impl Shared {
    /// Wakes the streams of a channel, because something is there for them. Whoever calls does not
    /// wait until many are woken.
    pub(in crate::hub) fn wake(&self, channel: &ActiveChannel) {
        channel
            .wakers
            .wake_in_rounds(|round| self.tasks.spawn(go(round)));
    }

    /// Records that were read behind a position: those that are newer than the ring extend it,
    /// those that reach up to its front are kept for the next one who asks.
    pub(in crate::hub) fn learn(
        &self,
        channel: &ActiveChannel,
        behind: Position,
        records: &[Record],
    ) {
        let frame = |record: &Record| channel.frame(record);
        if channel.ring.splice(behind, records, frame) {
            self.wake(channel);
        }
        channel.ring.prepend(behind, records, frame);
    }
}

/// After each step those who were woken have their turn.
async fn go(mut round: Round) {
    poll_fn(|context| {
        if round.step() {
            // Not `yield_now`, which waits until there is nothing else to do.
            context.waker().wake_by_ref();
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
    .await;
}
