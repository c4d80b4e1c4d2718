//! The server of one page, as a process of its own, and its clients.

use core::net::SocketAddr;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use serde_json::{Value, json};
use sse_codec::Event;

use super::EventReader;

/// A running server, which is killed at the latest when this is dropped.
#[derive(Debug)]
pub struct SessionServer {
    process: Child,
    address: SocketAddr,
}

impl SessionServer {
    /// Starts it over this file.
    pub fn start(file: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_session-server"))
            .arg("127.0.0.1:0")
            .arg(file)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://");
        let address = address.and_then(|rest| rest.strip_suffix("/session"));
        let address = address.unwrap_or_else(|| panic!("it says {line:?}"));
        Self {
            address: address.parse().unwrap(),
            process,
        }
    }

    /// A client of this user.
    pub fn client(&self, user: &'static str) -> Client {
        Client {
            address: self.address,
            user,
        }
    }

    /// Kills it without warning.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Asks it to end, as Ctrl-C does.
    #[cfg(unix)]
    pub fn interrupt(&self) {
        let process = self.process.id().to_string();
        let mut kill = Command::new("sh");
        kill.args(["-c", "kill -s INT \"$1\"", "sh", &process]);
        assert!(kill.status().unwrap().success());
    }

    /// Waits for it to end.
    pub fn exit_status(&mut self) -> ExitStatus {
        self.process.wait().unwrap()
    }
}

impl Drop for SessionServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Whoever talks to the server, as one user.
#[derive(Debug, Clone, Copy)]
pub struct Client {
    address: SocketAddr,
    user: &'static str,
}

impl Client {
    /// Asks for something, with these headers besides the user's.
    pub fn ask(&self, line: &str, headers: &[(&str, &str)], content: &str) -> EventReader {
        let mut all = vec![("x-user", self.user)];
        all.extend(headers);
        EventReader::request(self.address, line, &all, content)
    }

    /// The status, and what is said of a refusal.
    pub fn refusal(&self, line: &str, headers: &[(&str, &str)], content: &str) -> String {
        let answer = self.ask(line, headers, content);
        let status = answer.status();
        let said: Value = serde_json::from_str(&answer.text()).unwrap_or_default();
        match said["error"].as_str() {
            Some(error) => format!("{status} {error}"),
            None => status.to_string(),
        }
    }

    /// Opens a session by `POST`: what is told of it.
    pub fn open(&self) -> Value {
        let answer = self.ask("POST /session", &[], "");
        assert_eq!(answer.status(), 201);
        serde_json::from_str(&answer.text()).unwrap()
    }

    /// Opens a stream as an `EventSource` does, and reads its first event.
    pub fn stream(&self, path: &str, last_event_id: Option<&str>) -> (EventReader, Value) {
        let mut headers = vec![("accept", "text/event-stream")];
        headers.extend(last_event_id.map(|id| ("last-event-id", id)));
        let mut events = self.ask(&format!("GET {path}"), &headers, "");
        assert_eq!(events.status(), 200, "{}", events.head());
        let first = events.next_event().unwrap();
        assert_eq!(first.event_type(), "connected");
        (events, data(&first))
    }

    /// Sends a message to a channel, with a key of its own.
    pub fn say(&self, session: &Value, to: &str, text: &str) {
        let path = session["inbox"].as_str().unwrap();
        let content = json!({ "to": to, "text": text }).to_string();
        let headers = [
            ("content-type", "application/json"),
            ("idempotency-key", text),
        ];
        let answer = self.ask(&format!("POST {path}"), &headers, &content);
        assert_eq!(answer.status(), 202, "{}", answer.text());
    }
}

/// The data of an event, which are JSON.
pub fn data(event: &Event) -> Value {
    serde_json::from_str(event.data()).unwrap()
}
