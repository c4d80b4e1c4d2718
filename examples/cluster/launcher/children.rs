//! Programs that are started, and stopped when they are dropped.

use core::net::SocketAddr;
use core::time::Duration;
use std::io::{self, BufRead as _, BufReader};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{self, Command, Stdio};
use std::thread;
use std::time::Instant;

/// How long a program may take to start.
const START: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A program that runs. Dropped, it is asked to end, and waited for.
pub(super) struct Child(process::Child);

impl Child {
    pub(super) fn start(command: &mut Command) -> io::Result<Self> {
        // In a group of its own, or Ctrl-C would end it before what it is there for.
        let command = command.stdin(Stdio::null()).process_group(0);
        command.spawn().map(Self)
    }

    pub(super) fn id(&self) -> u32 {
        self.0.id()
    }

    pub(super) fn ask_to_end(&self) {
        let process = self.0.id().to_string();
        let mut kill = Command::new("sh");
        kill.args(["-c", "kill -s TERM \"$1\"", "sh", &process]);
        // It may have ended by itself.
        let _ = kill.stderr(Stdio::null()).status();
    }

    pub(super) fn wait(&mut self) -> io::Result<()> {
        self.0.wait().map(drop)
    }

    /// The first line that it says.
    pub(super) fn first_line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if let Some(output) = &mut self.0.stdout {
            BufReader::new(output).read_line(&mut line)?;
        }
        Ok(line.trim_end().to_owned())
    }

    pub(super) fn wait_until_it_listens(&mut self, address: SocketAddr) -> io::Result<()> {
        self.wait_until(|| TcpStream::connect(address).is_ok())
    }

    pub(super) fn wait_until_it_is_there(&mut self, socket: &Path) -> io::Result<()> {
        self.wait_until(|| UnixStream::connect(socket).is_ok())
    }

    fn wait_until(&mut self, is_there: impl Fn() -> bool) -> io::Result<()> {
        let begun = Instant::now();
        while !is_there() {
            if self.0.try_wait()?.is_some() || begun.elapsed() > START {
                return Err(io::Error::other("a server has not started"));
            }
            thread::sleep(LOOK_AGAIN);
        }
        Ok(())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.ask_to_end();
        let _ = self.wait();
    }
}
