//! The dashboard as a process of its own, and pages of other origins.

use core::net::SocketAddr;
use core::time::Duration;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

use sse_codec::Item;
use tempfile::TempDir;

use crate::support::{DEADLINE, EventReader};

/// A running server, which is killed at the latest when this is dropped.
pub(crate) struct Dashboard {
    process: Child,
    address: SocketAddr,
    /// Its database, unless the test has one.
    folder: Option<TempDir>,
}

impl Dashboard {
    /// Starts it on a free port, over a database of its own.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let mut server = Self::start_over(folder.path(), "127.0.0.1:0", arguments);
        server.folder = Some(folder);
        server
    }

    /// Starts it over the database in this folder, at an address that another one may just have left.
    pub(crate) fn start_over(folder: &Path, listen: &str, arguments: &[&str]) -> Self {
        let begun = Instant::now();
        loop {
            match Self::try_start(folder, listen, arguments) {
                Some(server) => return server,
                None => assert!(begun.elapsed() < DEADLINE, "it does not start at {listen}"),
            }
        }
    }

    fn try_start(folder: &Path, listen: &str, arguments: &[&str]) -> Option<Self> {
        let mut process = Command::new(env!("CARGO_BIN_EXE_dashboard"))
            .args(["--listen", listen, "--database"])
            .arg(folder.join("dashboard.redb"))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://");
        let address = address.and_then(|rest| rest.strip_suffix('/'));
        let Some(address) = address.and_then(|address| address.parse().ok()) else {
            process.wait().unwrap();
            return None;
        };
        Some(Self {
            process,
            address,
            folder: None,
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Posts as this user; the status.
    pub(crate) fn post(&self, user: &str, path: &str, text: &str) -> u16 {
        let cookie = format!("user={user}");
        let headers = [("Cookie", &*cookie)];
        EventReader::request(self.address, &format!("POST {path}"), &headers, text).status()
    }

    /// A stream, of this user if there is one.
    pub(crate) fn stream(&self, path: &str, user: Option<&str>) -> Stream {
        let cookie = format!("user={}", user.unwrap_or_default());
        let headers = [("Accept", "text/event-stream"), ("Cookie", &cookie)];
        Stream(EventReader::request(
            self.address,
            &format!("GET {path}"),
            &headers,
            "",
        ))
    }

    /// Kills it without warning.
    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Dashboard {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        drop(self.folder.take());
    }
}

/// What a plain client reads.
pub(crate) struct Stream(EventReader);

impl Stream {
    pub(crate) fn status(&self) -> u16 {
        self.0.status()
    }

    /// The data of the next event of that type.
    pub(crate) fn find(&mut self, event_type: &str) -> String {
        loop {
            let event = self.0.next_event().unwrap();
            if event.event_type() == event_type {
                return event.data().to_owned();
            }
        }
    }

    pub(crate) fn reconnection_time(mut self) -> Duration {
        loop {
            if let Item::Retry(time) = self.0.next_item().unwrap() {
                return time;
            }
        }
    }
}

/// A page of another origin, which has nothing on it.
pub(crate) struct OtherOrigin(String);

impl OtherOrigin {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for socket in listener.incoming() {
                let mut socket = socket.unwrap();
                let mut request = [0; 4096];
                let _ = socket.read(&mut request);
                let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
                let _ = socket.write_all(head.as_bytes());
            }
        });
        Self(origin)
    }

    pub(crate) fn origin(&self) -> &str {
        &self.0
    }

    /// A URL where nobody answers.
    pub(crate) fn gone() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/", listener.local_addr().unwrap())
    }
}
