//! A node, as a process of its own.

use core::net::SocketAddr;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::DEADLINE;

/// A running node, which is killed at the latest when this is dropped.
#[derive(Debug)]
pub(crate) struct Node {
    process: Child,
    address: SocketAddr,
    arguments: Vec<String>,
}

impl Node {
    pub(crate) fn start(name: &str, store: &str, more: &[&str]) -> Self {
        let mut arguments: Vec<String> = ["node", "--name", name, "--store", store]
            .map(str::to_owned)
            .into();
        arguments.extend(more.iter().map(|&argument| argument.to_owned()));
        let (process, address) = try_start(&arguments, "127.0.0.1:0").unwrap();
        Self {
            process,
            address,
            arguments,
        }
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Kills it without warning.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Asks it to end, as its administrator would.
    pub(crate) fn ask_to_end(&self) {
        let process = self.process.id().to_string();
        let mut kill = Command::new("sh");
        kill.args(["-c", "kill -s TERM \"$1\"", "sh", &process]);
        assert!(kill.status().unwrap().success());
    }

    /// Waits until it has ended by itself, and all is well.
    pub(crate) fn wait_for_its_end(&mut self) {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return;
            }
            assert!(begun.elapsed() < DEADLINE, "the node does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Starts it again where it was.
    pub(crate) fn start_again(&mut self) {
        let (begun, listen) = (Instant::now(), self.address.to_string());
        // The port may be somebody else's for a moment.
        self.process = loop {
            match try_start(&self.arguments, &listen) {
                Some((process, _)) => break process,
                None => assert!(begun.elapsed() < DEADLINE, "the node does not start"),
            }
        };
    }
}

fn try_start(arguments: &[String], listen: &str) -> Option<(Child, SocketAddr)> {
    let mut process = Command::new(env!("CARGO_BIN_EXE_cluster"))
        .args(arguments)
        .args(["--listen", listen])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut output = BufReader::new(process.stdout.take().unwrap());
    output.read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("http://");
    let address = address.and_then(|rest| rest.strip_suffix('/'));
    match address {
        Some(address) => Some((process, address.parse().unwrap())),
        None => {
            process.wait().unwrap();
            None
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
