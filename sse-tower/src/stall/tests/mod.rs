//! Time is paused: it goes on when every task waits.

mod abort;
mod reaper;
mod scripted_io;
mod stall;

use super::{ConnectionEnded, ConnectionHandle, ConnectionHandleLayer, GuardedIo};
use scripted_io::{Mode, ScriptedIo};
