//! JSON as an event's data, written straight into the buffer.

use std::io;

use bytes::{Bytes, BytesMut};
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::{
    EncodedFrame, EventBuilder, block::Block, line_ends::has_line_end, output::Output, room::Room,
    text_lines::TextLines,
};
use crate::{Event, item::JsonError};

/// What a frame is written to before its length is known.
const FRAME_CAPACITY: usize = 512;

/// A value that becomes an event's data as JSON: what [`EventBuilder::json`] holds.
#[derive(Debug)]
pub struct Json<'a, T: ?Sized> {
    value: &'a T,
}

impl<'a, T: Serialize + ?Sized> EventBuilder<'a, Json<'a, T>> {
    /// Starts an event with this value as its data, as JSON.
    ///
    /// ```
    /// use sse_codec::{EventBuilder, EventType};
    ///
    /// let numbers = EventType::from_static("numbers");
    /// let frame = EventBuilder::json(&[1, 2, 3]).event_type(numbers).to_frame()?;
    /// assert_eq!(frame, "event: numbers\ndata: [1,2,3]\n\n");
    /// # Ok::<(), sse_codec::item::JsonError>(())
    /// ```
    pub const fn json(value: &'a T) -> Self {
        Self::with_data(Json { value })
    }

    /// Appends the encoded event to `dst`; the value is serialised in place.
    ///
    /// # Errors
    ///
    /// [`JsonError`] if the value refuses to be serialised; `dst` is then as it was.
    pub fn encode(&self, dst: &mut BytesMut) -> Result<(), JsonError> {
        let start = dst.len();
        let wire = self.wire(None);
        let mut output = Room::behind(dst);
        Block::new(&wire).put_head(&mut output);
        let data = output.end();
        output.put(b"data: ");
        let text = output.end();
        let mut has_raw = false;
        let formatter = Compact {
            has_raw: &mut has_raw,
        };
        let mut serializer = Serializer::with_formatter(&mut output, formatter);
        if let Err(error) = self.data.value.serialize(&mut serializer) {
            dst.truncate(start);
            return Err(wire.json_error(error));
        }
        output.put(b"\n\n");
        let end = output.end();
        dst.truncate(end);
        // JSON in one line, unless a raw value brought line ends in.
        if has_raw && has_line_end(dst.get(text..end - 2).unwrap_or_default()) {
            dst.truncate(end - 2);
            let raw = dst.split_off(text);
            dst.truncate(data);
            TextLines::new(b"data: ", &raw).put(b"\n\n", dst);
        }
        Ok(())
    }

    /// The encoded event, frozen.
    ///
    /// # Errors
    ///
    /// As [`EventBuilder::encode`].
    pub fn to_frame(&self) -> Result<EncodedFrame, JsonError> {
        let mut dst = BytesMut::with_capacity(FRAME_CAPACITY);
        self.encode(&mut dst)?;
        // A frame may be kept for long: it has the exact length.
        Ok(EncodedFrame::new(Bytes::copy_from_slice(&dst)))
    }

    /// The event in storage of its own.
    ///
    /// # Errors
    ///
    /// As [`EventBuilder::encode`].
    pub fn build(&self) -> Result<Event, JsonError> {
        match serde_json::to_string(self.data.value) {
            Ok(data) => Ok(self.event_with(&data)),
            Err(error) => Err(self.wire(None).json_error(error)),
        }
    }
}

/// As `serde_json` formats without being told otherwise, and notes whether there was a raw value:
/// only such a one is not escaped and may have line ends.
struct Compact<'a> {
    has_raw: &'a mut bool,
}

impl Formatter for Compact<'_> {
    #[inline]
    fn write_raw_fragment<W>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()>
    where
        W: io::Write + ?Sized,
    {
        *self.has_raw = true;
        writer.write_all(fragment.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EventId, EventType};
    use alloc::{collections::BTreeMap, string::ToString};

    /// Two maps with keys that are no strings: JSON cannot have the inner one.
    fn unserialisable() -> (u8, BTreeMap<(u8, u8), u8>) {
        (1, BTreeMap::from([((1, 2), 3)]))
    }

    #[test]
    fn a_value_that_refuses_leaves_the_buffer_as_it_was() {
        let mut dst = BytesMut::from("before");
        let value = unserialisable();
        let event = EventBuilder::json(&value)
            .id(EventId::from(7))
            .event_type(EventType::from_static("x"));
        let error = event.encode(&mut dst).unwrap_err();
        assert_eq!(dst, "before");
        assert_eq!(
            error.to_string(),
            "could not write the data of an event of type \"x\" as JSON"
        );
        assert!(core::error::Error::source(&error).is_some());
        assert!(event.build().is_err());
    }

    #[test]
    fn line_ends_in_a_raw_value_are_split_as_data_is() {
        let raw: &serde_json::value::RawValue = serde_json::from_str("[1,\r\n2]").unwrap();
        let event = EventBuilder::json(raw).id(EventId::from(1));
        assert_eq!(event.to_frame().unwrap(), "id: 1\ndata: [1,\ndata: 2]\n\n");
        assert_eq!(event.build().unwrap().data(), "[1,\n2]");
    }
}
