//! From the input to the output, through the decoder.

use core::fmt;
use std::io::{self, ErrorKind, Read, Write};

use sse_codec::Decoder;

use crate::arguments::Options;
use crate::line::Line;
use crate::printer::Printer;

/// How much is read at a time, at most. What is there is taken, nothing is waited for.
const BUFFER_BYTES: usize = 64 * 1024;

/// What ended the program before the end of its input.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input cannot be read.
    Input(io::Error),
    /// The output cannot be written.
    Output(io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(error) => write!(f, "cannot read the input: {error}"),
            Self::Output(error) => write!(f, "cannot write the output: {error}"),
        }
    }
}

/// Prints the items of the stream in `input`. Each line is out before more input is waited for.
///
/// # Errors
///
/// Fails if the input cannot be read or the output cannot be written. Whatever the input says
/// is no failure.
pub(crate) fn cat(
    mut input: impl Read,
    output: impl Write,
    options: &Options,
) -> Result<(), Failure> {
    let mut printer = Printer::new(output, options);
    let mut decoder = Decoder::new()
        .with_limits(options.limits)
        .with_utf8(options.utf8)
        .with_comments(options.comments);
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let bytes = match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => buffer.get(..count).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(Failure::Input(error)),
        };
        for chunk in bytes.chunks(options.chunk_bytes.get()) {
            print_items(&mut decoder, chunk, &mut printer).map_err(Failure::Output)?;
        }
        printer.flush().map_err(Failure::Output)?;
    }
    let last_event_id = decoder.last_event_id();
    printer
        .line(&Line::end(last_event_id))
        .and_then(|()| printer.flush())
        .map_err(Failure::Output)
}

/// Prints the items that are complete with `chunk`.
fn print_items(
    decoder: &mut Decoder,
    mut chunk: &[u8],
    printer: &mut Printer<impl Write>,
) -> io::Result<()> {
    loop {
        match decoder.decode(&mut chunk) {
            Ok(Some(item)) => printer.item(item)?,
            Ok(None) => return Ok(()),
            Err(error) => printer.dropped(&error)?,
        }
    }
}
