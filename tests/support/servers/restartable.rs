//! A server that is killed and started again.

use core::fmt;
use core::time::Duration;
use std::fs;
use std::process::Command;
use std::thread;
use std::time::Instant;

use http::Uri;

use super::{DEADLINE, Place, Server};

const LOOK_AGAIN: Duration = Duration::from_millis(10);

type MakeCommand = Box<dyn Fn(&Place) -> Command>;

/// A server that can be killed and started again at the same address.
pub struct Restartable {
    server: Server,
    command: MakeCommand,
}

impl Restartable {
    /// Starts it.
    ///
    /// # Panics
    ///
    /// As [`Server::start`].
    pub fn start(name: &str, command: impl Fn(&Place) -> Command + 'static) -> Self {
        Self {
            server: Server::start(name, &command),
            command: Box::new(command),
        }
    }

    /// Kills it with -9, and what it has started itself; and starts it with what it had written.
    ///
    /// # Panics
    ///
    /// As [`Server::start_again`].
    pub fn kill_and_start_again(&mut self) {
        let process = self.server.process_id();
        let children = children(process);
        let mut kill = Command::new("sh");
        // The parent first, before it replaces a child.
        kill.args(["-c", r#"kill -s KILL "$@""#, "sh", &process.to_string()]);
        kill.args(children.iter().map(u32::to_string));
        assert!(kill.status().expect("a shell").success(), "it is killed");
        // Until then a child may still take connections.
        let begun = Instant::now();
        while children.iter().any(|child| is_running(*child)) {
            assert!(begun.elapsed() < DEADLINE, "its children go on");
            thread::sleep(LOOK_AGAIN);
        }
        let command = (self.command)(self.server.place());
        self.server.start_again(command);
    }

    /// The running server.
    pub const fn server(&self) -> &Server {
        &self.server
    }

    /// Where this is on it.
    ///
    /// # Panics
    ///
    /// If that is no path.
    pub fn uri(&self, path: &str) -> Uri {
        let address = self.server.address();
        format!("http://{address}{path}").parse().expect("a path")
    }
}

/// What this process has started.
fn children(parent: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|process| state(*process).is_some_and(|(_, of)| of == parent))
        .collect()
}

fn is_running(process: u32) -> bool {
    // One that has ended is there as a zombie until somebody asks for it.
    state(process).is_some_and(|(state, _)| state != "Z")
}

/// The state of a process, and its parent.
fn state(process: u32) -> Option<(String, u32)> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // Behind the name, which may be anything.
    let (_, fields) = text.rsplit_once(')')?;
    let mut fields = fields.split_whitespace();
    Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}

impl fmt::Debug for Restartable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Restartable")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}
