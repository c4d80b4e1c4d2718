//! The server's side of a run, and the process of the client.

use std::{
    env,
    io::{Read as _, Write as _},
    process::{Child, Command, Stdio},
};

use super::{
    child::Used,
    contender::Brings,
    scene::{Scene, Step},
    server::Server,
};
use crate::peer::Failure;

/// The argument that makes this program a client: then come the contender's name, the scene's, the
/// server's address, and whether the heap is counted.
pub const CHILD: &str = "--as-client";

/// A client in a process of its own, which is ended when this is dropped.
struct Client(Child);

impl Drop for Client {
    fn drop(&mut self) {
        // An error is that it has ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a client once.
///
/// # Errors
///
/// The client's process fails, or it did not bring what was written.
pub fn run(
    contender: &str,
    brings: Brings,
    scene: Scene,
    script: &[Step],
    counts_heap: bool,
) -> Result<Used, Failure> {
    let server = Server::bind()?;
    let mut command = Command::new(env::current_exe()?);
    command
        .args([CHILD, contender, scene.name])
        .args([server.address()?.to_string(), counts_heap.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut client = Client(command.spawn()?);
    let pipes = (client.0.stdin.take(), client.0.stdout.take());
    let (Some(mut input), Some(mut output)) = pipes else {
        return Err(Failure("no pipes".into()));
    };

    let mut streams = server.open(scene.streams)?;
    output.read_exact(&mut [0])?;
    for step in script {
        streams.write(&step.wire)?;
        input.write_all(b"+")?;
        output.read_exact(&mut [0])?;
    }
    let mut figures = String::new();
    output.read_to_string(&mut figures)?;
    let unread = || Failure(format!("{contender} says {figures:?}"));
    let used = Used::parse(&figures).ok_or_else(unread)?;
    let text_bytes = script.iter().map(|step| step.text_bytes).sum::<u64>() * scene.streams as u64;
    if brings == Brings::Events && used.text_bytes != text_bytes {
        let got = used.text_bytes;
        return Err(Failure(format!(
            "{contender} brought {got} bytes of text, and not {text_bytes}"
        )));
    }
    Ok(used)
}
