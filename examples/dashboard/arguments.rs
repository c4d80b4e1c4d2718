//! What the command line asks for.

use core::time::Duration;
use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt as _};

/// What `--help` prints.
pub(crate) const HELP: &str = "\
A dashboard with notifications, tasks and a live feed, as event streams.

Usage: dashboard [OPTIONS]

Options:
  --listen ADDRESS          where to listen; port 0 takes any free one [default: 127.0.0.1:3001]
  --database FILE           the application's database [default: dashboard.redb beside the program]
  --allow-origin ORIGIN     whose pages may read the figures, with cookies; can be repeated
  --heartbeat MILLISECONDS  an idle stream sends a heartbeat after so long [default: 15000]
  --help                    print this";

/// How to serve.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) listen: String,
    pub(crate) database: PathBuf,
    pub(crate) origins: Vec<String>,
    pub(crate) heartbeat: Duration,
}

impl Arguments {
    /// Reads a command line; none if help is asked for.
    pub(crate) fn parse(mut parser: Parser) -> Result<Option<Self>, lexopt::Error> {
        let program = std::env::current_exe().unwrap_or_default();
        let mut arguments = Self {
            listen: "127.0.0.1:3001".into(),
            database: program.with_file_name("dashboard.redb"),
            origins: Vec::new(),
            heartbeat: Duration::from_secs(15),
        };
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("listen") => arguments.listen = parser.value()?.string()?,
                Arg::Long("database") => arguments.database = parser.value()?.into(),
                Arg::Long("allow-origin") => arguments.origins.push(parser.value()?.string()?),
                Arg::Long("heartbeat") => {
                    arguments.heartbeat = Duration::from_millis(parser.value()?.parse()?);
                }
                Arg::Long("help") => return Ok(None),
                Arg::Short(_) | Arg::Long(_) | Arg::Value(_) => return Err(argument.unexpected()),
            }
        }
        Ok(Some(arguments))
    }
}
