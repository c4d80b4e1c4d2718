//! A NATS server with JetStream.

use core::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Place, Server};

const CONFIGURATION: &str = "nats.conf";
const CERTIFICATE: &str = "certificate.pem";

/// A NATS server with JetStream, whose files are in its own place.
#[derive(Debug)]
pub struct Nats {
    program: PathBuf,
    server: Server,
    scheme: &'static str,
    /// Where the servers of its cluster reach it.
    _route: Option<Place>,
}

/// How a server is set up.
#[derive(Debug, Clone, Default)]
pub struct NatsSetup {
    /// Whom it lets in, and by what password; everybody if nothing is said.
    pub user: Option<(String, String)>,
    /// A certificate and its key, as PEM: then it speaks TLS.
    pub certificate: Option<(String, String)>,
}

impl Nats {
    /// Starts one.
    ///
    /// # Panics
    ///
    /// As [`Server::start`].
    pub fn start(program: PathBuf, setup: &NatsSetup) -> Self {
        let place = Place::new();
        place.write(CONFIGURATION, &configuration(&place, setup));
        Self::start_in(program, setup, place, None)
    }

    /// Starts three that are a cluster. It takes them some time to agree on who leads.
    ///
    /// # Panics
    ///
    /// As [`Server::start`].
    pub fn start_cluster(program: &Path, setup: &NatsSetup) -> [Self; 3] {
        let routes = [(); 3].map(|()| Place::new());
        let all: Vec<_> = routes
            .iter()
            .map(|route| format!("nats://{}", route.address()))
            .collect();
        let all = all.join(", ");
        let mut number = 0;
        routes.map(|route| {
            number += 1;
            let place = Place::new();
            let mut text = configuration(&place, setup);
            let own = route.address();
            writeln!(text, "server_name: server-{number}").expect("a string");
            writeln!(
                text,
                "cluster {{ name: tests, listen: \"{own}\", routes: [{all}] }}"
            )
            .expect("a string");
            place.write(CONFIGURATION, &text);
            Self::start_in(program.to_owned(), setup, place, Some(route))
        })
    }

    fn start_in(program: PathBuf, setup: &NatsSetup, place: Place, route: Option<Place>) -> Self {
        let command = command(&program, &place);
        let is_secure = setup.certificate.is_some();
        Self {
            server: Server::start_in(place, "nats-server", command),
            program,
            scheme: if is_secure { "tls" } else { "nats" },
            _route: route,
        }
    }

    /// Its certificate, if it has one.
    pub fn certificate(&self) -> Option<PathBuf> {
        let path = self.server.place().directory().join(CERTIFICATE);
        path.is_file().then_some(path)
    }

    /// Where it is, for clients.
    pub fn url(&self) -> String {
        format!(
            "{}://localhost:{}",
            self.scheme,
            self.server.address().port()
        )
    }

    /// The running server.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Kills it at once, without a chance to write anything.
    pub fn kill(&self) {
        self.server.signal("KILL");
    }

    /// Starts it once more with what it had written.
    ///
    /// # Panics
    ///
    /// As [`Server::start_again`].
    pub fn start_again(&mut self) {
        let command = command(&self.program, self.server.place());
        self.server.start_again(command);
    }
}

fn command(program: &Path, place: &Place) -> Command {
    let mut command = Command::new(program);
    command
        .arg("--config")
        .arg(place.directory().join(CONFIGURATION));
    command
}

fn configuration(place: &Place, setup: &NatsSetup) -> String {
    let directory = place.directory().display();
    let mut text = format!("listen: \"127.0.0.1:{}\"\n", place.port());
    let mut say = |line: core::fmt::Arguments<'_>| writeln!(text, "{line}").expect("a string");
    say(format_args!(
        "jetstream {{ store_dir: \"{directory}/jetstream\"\n  max_memory_store: 1GB\n  max_file_store: 10GB }}"
    ));
    if let Some((user, password)) = &setup.user {
        say(format_args!(
            "authorization {{ user: \"{user}\", password: \"{password}\" }}"
        ));
    }
    if let Some((certificate, key)) = &setup.certificate {
        let certificate = place.write(CERTIFICATE, certificate);
        let key = place.write("key.pem", key);
        let (certificate, key) = (certificate.display(), key.display());
        say(format_args!(
            "tls {{ cert_file: \"{certificate}\", key_file: \"{key}\" }}"
        ));
    }
    text
}
