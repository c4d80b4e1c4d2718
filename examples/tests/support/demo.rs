//! The real demo, as a process of its own.

use core::net::SocketAddr;
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Instant;

use tempfile::TempDir;

use super::DEADLINE;

/// A running demo, which is killed at the latest when this is dropped.
#[derive(Debug)]
pub struct Demo {
    process: Child,
    /// The lines of both its outputs.
    lines: Receiver<String>,
    address: SocketAddr,
    /// Where its history is, unless the test has said so.
    _folder: Option<TempDir>,
}

impl Demo {
    /// Starts the demo on a free port, with these arguments besides. Its history is its own, unless they tell where it
    /// is.
    pub fn start(arguments: &[&str]) -> Self {
        Self::try_start("127.0.0.1:0", arguments).unwrap_or_else(|said| panic!("{said}"))
    }

    /// Starts the demo at `address`, which another one has just left.
    pub fn start_at(address: SocketAddr, arguments: &[&str]) -> Self {
        let begun = Instant::now();
        loop {
            // The port may be somebody else's for a moment.
            match Self::try_start(&address.to_string(), arguments) {
                Ok(demo) => return demo,
                Err(said) => assert!(begun.elapsed() < DEADLINE, "{said}"),
            }
        }
    }

    /// Starts the demo, or says what it said before it ended.
    fn try_start(listen: &str, arguments: &[&str]) -> Result<Self, String> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_demo"));
        command.args(["--listen", listen]).args(arguments);
        let folder = (!arguments.contains(&"--history")).then(|| TempDir::new().unwrap());
        if let Some(folder) = &folder {
            let file = folder.path().join("history.redb");
            command.arg("--history").arg(file);
        }
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        send_lines(process.stdout.take().unwrap(), sender.clone());
        send_lines(process.stderr.take().unwrap(), sender);
        let mut demo = Self {
            process,
            lines,
            address: ([0, 0, 0, 0], 0).into(),
            _folder: folder,
        };
        let page = demo.line_with("page ")?;
        let address = page
            .split("http://")
            .nth(1)
            .and_then(|rest| rest.strip_suffix('/'));
        demo.address = address
            .and_then(|address| address.parse().ok())
            .ok_or(page)?;
        Ok(demo)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of its page.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Waits for a line that contains `text`; if it never comes, all that was said instead.
    pub fn line_with(&self, text: &str) -> Result<String, String> {
        let mut said = String::new();
        loop {
            match self.lines.recv_timeout(DEADLINE) {
                Ok(line) if line.contains(text) => return Ok(line),
                Ok(line) => said.extend([&line, "\n"]),
                Err(reason) => return Err(format!("no line with {text:?} ({reason}): {said}")),
            }
        }
    }

    /// Sends it the signal of this name.
    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        let process = self.process.id().to_string();
        let mut kill = Command::new("sh");
        kill.args(["-c", "kill -s \"$1\" \"$2\"", "sh", name, &process]);
        assert!(kill.status().unwrap().success());
    }

    /// Kills it without warning.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Waits for it to end.
    pub fn exit_status(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < DEADLINE, "the demo does not end");
            thread::sleep(core::time::Duration::from_millis(10));
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn send_lines(output: impl Read + Send + 'static, sender: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // Whoever is not interested any more must not stop the demo from talking.
            let _ = sender.send(line);
        }
    });
}
