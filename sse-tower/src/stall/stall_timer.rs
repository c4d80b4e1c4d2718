//! For how long the peer took nothing.

use core::{
    future::Future as _,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::time::{Instant, Sleep, sleep_until};

/// Runs from the first attempt to send that was not taken until anything is.
///
/// While everything is taken there is no timer. A timer that was needed once is kept, and is set
/// again only when it fires: a client that is slow, but takes something all the time, costs one
/// setting for each stall time.
#[derive(Debug)]
pub(super) struct StallTimer {
    stall_time: Option<Duration>,
    stall: Option<Stall>,
    timer: Option<Pin<Box<Sleep>>>,
}

#[derive(Debug)]
struct Stall {
    deadline: Instant,
    /// Whether a write is among what was not taken. The success of a flush says nothing then: that
    /// of a socket always succeeds.
    of_write: bool,
    /// Whether the task that reads saw the deadline pass.
    noticed: bool,
}

/// What was to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outgoing {
    /// Bytes.
    Write,
    /// What is buffered, or the end.
    Flush,
}

impl StallTimer {
    pub(super) const fn new(stall_time: Option<Duration>) -> Self {
        Self {
            stall_time,
            stall: None,
            timer: None,
        }
    }

    /// The stall time if there is one, at least a millisecond.
    pub(super) fn stall_time(&self) -> Duration {
        self.stall_time
            .unwrap_or(Duration::MAX)
            .max(Duration::from_millis(1))
    }

    pub(super) fn taken(&mut self, outgoing: Outgoing) {
        if let Some(stall) = &self.stall {
            if outgoing == Outgoing::Write || !stall.of_write {
                self.stall = None;
            }
        }
    }

    pub(super) fn not_taken(&mut self, outgoing: Outgoing) {
        if let Some(stall) = &mut self.stall {
            stall.of_write |= outgoing == Outgoing::Write;
        } else if self.stall_time.is_some() {
            let deadline = Instant::now().checked_add(self.stall_time());
            self.stall = deadline.map(|deadline| Stall {
                deadline,
                of_write: outgoing == Outgoing::Write,
                noticed: false,
            });
        }
    }

    /// Whether this is the first call since the stall began.
    pub(super) fn notice(&mut self) -> bool {
        let noticed = self.stall.as_mut().map(|stall| &mut stall.noticed);
        noticed.is_some_and(|noticed| !core::mem::replace(noticed, true))
    }

    /// Ready when nothing was taken for the stall time; wakes the task when that is so.
    #[inline]
    pub(super) fn poll_expired(&mut self, context: &mut Context<'_>) -> Poll<()> {
        match self.stall {
            None => Poll::Pending,
            Some(Stall { deadline, .. }) => self.poll_timer(deadline, context),
        }
    }

    #[cold]
    fn poll_timer(&mut self, deadline: Instant, context: &mut Context<'_>) -> Poll<()> {
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        loop {
            // One that was set for an earlier stall fires too early, or did so long ago.
            ready!(timer.as_mut().poll(context));
            if Instant::now() >= deadline {
                return Poll::Ready(());
            }
            timer.as_mut().reset(deadline);
        }
    }
}
