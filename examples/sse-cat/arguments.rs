//! What the command line asks for.

use core::num::NonZero;

use lexopt::{Arg, Parser, ValueExt as _};
use sse_codec::{Limits, Utf8Policy};

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Reads an event stream (text/event-stream) from standard input and prints each of its items as
one line of JSON, as soon as it is complete.

Usage: sse-cat [OPTIONS]
       curl -sN http://127.0.0.1:3000/events | sse-cat

Options:
      --comments           print comments too
      --strict             invalid UTF-8 is an error, not U+FFFD
      --max-event-bytes N  an event larger than N is an error: its data (each line with one
                           byte for its end), event type and id together [default: 4194304]
      --max-line-bytes N   a line longer than N without its end is an error, comments included
                           [default: 4194304, or what an event of --max-event-bytes needs]
      --chunk N            give the decoder at most N bytes at a time, which changes nothing
  -h, --help               print this
  -V, --version            print the version

Lines:
  {\"type\":\"event\",\"event\":\"message\",\"data\":\"...\",\"last_event_id\":\"...\"}
  {\"type\":\"retry\",\"ms\":3000}
  {\"type\":\"comment\",\"text\":\"...\"}
  {\"type\":\"error\",\"kind\":\"...\",\"message\":\"...\",\"at_byte\":0,\"limit\":0,\"event_id\":null}
      kind is line_too_long, event_too_large or invalid_utf8 (which has no limit); the event is
      dropped, and reading goes on
  {\"type\":\"end\",\"last_event_id\":\"...\"}

The exit status is 0; 1 if the input cannot be read or the output not be written;
2 if the options make no sense.";

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// Read and print.
    Run(Options),
    /// Print [`HELP`].
    Help,
    /// Print the version.
    Version,
}

/// How to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Options {
    /// The decoder's limits.
    pub(crate) limits: Limits,
    /// What becomes of invalid UTF-8.
    pub(crate) utf8: Utf8Policy,
    /// Whether comments are printed.
    pub(crate) comments: bool,
    /// How many bytes the decoder is given at a time, at most.
    pub(crate) chunk_bytes: NonZero<usize>,
}

impl Command {
    /// Reads a command line.
    pub(crate) fn parse(mut parser: Parser) -> Result<Self, lexopt::Error> {
        let mut options = Options {
            limits: Limits::DEFAULT,
            utf8: Utf8Policy::Replace,
            comments: false,
            chunk_bytes: NonZero::<usize>::MAX,
        };
        let (mut max_event_bytes, mut max_line_bytes) = (None, None);
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("comments") => options.comments = true,
                Arg::Long("strict") => options.utf8 = Utf8Policy::Strict,
                Arg::Long("max-event-bytes") => max_event_bytes = Some(parser.value()?.parse()?),
                Arg::Long("max-line-bytes") => max_line_bytes = Some(parser.value()?.parse()?),
                Arg::Long("chunk") => options.chunk_bytes = parser.value()?.parse()?,
                Arg::Short('h') | Arg::Long("help") => return Ok(Self::Help),
                Arg::Short('V') | Arg::Long("version") => return Ok(Self::Version),
                Arg::Short(_) | Arg::Long(_) | Arg::Value(_) => return Err(argument.unexpected()),
            }
        }
        options.limits = limits(max_event_bytes, max_line_bytes);
        Ok(Self::Run(options))
    }
}

/// The limits that were asked for.
///
/// A line has to hold a field's name too, so a line limit as large as the event limit would
/// refuse events that the event limit allows. Unless both were asked for, the line limit is
/// therefore never less than the longest line of an event within its limit.
fn limits(max_event_bytes: Option<usize>, max_line_bytes: Option<usize>) -> Limits {
    const LONGEST_NAME: usize = "event: ".len();
    let mut limits = Limits::DEFAULT;
    if let Some(bytes) = max_event_bytes {
        let line_bytes = limits
            .max_line_bytes()
            .max(bytes.saturating_add(LONGEST_NAME));
        limits = limits
            .with_max_event_bytes(bytes)
            .with_max_line_bytes(line_bytes);
    }
    match max_line_bytes {
        Some(bytes) => limits.with_max_line_bytes(bytes),
        None => limits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options, String> {
        match Command::parse(Parser::from_args(arguments)) {
            Ok(Command::Run(options)) => Ok(options),
            Ok(other) => Err(format!("{other:?}")),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn the_help_tells_every_option_and_the_real_defaults() {
        let options = [
            "--comments",
            "--strict",
            "--max-event-bytes",
            "--max-line-bytes",
            "--chunk",
        ];
        for option in options {
            assert!(HELP.contains(option), "{option}");
        }
        let event = format!("default: {}]", Limits::DEFAULT.max_event_bytes());
        let line = format!("default: {}, or", Limits::DEFAULT.max_line_bytes());
        assert!(
            HELP.contains(&event) && HELP.contains(&line),
            "{event} {line}"
        );
    }

    #[test]
    fn an_event_limit_alone_never_makes_a_line_too_long_that_it_allows() {
        let default = Limits::DEFAULT;
        let small = parse(&["--max-event-bytes", "10"]).unwrap().limits;
        assert_eq!(small, default.with_max_event_bytes(10));
        let large = parse(&["--max-event-bytes=9000000"]).unwrap().limits;
        assert_eq!(
            (large.max_event_bytes(), large.max_line_bytes()),
            (9_000_000, 9_000_007)
        );
        let most = parse(&["--max-event-bytes", &usize::MAX.to_string()])
            .unwrap()
            .limits;
        assert_eq!(most.max_line_bytes(), usize::MAX);
    }

    #[test]
    fn a_line_limit_is_taken_as_it_is_wherever_it_stands() {
        for arguments in [
            ["--max-line-bytes", "5", "--max-event-bytes", "9000000"],
            ["--max-event-bytes", "9000000", "--max-line-bytes", "5"],
        ] {
            let limits = parse(&arguments).unwrap().limits;
            assert_eq!(
                (limits.max_event_bytes(), limits.max_line_bytes()),
                (9_000_000, 5)
            );
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for arguments in [
            ["--chunk", "0"],
            ["--chunk", "-1"],
            ["--max-event-bytes", "many"],
            ["--max-line-bytes", "1e3"],
            ["--strict=no", ""],
            ["file.txt", ""],
        ] {
            assert!(parse(&arguments).is_err(), "{arguments:?}");
        }
    }
}
