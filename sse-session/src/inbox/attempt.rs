//! Handling a message once.

use core::{fmt, future::poll_fn, panic::AssertUnwindSafe, time::Duration};
use std::panic::catch_unwind;

use tokio::time::timeout;

use super::{HandlerError, InboxHandler, ReceivedMessage};

/// Handles a message once. A panic ends neither the loop it is handled in nor its task.
pub(super) async fn attempt(
    handler: &dyn InboxHandler,
    message: &ReceivedMessage,
    time: Duration,
) -> Result<(), HandlerError> {
    let begun = catch_unwind(AssertUnwindSafe(|| handler.handle(message)));
    let mut handling = begun.map_err(|_| Unhandled::Panicked)?;
    let handled = poll_fn(|cx| {
        let polled = catch_unwind(AssertUnwindSafe(|| handling.as_mut().poll(cx)));
        polled.unwrap_or_else(|_| core::task::Poll::Ready(Err(Unhandled::Panicked.into())))
    });
    match timeout(time, handled).await {
        Ok(handled) => handled,
        Err(_) => Err(Unhandled::TookTooLong.into()),
    }
}

/// Why a message is not handled that the handler did not say.
#[derive(Debug)]
enum Unhandled {
    Panicked,
    TookTooLong,
}

impl fmt::Display for Unhandled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Panicked => "the handler has panicked",
            Self::TookTooLong => "the handler takes too long",
        })
    }
}

impl core::error::Error for Unhandled {}
