//! The client of `sse-tower` beside the other clients of event streams.
//!
//! A server in the program itself writes prepared bytes over plain TCP; each client runs in a process
//! of its own, so that its processor time and its memory are told apart from all else. The two go
//! in steps: the server writes a part of each stream, then the client takes all of it. So a
//! client that is fast does not wait more often than one that is slow.
//!
//! - [`scene`]: how many streams there are, and what is written; [`server`]: who writes it;
//! - [`contender`]: what must be offered to be measured; [`contenders`]: each of them;
//! - [`audience`]: the streams of one client, each a task; [`tally`]: what they have got;
//! - [`child`]: a client in its process; [`parent`]: the other side of that;
//! - [`agreement`]: all get the same events; [`cell`]: what is measured; [`markdown`]: the tables.

pub mod agreement;
pub mod audience;
pub mod cell;
pub mod child;
pub mod contender;
pub mod contenders;
pub mod markdown;
pub mod parent;
pub mod scene;
pub mod server;
pub mod tally;
