//! Drives a stream.

use core::{
    future::poll_fn,
    pin::{Pin, pin},
    task::{Context, Poll},
};

use futures_core::Stream;
use sse_codec::Event;
use tokio::time::{Instant, sleep_until};

use super::registry::Run;

/// So many events are taken at a time, so that a stream that is always ready leaves others their turn.
const BUDGET: usize = 64;

/// Runs a stream until nobody wants it any more. It is dropped at its end, its history is kept.
pub(super) async fn pump<S: Stream<Item = Event>>(source: S, run: Run) {
    let mut source = pin!(Some(source));
    // One timer for everything: it looks whether anybody was there.
    let mut look = pin!(sleep_until(Instant::now()));
    poll_fn(|cx| {
        while look.as_mut().poll(cx).is_ready() {
            match run.is_over(Instant::now()) {
                Ok(()) => return Poll::Ready(()),
                Err(again) => look.as_mut().reset(again),
            }
        }
        take(source.as_mut(), &run, cx);
        Poll::Pending
    })
    .await;
}

fn take<S: Stream<Item = Event>>(mut source: Pin<&mut Option<S>>, run: &Run, cx: &mut Context<'_>) {
    let mut taken = 0;
    while taken < BUDGET
        && let Some(stream) = source.as_mut().as_pin_mut()
        && run.history.has_room(cx.waker())
    {
        match stream.poll_next(cx) {
            Poll::Ready(Some(event)) => run.history.push(&event),
            Poll::Ready(None) => {
                source.set(None);
                return run.history.end();
            }
            Poll::Pending => break,
        }
        taken += 1;
    }
    if taken > 0 {
        run.history.wakers.wake_all();
    }
    if taken == BUDGET {
        cx.waker().wake_by_ref();
    }
}
