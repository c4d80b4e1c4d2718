//! Real Redis servers.

use core::net::SocketAddr;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use super::{DEADLINE, Place, Server};

const NAME: &str = "redis-server";
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A running Redis server, without persistence unless told otherwise, stopped when this is dropped.
#[derive(Debug)]
pub struct Redis {
    server: Server,
}

impl Redis {
    /// Where the program is, if it is here.
    pub fn program() -> Option<PathBuf> {
        super::find(NAME)
    }

    /// Starts one in a new place, with more settings as on its command line.
    ///
    /// # Panics
    ///
    /// As [`Server::start`].
    pub fn start(program: &Path, settings: &[&str]) -> Self {
        let place = Place::new();
        let command = Self::command(program, &place, settings);
        Self::start_in(place, command)
    }

    /// Starts it with a command of [`Redis::command`].
    ///
    /// # Panics
    ///
    /// As [`Server::start`].
    pub fn start_in(place: Place, command: Command) -> Self {
        Self {
            server: Server::start_in(place, NAME, command),
        }
    }

    /// As [`Redis::start_in`], for one that is kept until this process ends.
    ///
    /// # Panics
    ///
    /// As [`Server::start`].
    pub fn start_until_exit(place: Place, command: &Command) -> Self {
        Self {
            server: Server::start_until_exit(place, NAME, command),
        }
    }

    /// How it is started in a place. It listens to a port and to [`Redis::socket`].
    pub fn command(program: &Path, place: &Place, settings: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(["--bind", "127.0.0.1", "--save", ""]);
        command.args(["--port", &place.port().to_string()]);
        command.arg("--dir").arg(place.directory());
        command.arg("--unixsocket").arg(socket(place));
        // A replica is there at once, and not only when there may be others.
        command.args(["--repl-diskless-sync-delay", "0"]);
        command.args(settings);
        command
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The socket on which it listens too.
    pub fn socket(&self) -> PathBuf {
        socket(self.server.place())
    }

    /// The server, for signals and for what it said.
    pub fn server(&mut self) -> &mut Server {
        &mut self.server
    }

    /// Asks it something in words without spaces, and gives the first line of the answer, or all of a text.
    ///
    /// # Panics
    ///
    /// If it does not answer, or with an error.
    pub fn ask(&self, words: &str) -> String {
        let answer = self.try_ask(words);
        assert!(!answer.starts_with('-'), "{words}: {answer}");
        answer
    }

    fn try_ask(&self, words: &str) -> String {
        let mut stream = TcpStream::connect(self.address()).expect("a connection");
        stream.set_read_timeout(Some(DEADLINE)).expect("a timeout");
        write!(stream, "{words}\r\n").expect("it listens");
        let mut answer = BufReader::new(stream);
        let mut line = String::new();
        answer.read_line(&mut line).expect("a line");
        let Some(bytes) = line.strip_prefix('$') else {
            return line.trim_end().to_owned();
        };
        let bytes: i64 = bytes.trim_end().parse().expect("a number");
        let mut text = vec![0; usize::try_from(bytes).unwrap_or(0)];
        answer.read_exact(&mut text).expect("the text");
        String::from_utf8(text).expect("text")
    }

    /// Waits until an answer has this in it.
    ///
    /// # Panics
    ///
    /// If that does not come.
    pub fn wait_for(&self, words: &str, expected: &str) {
        let begun = Instant::now();
        loop {
            let answer = self.try_ask(words);
            if answer.contains(expected) {
                return;
            }
            assert!(begun.elapsed() < DEADLINE, "no {expected} in {answer}");
            thread::sleep(LOOK_AGAIN);
        }
    }
}

fn socket(place: &Place) -> PathBuf {
    place.directory().join("redis.sock")
}

/// Three masters that share the hash slots, kept until this process ends.
#[derive(Debug)]
pub struct RedisCluster {
    nodes: Vec<Redis>,
}

impl RedisCluster {
    /// # Panics
    ///
    /// If they do not find together.
    pub fn start_until_exit(program: &Path) -> Self {
        const LAST_SLOT: usize = 16_383;
        let nodes: Vec<_> = (0..3).map(|_| Node::start(program)).collect();
        let share = LAST_SLOT / nodes.len() + 1;
        for (number, node) in nodes.iter().enumerate() {
            let last = LAST_SLOT.min((number + 1) * share - 1);
            let slots = format!("CLUSTER ADDSLOTSRANGE {} {last}", number * share);
            node.redis.ask(&slots);
            node.redis
                .ask(&format!("CLUSTER SET-CONFIG-EPOCH {}", number + 1));
        }
        for other in &nodes[1..] {
            let port = other.redis.address().port();
            let meet = format!("CLUSTER MEET 127.0.0.1 {port} {}", other.bus.port());
            nodes[0].redis.ask(&meet);
        }
        for node in &nodes {
            node.redis.wait_for("CLUSTER INFO", "cluster_state:ok");
            let all = format!("cluster_size:{}", nodes.len());
            node.redis.wait_for("CLUSTER INFO", &all);
        }
        let nodes = nodes.into_iter().map(|node| node.redis).collect();
        Self { nodes }
    }

    /// Its nodes.
    pub fn nodes(&self) -> &[Redis] {
        &self.nodes
    }
}

/// A node of a cluster, and the port on which it talks to the others.
struct Node {
    redis: Redis,
    bus: Place,
}

impl Node {
    fn start(program: &Path) -> Self {
        let (place, bus) = (Place::new(), Place::new());
        let port = bus.port().to_string();
        let settings = ["--cluster-enabled", "yes", "--cluster-port", &port];
        let command = Redis::command(program, &place, &settings);
        Self {
            redis: Redis::start_until_exit(place, &command),
            bus,
        }
    }
}
