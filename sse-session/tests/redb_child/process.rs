//! A process that this test has started.

use core::time::Duration;
use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{self, ChildStderr, Command, Stdio},
};

use super::{FILE, TASK, Task, Witness};

/// A process that this test has started, which is killed in any case.
pub(crate) struct Child {
    process: process::Child,
    said: BufReader<ChildStderr>,
}

impl Child {
    pub(crate) fn start(task: Task, file: &Path) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--nocapture"])
            .env(TASK, format!("{task:?}"))
            .env(FILE, file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(process.stderr.take().unwrap());
        Self { process, said }
    }

    /// What it says, until it has ended.
    pub(crate) fn answer(task: Task, file: &Path) -> String {
        Self::start(task, file).line().unwrap_or_default()
    }

    /// Kills it when it has said so much and some time has gone by, and remembers all that it has said.
    pub(crate) fn kill_after(&mut self, lines: usize, pause: Duration, witness: &mut Witness) {
        for _ in 0..lines {
            let line = self.line();
            witness.remember(&line.expect("it has ended by itself"));
        }
        // So that it is hit in the middle of anything: nothing is waited for here.
        std::thread::sleep(pause);
        self.process.kill().unwrap();
        while let Some(line) = self.line() {
            witness.remember(&line);
        }
        self.process.wait().unwrap();
    }

    /// The next thing that it says; not a line that was cut off.
    fn line(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            self.said.read_line(&mut line).unwrap();
            if !line.ends_with('\n') {
                return None;
            }
            if let Some(said) = line.trim_end().strip_prefix("> ") {
                return Some(said.to_owned());
            }
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
