//! What goes to standard output.

use std::io::{self, BufWriter, Write};

use sse_codec::{DecodeError, Encode as _, ItemRef};

use crate::arguments::Options;
use crate::line::Line;

/// Prints items, as JSON or as an event stream.
#[derive(Debug)]
pub(crate) struct Printer<W: Write> {
    output: BufWriter<W>,
    json: bool,
    event_types: Vec<String>,
}

impl<W: Write> Printer<W> {
    pub(crate) fn new(output: W, options: &Options) -> Self {
        Self {
            output: BufWriter::new(output),
            json: options.json,
            event_types: options.event_types.clone(),
        }
    }

    /// Prints an item, unless it is an event of a type that nobody asked for.
    pub(crate) fn item(&mut self, item: ItemRef<'_>) -> io::Result<()> {
        if let ItemRef::Event(event) = &item {
            let is_wanted = |it: &String| it == event.event_type();
            if !self.event_types.is_empty() && !self.event_types.iter().any(is_wanted) {
                return Ok(());
            }
        }
        if !self.json {
            return self.output.write_all(item.to_frame().as_bytes());
        }
        match Line::of_item(item) {
            Some(line) => self.line(&line),
            None => Ok(()),
        }
    }

    /// Tells of an event that was dropped; in an event stream there is no word for that.
    pub(crate) fn dropped(&mut self, error: &DecodeError) -> io::Result<()> {
        if self.json {
            return self.line(&Line::of_error(error));
        }
        self.output.flush()?;
        eprintln!("sse-cat: event was dropped: {error}");
        Ok(())
    }

    /// Prints a line of JSON, if that is what is printed.
    pub(crate) fn line(&mut self, line: &Line<'_>) -> io::Result<()> {
        if self.json {
            serde_json::to_writer(&mut self.output, line)?;
            self.output.write_all(b"\n")?;
        }
        Ok(())
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}
