//! Streams made by Python's sse-starlette, under uvicorn.

use std::path::Path;
use std::process::Command;

use super::Restartable;
use crate::requirement;

/// Where `scripts/install-tools` puts it.
const PYTHON: &str = "../target/tools/sse-starlette/bin/python";

/// Starts the program in `client_peers/sse-starlette`; says that `test` is skipped if the package
/// is missing.
///
/// # Panics
///
/// If it is missing and required: see [`requirement::skip`]; and as
/// [`Server::start`](super::Server::start).
pub fn sse_starlette_or_skip(test: &str) -> Option<Restartable> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = tests.join(PYTHON);
    if !python.is_file() {
        requirement::skip(test, "sse-starlette", "sse-starlette is not installed");
        return None;
    }
    let program = tests.join("client_peers/sse-starlette/server.py");
    Some(Restartable::start("sse-starlette", move |place| {
        let mut command = Command::new(&python);
        command.arg(&program).arg(place.port().to_string());
        command
    }))
}
