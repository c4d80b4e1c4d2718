//! The process of the server.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, ChildStderr, Command, Stdio},
};

use sse_tests::servers::Place;

use crate::node::{ADDRESS, COUNT, FILE, LAST};

/// A server, killed with -9 when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    said: BufReader<ChildStderr>,
}

impl Process {
    /// Starts it in this place, to publish so many on each channel behind these.
    pub(crate) fn start(place: &Place, last: &[u64], count: u64) -> Self {
        let last: Vec<_> = last.iter().map(u64::to_string).collect();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "node", "--nocapture"])
            .env(FILE, place.directory().join("log.redb"))
            .env(ADDRESS, place.address().to_string())
            .env(COUNT, count.to_string())
            .env(LAST, last.join(" "))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stderr.take().unwrap());
        Self { child, said }
    }

    /// What it has published next: the channel and the number. `None` when it has ended.
    pub(crate) fn published(&mut self) -> Option<(usize, u64)> {
        let mut line = String::new();
        loop {
            line.clear();
            self.said.read_line(&mut line).unwrap();
            if !line.ends_with('\n') {
                return None;
            }
            if let Some((channel, number)) =
                line.strip_prefix("> ").and_then(|it| it.split_once(' '))
            {
                return Some((channel.parse().unwrap(), number.trim_end().parse().unwrap()));
            }
            // It says why it ends.
            eprint!("{line}");
        }
    }

    /// With -9; what it has published before is still to be read.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
