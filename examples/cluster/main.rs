//! Several nodes behind a load balancer, and one store: `docs/cluster.md` is the page about it.
//!
//! `cargo run --bin cluster` starts three nodes behind nginx with a Redis of their own; `cluster node` is one of them.

mod arguments;
#[cfg(unix)]
mod launcher;
#[cfg(unix)]
mod load_balancer;
mod messages;
mod node;
mod node_name;
mod page;
mod revocations;
mod rules;
#[path = "../store.rs"]
mod store;
#[path = "../stream_slots.rs"]
mod stream_slots;
mod termination;
mod tickets;

use std::process::ExitCode;

use arguments::{Command, HELP};

/// Any error, since each of them ends the program.
type BoxError = Box<dyn core::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let ran = match Command::parse(lexopt::Parser::from_env()) {
        Ok(Command::Node(arguments)) => node::run(arguments).await,
        #[cfg(unix)]
        Ok(Command::Launch(arguments)) => launcher::run(arguments).await,
        #[cfg(not(unix))]
        Ok(Command::Launch(_)) => Err("only nodes run here: see --help".into()),
        Ok(Command::Help) => {
            println!("{HELP}");
            Ok(())
        }
        Err(error) => {
            eprintln!("cluster: {error}\nTry 'cluster --help'.");
            return ExitCode::from(2);
        }
    };
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cluster: {error}");
            ExitCode::FAILURE
        }
    }
}
