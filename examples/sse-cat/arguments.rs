//! What the command line asks for.

use core::{num::NonZero, time::Duration};

use http::{HeaderName, Method, Uri, header, uri::Scheme};
use lexopt::{Arg, Parser, ValueExt as _};
use sse_codec::{EventId, Limits, Utf8Policy};

use crate::limits::limits;
use crate::request::{Body, Header, Target};

/// What `--help` prints.
pub(crate) const HELP: &str = include_str!("help.txt");

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// Read standard input and print.
    Read(Options),
    /// Connect and print.
    Follow(Options, Box<Target>, Connection),
    /// Print [`HELP`].
    Help,
    /// Print the version.
    Version,
}

/// How to read and print.
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
    /// Whether JSON is printed.
    pub(crate) json: bool,
    /// The types of the events that are printed; all if there are none.
    pub(crate) event_types: Vec<String>,
}

/// When to connect again, and how long to wait for what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Connection {
    pub(crate) once: bool,
    pub(crate) patient: bool,
    pub(crate) max_attempts: Option<NonZero<u32>>,
    pub(crate) retry: Option<Duration>,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) last_event_id: Option<EventId<'static>>,
    pub(crate) quiet: bool,
    pub(crate) fail_with_body: bool,
}

impl Command {
    /// Reads a command line.
    pub(crate) fn parse(mut parser: Parser) -> Result<Self, lexopt::Error> {
        let mut options = Options {
            limits: Limits::DEFAULT,
            utf8: Utf8Policy::Replace,
            comments: false,
            chunk_bytes: NonZero::<usize>::MAX,
            json: false,
            event_types: Vec::new(),
        };
        let (mut max_event_bytes, mut max_line_bytes, mut json) = (None, None, None);
        let (mut uri, mut method, mut body) = (None, None, None);
        let mut headers = Vec::new();
        let mut connection = Connection::default();
        // What makes no sense without a URL.
        let mut of_connection = None;
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("comments") => options.comments = true,
                Arg::Long("strict") => options.utf8 = Utf8Policy::Strict,
                Arg::Long("max-event-bytes") => max_event_bytes = Some(parser.value()?.parse()?),
                Arg::Long("max-line-bytes") => max_line_bytes = Some(parser.value()?.parse()?),
                Arg::Long("chunk") => options.chunk_bytes = parser.value()?.parse()?,
                Arg::Long("json") => json = Some(true),
                Arg::Long("text") => json = Some(false),
                Arg::Long("event") => options.event_types.push(parser.value()?.string()?),
                Arg::Short('h') | Arg::Long("help") => return Ok(Self::Help),
                Arg::Short('V') | Arg::Long("version") => return Ok(Self::Version),
                Arg::Value(value) if uri.is_none() => uri = Some(parse_uri(&value.string()?)?),
                Arg::Value(_) => return Err(argument.unexpected()),
                Arg::Short(_) | Arg::Long(_) => {
                    let name = match argument {
                        Arg::Long(name) => name.to_owned(),
                        Arg::Short(name) => name.to_string(),
                        Arg::Value(_) => String::new(),
                    };
                    match &*name {
                        "H" | "header" => headers.push(parse_header(parser.value()?.string()?)?),
                        "X" | "method" => {
                            method = Some(parser.value()?.parse_with(str::parse::<Method>)?);
                        }
                        "d" | "data" => body = Some(Body::of(parser.value()?.string()?)),
                        "q" | "quiet" => connection.quiet = true,
                        _ => connection.set(&name, &mut parser)?,
                    }
                    of_connection = Some(name);
                }
            }
        }
        options.limits = limits(max_event_bytes, max_line_bytes);
        options.json = json.unwrap_or(uri.is_none());
        match (uri, of_connection) {
            (None, None) => Ok(Self::Read(options)),
            (None, Some(name)) => Err(format!("option '{name}' needs a URL").into()),
            (Some(uri), _) => {
                let target = Target {
                    uri,
                    method,
                    headers,
                    body,
                };
                Ok(Self::Follow(options, Box::new(target), connection))
            }
        }
    }
}

impl Connection {
    fn set(&mut self, name: &str, parser: &mut Parser) -> Result<(), lexopt::Error> {
        match name {
            "once" => self.once = true,
            "patient" => self.patient = true,
            "fail-with-body" => self.fail_with_body = true,
            "max-attempts" => self.max_attempts = Some(parser.value()?.parse()?),
            "retry" => self.retry = Some(seconds(parser)?),
            "connect-timeout" => self.connect_timeout = Some(seconds(parser)?),
            "idle-timeout" => self.idle_timeout = Some(seconds(parser)?),
            "last-event-id" => {
                let id = EventId::try_from(parser.value()?.string()?);
                self.last_event_id = Some(id.map_err(|error| error.to_string())?);
            }
            _ => {
                let dashes = if name.len() > 1 { "--" } else { "-" };
                return Err(format!("invalid option '{dashes}{name}'").into());
            }
        }
        Ok(())
    }
}

fn seconds(parser: &mut Parser) -> Result<Duration, lexopt::Error> {
    parser
        .value()?
        .parse_with(|text| Duration::try_from_secs_f64(text.parse().unwrap_or(f64::NAN)))
}

/// No error here repeats what was given: there may be a password in it.
fn parse_uri(text: &str) -> Result<Uri, lexopt::Error> {
    let uri: Uri = text
        .parse()
        .map_err(|_| lexopt::Error::from("this is no URL"))?;
    let is_known = uri.scheme() == Some(&Scheme::HTTP) || uri.scheme() == Some(&Scheme::HTTPS);
    if !is_known {
        return Err("a URL begins with http:// or https://".into());
    }
    if uri.authority().is_some_and(|it| it.as_str().contains('@')) {
        return Err("give user and password as a header Authorization".into());
    }
    Ok(uri)
}

fn parse_header(text: String) -> Result<Header, lexopt::Error> {
    let header = Header::of(text).map_err(lexopt::Error::from)?;
    let is_id = |name: &HeaderName| name == HeaderName::from_static("last-event-id");
    match &header {
        Header::Field(name, _) if is_id(name) => Err("give it as --last-event-id".into()),
        Header::Field(name, _) if name == header::CONTENT_LENGTH => {
            Err("the length of what is sent is known".into())
        }
        _ => Ok(header),
    }
}

#[cfg(test)]
#[path = "arguments/tests.rs"]
mod tests;
