//! Nodes behind nginx, and a Redis of their own, with one command.

mod children;
mod program;

use core::net::SocketAddr;
use core::pin::pin;
use std::io::{self, BufRead as _};
use std::path::Path;
use std::process::{Command, Stdio};

use futures_util::FutureExt as _;
use tempfile::TempDir;
use tokio::sync::mpsc;

use crate::BoxError;
use crate::arguments::Arguments;
use crate::load_balancer;
use crate::termination::asked_to_end;
use children::Child;

/// Starts all of it, and stops it when it is asked to.
pub(crate) async fn run(arguments: Arguments) -> Result<(), BoxError> {
    let directory = TempDir::new()?;
    let nginx = program::find("nginx")?;
    let (_redis, store) = match &arguments.store {
        Some(store) => (None, store.clone()),
        None => {
            let (redis, store) = start_redis(directory.path())?;
            (Some(redis), store)
        }
    };
    let mut nodes = Vec::new();
    for number in 0..arguments.nodes {
        let name = char::from(b'a' + u8::try_from(number)?).to_string();
        nodes.push(Node::start(&arguments, name, &store)?);
    }
    let addresses: Vec<_> = nodes.iter().map(|node| node.address).collect();
    let listen = free_address(&arguments.listen)?;
    let mut command = load_balancer::command(&nginx, directory.path(), listen, &addresses)?;
    let mut nginx = Child::start(command.stdout(Stdio::null()))?;
    nginx.wait_until_it_listens(listen)?;
    println!(
        "http://{listen}/ is {} nodes that share {store}:",
        nodes.len()
    );
    for node in &nodes {
        let process = node.process.id();
        println!(
            "    {} http://{}/ is process {process}",
            node.name, node.address
        );
    }
    println!(
        "Open it in several windows. Enter restarts all nodes, one after the other; Ctrl-C ends."
    );

    let mut lines = lines_of_input();
    let mut end = pin!(asked_to_end());
    'running: loop {
        tokio::select! {
            () = &mut end => break,
            Some(()) = lines.recv() => (),
        }
        for node in &mut nodes {
            println!("{} drains", node.name);
            tokio::task::block_in_place(|| node.restart(&arguments, &store))?;
            println!("{} is back as process {}", node.name, node.process.id());
            if end.as_mut().now_or_never().is_some() {
                break 'running;
            }
        }
    }
    for node in &mut nodes {
        node.process.ask_to_end();
    }
    Ok(())
}

/// A Redis that listens on a socket in the directory, and what it is called as a store.
fn start_redis(directory: &Path) -> Result<(Child, String), BoxError> {
    let socket = directory.join("redis.sock");
    let mut command = Command::new(program::find("redis-server")?);
    command.args(["--port", "0", "--save", "", "--unixsocket"]);
    command.arg(&socket).arg("--dir").arg(directory);
    let mut redis = Child::start(command.stdout(Stdio::null()))?;
    redis.wait_until_it_is_there(&socket)?;
    Ok((redis, format!("unix://{}", socket.display())))
}

/// A node, and where it listens.
struct Node {
    process: Child,
    address: SocketAddr,
    name: String,
}

impl Node {
    fn start(arguments: &Arguments, name: String, store: &str) -> Result<Self, BoxError> {
        let (process, address) = start_node(arguments, &name, "127.0.0.1:0", store)?;
        Ok(Self {
            process,
            address,
            name,
        })
    }

    /// Ends it as its administrator would, and starts it again in its place.
    fn restart(&mut self, arguments: &Arguments, store: &str) -> Result<(), BoxError> {
        self.process.ask_to_end();
        self.process.wait()?;
        let listen = self.address.to_string();
        (self.process, _) = start_node(arguments, &self.name, &listen, store)?;
        Ok(())
    }
}

fn start_node(
    arguments: &Arguments,
    name: &str,
    listen: &str,
    store: &str,
) -> Result<(Child, SocketAddr), BoxError> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["node", "--listen", listen, "--store", store, "--name", name]);
    command.args(["--drain", &arguments.drain.as_secs().to_string()]);
    command.args(["--lease", &arguments.lease.as_secs().to_string()]);
    let mut process = Child::start(command.stdout(Stdio::piped()))?;
    let url = process.first_line()?;
    let address = url
        .strip_prefix("http://")
        .and_then(|rest| rest.strip_suffix('/'));
    let address = address.ok_or_else(|| format!("node {name} has not started"))?;
    Ok((process, address.parse()?))
}

/// Where nginx can listen: what was asked for, or any port if that is taken.
fn free_address(asked: &str) -> io::Result<SocketAddr> {
    let free = std::net::TcpListener::bind(asked).or_else(|error| {
        eprintln!("{asked}: {error}; taking a free port instead.");
        std::net::TcpListener::bind("127.0.0.1:0")
    });
    free?.local_addr()
}

/// Tells of each line of the standard input, until that ends.
fn lines_of_input() -> mpsc::Receiver<()> {
    let (sender, receiver) = mpsc::channel(1);
    std::thread::spawn(move || {
        for _ in io::stdin().lock().lines().map_while(Result::ok) {
            let _ = sender.blocking_send(());
        }
    });
    receiver
}
