//! The client without its I/O: a state machine that reads no clock.
//!
//! It is what [`EventSource`](super::EventSource) drives; for a transport that is no Tower service, it
//! can be driven by hand:
//!
//! ```text
//!               +---------- failed: Reconnect ----------+
//!               v                                       |
//! new ---> Waiting --- begin ---> Connecting --- response: Ok ---> Open
//!               ^                     |                            |
//!               +---- pause ----------+----------------------------+
//!                           failed: End, GaveUp; close ---> Ended
//! ```
//!
//! - There is **one last event ID**, in the decoder that lives as long as the machine. No request, response,
//!   failure or event without an id changes it.
//! - A response that is an event stream, or else why not: [`Machine::response`].
//! - What a failure means is asked of the [`Policy`](super::Policy); the machine counts.
//!
//! ```
//! use core::time::Duration;
//! use std::time::SystemTime;
//! use http::{HeaderMap, Response};
//! use sse_codec::Item;
//! use sse_tower::client::{Backoff, Cause, EventSourceOptions, machine::{Fate, Machine, Step}};
//!
//! let mut machine = Machine::new(EventSourceOptions::new().with_backoff(Backoff::NONE));
//! let now = Duration::ZERO;
//! assert_eq!(machine.step(now), Step::Connect);
//! machine.begin(now);
//! let mut headers = HeaderMap::new();
//! machine.prepare(&mut headers);
//! assert_eq!(headers["accept"], "text/event-stream");
//!
//! let response = Response::builder().header("content-type", "text/event-stream").body(())?;
//! assert!(machine.response(now, SystemTime::now(), &response.into_parts().0).is_ok());
//! machine.chunk("retry: 500\nid: 7\ndata: a\n\ndata: cut o".into());
//! assert!(matches!(machine.next_item()?, Some(Item::Event(_))));
//! assert_eq!(machine.next_item()?, None);
//!
//! let delay = Duration::from_millis(500);
//! assert_eq!(machine.failed(now, &Cause::BodyEnd), Fate::Reconnect { attempt: 1, delay });
//! assert_eq!((machine.step(now), machine.deadline()), (Step::Wait, Some(delay)));
//! assert_eq!(machine.step(delay), Step::Connect);
//! machine.begin(delay);
//! machine.prepare(&mut headers);
//! assert_eq!(headers["last-event-id"], "7");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod reconnection;
mod request_head;
mod response_head;
mod retry_after;
mod schedule;
#[cfg(test)]
mod tests;

pub use self::{
    reconnection::{Fate, Machine, Step},
    schedule::GaveUp,
};
