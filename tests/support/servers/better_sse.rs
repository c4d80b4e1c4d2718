//! Streams made by Node's better-sse.

use std::path::Path;
use std::process::Command;

use super::{Restartable, find_or_skip};
use crate::requirement;

/// Starts the program in `client_peers/better-sse`; says that `test` is skipped if Node or the
/// package is missing.
///
/// # Panics
///
/// If it is missing and required: see [`requirement::skip`]; and as
/// [`Server::start`](super::Server::start).
pub fn better_sse_or_skip(test: &str) -> Option<Restartable> {
    let node = find_or_skip(test, "node")?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("client_peers/better-sse");
    if !folder.join("node_modules/better-sse").is_dir() {
        requirement::skip(test, "better-sse", "better-sse is not installed");
        return None;
    }
    let program = folder.join("server.mjs");
    Some(Restartable::start("better-sse", move |place| {
        let mut command = Command::new(&node);
        command.arg(&program).arg(place.port().to_string());
        command
    }))
}
