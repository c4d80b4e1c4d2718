//! Three nodes over a NATS server, each by a proxy of its own.

mod losses;
mod network;
mod restarts;
mod world;
