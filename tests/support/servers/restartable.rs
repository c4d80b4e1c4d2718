//! A server that is killed and started again.

use core::fmt;
use std::process::Command;

use http::Uri;

use super::{Place, Server};

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
        let mut kill = Command::new("sh");
        kill.args([
            "-c",
            r#"kill -s KILL "$1" $(cat "/proc/$1/task/$1/children")"#,
            "sh",
        ]);
        kill.arg(self.server.process_id().to_string());
        assert!(kill.status().expect("a shell").success(), "it is killed");
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

impl fmt::Debug for Restartable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Restartable")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}
