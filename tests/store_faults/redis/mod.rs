//! Three nodes over a Redis server, each by a proxy of its own.

mod failover;
mod losses;
mod network;
mod restarts;
mod soak;
mod world;
