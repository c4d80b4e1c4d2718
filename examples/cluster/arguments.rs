//! What the command line asks for.

use core::time::Duration;

use lexopt::{Arg, Parser, ValueExt as _};

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Rooms whose streams, messages, presence and limits are those of several nodes together.

Usage: cluster [OPTIONS]        nodes behind nginx, with a Redis of their own
       cluster node [OPTIONS]   one node

Options:
  -l, --listen ADDRESS  where nginx or the node listens, as IP:PORT [default: 127.0.0.1:3000]
  -s, --store STORE     what nodes share: redis://HOST:PORT, unix:///SOCKET (Redis), nats://HOST:PORT;
                        for one node also memory, redb:FILE
                        [default: of a node memory, else a redis-server that is started]
  -n, --nodes COUNT     how many nodes, 1 to 16 [default: 3]
  -d, --drain SECONDS   over how long a node that stops spreads the ends of its streams [default: 10]
      --name NAME       what a node is called [default: its address]
      --lease SECONDS   how long presence and slots of a node that has crashed last [default: 15]
  -h, --help            print this

Ctrl-C (or SIGTERM) ends it.";

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// Be a node.
    Node(Arguments),
    /// Start nodes, and what they need.
    Launch(Arguments),
    /// Print [`HELP`].
    Help,
}

/// How.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// Where nginx or the node listens.
    pub(crate) listen: String,
    /// What nodes share, if something was asked for.
    pub(crate) store: Option<String>,
    /// How many nodes.
    pub(crate) nodes: usize,
    /// Over how long a node that stops spreads the ends of its streams.
    pub(crate) drain: Duration,
    /// What a node is called, if something was asked for.
    pub(crate) name: Option<String>,
    /// How long presence and slots of a node that has crashed last.
    pub(crate) lease: Duration,
}

impl Default for Arguments {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:3000".into(),
            store: None,
            nodes: 3,
            drain: Duration::from_secs(10),
            name: None,
            lease: Duration::from_secs(15),
        }
    }
}

impl Command {
    /// Reads a command line.
    pub(crate) fn parse(mut parser: Parser) -> Result<Self, lexopt::Error> {
        let mut arguments = Arguments::default();
        let mut is_node = false;
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Value(word) if word == "node" && !is_node => is_node = true,
                Arg::Short('l') | Arg::Long("listen") => {
                    arguments.listen = parser.value()?.string()?;
                }
                Arg::Short('s') | Arg::Long("store") => {
                    arguments.store = Some(parser.value()?.string()?);
                }
                Arg::Short('n') | Arg::Long("nodes") => {
                    arguments.nodes = parser.value()?.parse_with(count)?;
                }
                Arg::Short('d') | Arg::Long("drain") => {
                    arguments.drain = parser.value()?.parse_with(seconds)?;
                }
                Arg::Long("name") => arguments.name = Some(parser.value()?.string()?),
                Arg::Long("lease") => arguments.lease = parser.value()?.parse_with(seconds)?,
                Arg::Short('h') | Arg::Long("help") => return Ok(Self::Help),
                Arg::Short(_) | Arg::Long(_) | Arg::Value(_) => return Err(argument.unexpected()),
            }
        }
        Ok(if is_node {
            Self::Node(arguments)
        } else {
            Self::Launch(arguments)
        })
    }
}

fn count(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(nodes @ 1..=16) => Ok(nodes),
        _ => Err("there are 1 to 16 nodes"),
    }
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    match text.parse::<u32>() {
        Ok(seconds) => Ok(Duration::from_secs(seconds.into())),
        Err(_) => Err("a time here is a whole number of seconds"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, String> {
        Command::parse(Parser::from_args(line.split_whitespace()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn no_arguments_launch_three_nodes() {
        assert_eq!(parse(""), Ok(Command::Launch(Arguments::default())));
    }

    #[test]
    fn every_option_is_read_in_its_long_and_its_short_form() {
        let mut expected = Arguments {
            listen: "[::1]:0".into(),
            store: Some("memory".into()),
            nodes: 2,
            drain: Duration::from_secs(4),
            name: None,
            lease: Duration::from_secs(15),
        };
        let long = "--listen [::1]:0 --store=memory --nodes 2 --drain 4";
        for line in [long, "-l[::1]:0 -s memory -n2 -d4"] {
            assert_eq!(parse(line), Ok(Command::Launch(expected.clone())));
        }
        expected.name = Some("a".into());
        expected.lease = Duration::from_secs(9);
        let line = format!("node {long} --name a --lease 9");
        assert_eq!(parse(&line), Ok(Command::Node(expected)));
        assert_eq!(parse("node -h"), Ok(Command::Help));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_a_reason() {
        for nodes in ["0", "17", "-1", "many"] {
            let refusal = parse(&format!("--nodes {nodes}")).unwrap_err();
            assert!(refusal.contains("1 to 16"), "{refusal}");
        }
        assert!(parse("--drain soon").unwrap_err().contains("seconds"));
        assert!(parse("nodes").unwrap_err().contains("nodes"));
        assert!(parse("node node").unwrap_err().contains("node"));
    }
}
