//! The program, as it is run.

use core::time::Duration;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Instant;

/// Longer than anything here takes on the slowest machine.
const DEADLINE: Duration = Duration::from_secs(60);

fn sse_cat(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sse-cat"));
    command.args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command.stderr(Stdio::piped());
    command
}

/// What it did, when it has ended by itself.
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) output: String,
    pub(crate) said: String,
}

impl Ended {
    pub(crate) fn lines(&self) -> Vec<&str> {
        self.output.lines().collect()
    }

    pub(crate) fn everything(&self) -> String {
        format!("{}{}", self.output, self.said)
    }
}

/// Runs it to its end.
pub(crate) fn run(arguments: &[&str]) -> Ended {
    ended(&mut sse_cat(arguments))
}

/// Runs it to its end, with this in its environment.
pub(crate) fn run_with(arguments: &[&str], (name, value): (&str, &Path)) -> Ended {
    ended(sse_cat(arguments).env(name, value))
}

fn ended(command: &mut Command) -> Ended {
    let output = command.output().unwrap();
    Ended {
        status: output.status.code().unwrap(),
        output: String::from_utf8(output.stdout).unwrap(),
        said: String::from_utf8(output.stderr).unwrap(),
    }
}

/// While it runs; killed when this is dropped.
pub(crate) struct Running {
    process: Child,
    /// Nobody reads the output any more when this is dropped.
    ask: Option<Sender<()>>,
    lines: Receiver<String>,
}

impl Running {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut process = sse_cat(arguments).spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let (ask, asked) = channel();
        let (sender, lines) = channel();
        thread::spawn(move || {
            while let Ok(()) = asked.recv() {
                let mut line = String::new();
                output.read_line(&mut line).unwrap();
                let _ = sender.send(line.trim_end().to_owned());
            }
        });
        Self {
            process,
            ask: Some(ask),
            lines,
        }
    }

    /// The next line of its output.
    pub(crate) fn line(&self) -> String {
        self.ask.as_ref().unwrap().send(()).unwrap();
        self.lines.recv_timeout(DEADLINE).unwrap()
    }

    pub(crate) fn close_output(&mut self) {
        self.ask = None;
    }

    /// As Ctrl-C does.
    pub(crate) fn interrupt(&self) {
        let process = self.process.id().to_string();
        let status = Command::new("sh")
            .args(["-c", "kill -s INT \"$1\"", "sh", &process])
            .status();
        assert!(status.unwrap().success());
    }

    /// Its end, and what it said on standard error.
    pub(crate) fn wait(&mut self) -> (ExitStatus, String) {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < DEADLINE, "it goes on");
            thread::sleep(Duration::from_millis(5));
        };
        let mut said = String::new();
        let errors = self.process.stderr.as_mut().unwrap();
        errors.read_to_string(&mut said).unwrap();
        (status, said)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
