//! How each of these programs is started: `--listen ADDRESS`, and a line that says where it is.

use core::net::SocketAddr;
use std::io;
use std::process::ExitCode;

use lexopt::{Arg, Parser, ValueExt as _};
use tokio::net::TcpListener;

const HELP: &str = "\
Options:
  -l, --listen ADDRESS  where to listen, as HOST:PORT [default: any free port of this machine]
  -h, --help            print this";

/// Listens where the command line says, tells where that is, and serves until `serve` ends.
pub(crate) async fn run<F>(serve: impl FnOnce(TcpListener) -> F) -> ExitCode
where
    F: Future<Output = io::Result<()>>,
{
    let listen = match parse(Parser::from_env()) {
        Ok(Some(listen)) => listen,
        Ok(None) => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("{error}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    let served = async {
        let listener = TcpListener::bind(listen).await?;
        println!("curl -N {}events", url(listener.local_addr()?));
        serve(listener).await
    };
    match served.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The URL of a server at `address`.
pub(crate) fn url(address: SocketAddr) -> String {
    format!("http://{address}/")
}

/// Where to listen; `None` if it is asked for help.
fn parse(mut arguments: Parser) -> Result<Option<String>, lexopt::Error> {
    let mut listen = "127.0.0.1:0".to_owned();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Short('l') | Arg::Long("listen") => listen = arguments.value()?.string()?,
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(listen))
}
