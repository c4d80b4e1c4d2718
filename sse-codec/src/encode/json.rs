//! JSON as an event's data, written straight into the buffer.

use std::io;

use bytes::{Bytes, BytesMut};
use serde::Serialize;

use super::{
    EncodedFrame, EventBuilder, block::Block, line_ends::has_line_end, text_lines::TextLines,
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
        Block::new(&wire).put_head(dst);
        let data = dst.len();
        dst.extend_from_slice(b"data: ");
        let text = dst.len();
        if let Err(error) = serde_json::to_writer(JsonWriter(dst), self.data.value) {
            dst.truncate(start);
            return Err(wire.json_error(error));
        }
        // Compact JSON has no line ends, unless raw values brought some in.
        if has_line_end(dst.get(text..).unwrap_or_default()) {
            let raw = dst.split_off(text);
            dst.truncate(data);
            TextLines::new(b"data: ", &raw).put(dst);
            dst.extend_from_slice(b"\n");
        } else {
            dst.extend_from_slice(b"\n\n");
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

/// Appends what is written. In the code of `serde_json`, which writes many small pieces, this is
/// inlined; what `bytes` has is not.
struct JsonWriter<'a>(&'a mut BytesMut);

impl io::Write for JsonWriter<'_> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    #[inline]
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
            "could not write the data of event \"7\" of type \"x\" as JSON"
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
