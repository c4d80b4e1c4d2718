//! A running server.

use core::net::SocketAddr;
use core::time::Duration;
use std::fs::{self, File};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

use super::Place;

/// Longer than anything here takes on the slowest machine. Nothing waits for it unless it fails.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// How long a server may take to end by itself.
const GRACE: Duration = Duration::from_secs(10);

const LOOK_AGAIN: Duration = Duration::from_millis(10);

const OUTPUT: &str = "output";

/// A running server, stopped when this is dropped.
#[derive(Debug)]
pub struct Server {
    name: String,
    process: Child,
    place: Place,
}

impl Server {
    /// Starts the server in a new place, and waits until it accepts connections there.
    ///
    /// The command must stay in the foreground. What it says goes to a file: see
    /// [`Server::output`].
    ///
    /// # Panics
    ///
    /// If it cannot be started, or ends before it listens; with what it said.
    pub fn start(name: &str, command: impl FnOnce(&Place) -> Command) -> Self {
        let place = Place::new();
        let command = command(&place);
        Self::start_in(place, name, command)
    }

    /// As [`Server::start`], in a place that is there already.
    ///
    /// # Panics
    ///
    /// As [`Server::start`].
    pub fn start_in(place: Place, name: &str, mut command: Command) -> Self {
        Self::start_with(place, name, &mut command, Stdio::null())
    }

    /// As [`Server::start_in`], for one that is kept in a `static`, which is never dropped: it is stopped when this
    /// process has ended, and its directory goes.
    ///
    /// # Panics
    ///
    /// As [`Server::start`].
    pub fn start_until_exit(place: Place, name: &str, command: &Command) -> Self {
        const UNTIL_EXIT: &str = r#"
            directory=$1; shift
            "$@" & server=$!
            trap 'kill -s TERM $server' TERM
            read -r nothing
            kill -s TERM $server
            wait $server
            rm -rf "$directory""#;
        let mut guarded = Command::new("sh");
        guarded.args(["-c", UNTIL_EXIT, "sh"]);
        guarded.arg(place.directory());
        guarded.arg(command.get_program()).args(command.get_args());
        // The other end of its input is closed with this process, however that ends.
        Self::start_with(place, name, &mut guarded, Stdio::piped())
    }

    fn start_with(place: Place, name: &str, command: &mut Command, input: Stdio) -> Self {
        let process = spawn(&place, command, input);
        let mut server = Self {
            name: name.to_owned(),
            process,
            place,
        };
        server.wait();
        server
    }

    /// Starts it once more in its place, when its process has ended; waits for that, and until it accepts connections. What it
    /// said before is gone.
    ///
    /// # Panics
    ///
    /// As [`Server::start`]; and if it has not been stopped.
    pub fn start_again(&mut self, mut command: Command) {
        let begun = Instant::now();
        while !self.has_ended() {
            assert!(begun.elapsed() < DEADLINE, "{} does not end", self.name);
            thread::sleep(LOOK_AGAIN);
        }
        self.process = spawn(&self.place, &mut command, Stdio::null());
        self.wait();
    }

    fn wait(&mut self) {
        let begun = Instant::now();
        while TcpStream::connect(self.address()).is_err() {
            let name = &self.name;
            let ended = self.process.try_wait().expect("the state of a child");
            assert!(ended.is_none(), "{name} has ended: {ended:?}");
            assert!(begun.elapsed() < DEADLINE, "{name} does not listen");
            thread::sleep(LOOK_AGAIN);
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.place.address()
    }

    /// Where its files are.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Its process.
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// What it has said so far, on both outputs.
    pub fn output(&self) -> String {
        fs::read_to_string(self.place.directory().join(OUTPUT)).unwrap_or_default()
    }

    /// Stops it as its administrator would, so that its own children go too; without an answer
    /// it is killed. The place stays, for another server at the same address.
    pub fn stop(&mut self) {
        if self.has_ended() {
            return;
        }
        self.signal("TERM");
        let begun = Instant::now();
        while !self.has_ended() && begun.elapsed() < GRACE {
            thread::sleep(LOOK_AGAIN);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Sends it the signal of this name.
    pub fn signal(&self, name: &str) {
        let process = self.process.id().to_string();
        let mut kill = Command::new("sh");
        kill.args(["-c", "kill -s \"$1\" \"$2\"", "sh", name, &process]);
        // It may have ended in between.
        let _ = kill.stderr(Stdio::null()).status();
    }

    fn has_ended(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(Some(_)) | Err(_))
    }
}

fn spawn(place: &Place, command: &mut Command, input: Stdio) -> Child {
    let output = File::create(place.directory().join(OUTPUT)).expect("a file for the output");
    let errors = output.try_clone().expect("the file once more");
    command
        .stdin(input)
        .stdout(output)
        .stderr(errors)
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
        if thread::panicking() {
            eprintln!("{} said:\n{}", self.name, self.output());
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "false has ended")]
    fn a_program_that_ends_before_it_listens_is_no_server() {
        Server::start("false", |_| Command::new("false"));
    }
}
