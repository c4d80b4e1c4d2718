//! Real programs for tests: started on a free port with their configuration in a directory of
//! their own, stopped when dropped, so also by a panic.
//!
//! ```no_run
//! use std::process::Command;
//! use sse_tests::servers::{self, Server};
//!
//! let Some(redis) = servers::find_or_skip("a_name_is_set", "redis-server") else { return };
//! let server = Server::start("redis-server", |place| {
//!     let mut command = Command::new(redis);
//!     command.args(["--bind", "127.0.0.1", "--port", &place.port().to_string()]);
//!     command.arg("--dir").arg(place.directory());
//!     command
//! });
//! let client = std::net::TcpStream::connect(server.address());
//! ```

mod better_sse;
mod nats;
mod nchan;
mod place;
mod program;
mod redis;
mod restartable;
mod server;
mod sse_starlette;

pub use self::{
    better_sse::better_sse_or_skip,
    nats::{Nats, NatsSetup},
    nchan::nchan_or_skip,
    place::Place,
    program::{find, find_or_skip},
    redis::{Redis, RedisCluster},
    restartable::Restartable,
    server::{DEADLINE, Server},
    sse_starlette::sse_starlette_or_skip,
};
