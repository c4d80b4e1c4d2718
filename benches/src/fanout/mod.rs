//! One event to all: a hub of `sse-session` beside what one would otherwise take.
//!
//! A subscriber is a task that takes what its connection would write, and nothing else: no HTTP, no
//! socket. One task publishes a burst, waits until each subscriber has got its last event, and
//! publishes the next one. A burst of one is a single event.
//!
//! - [`event`]: what is published;
//! - [`contender`]: what must be offered to be measured; [`contenders`]: each of them;
//! - [`scene`]: a contender with its subscribers; [`board`]: who has got what, and when;
//! - [`cell`]: what is measured; [`heap`]: memory;
//! - [`agreement`]: all subscribers of all contenders get the same;
//! - [`markdown`]: the tables.

pub mod agreement;
pub mod board;
pub mod cell;
pub mod contender;
pub mod contenders;
pub mod event;
pub mod heap;
pub mod markdown;
pub mod scene;
