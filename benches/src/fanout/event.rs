//! What is published: 64 bytes of data, the last of them the event's number.

use sse_codec::{Encode as _, Event, EventBuilder, EventId};

/// How long the data of each event is, in bytes.
pub const DATA_BYTES: usize = 64;

/// The digits of a number.
const DIGITS: usize = 8;

/// The data of the event of this number, from 1 on.
#[must_use]
pub fn data(number: u64) -> String {
    const FILLER: &str = "{\"user\":\"ada\",\"text\":\"a message of some length\",\"no\":";
    format!(
        "{FILLER:<width$}{number:0DIGITS$}",
        width = DATA_BYTES - DIGITS
    )
}

/// The event, without an id: a hub gives its own.
pub fn event(data: &str) -> EventBuilder<'_> {
    Event::builder(data)
}

/// The event encoded, with its number for an id.
#[must_use]
pub fn frame(number: u64) -> bytes::Bytes {
    let data = data(number);
    let event = event(&data).id(EventId::from(number));
    event.to_frame().into_bytes()
}

/// The number of the last event of a frame that holds whole events; `None` if there is none.
#[must_use]
pub fn last_number(frame: &[u8]) -> Option<u64> {
    let digits = frame.strip_suffix(b"\n\n")?.last_chunk::<DIGITS>()?;
    let digit = |number, digit: &u8| match digit {
        b'0'..=b'9' => Some(number * 10 + u64::from(digit - b'0')),
        _ => None,
    };
    digits.iter().try_fold(0, digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_tells_its_last_number() {
        for number in [1, 42, 99_999_999] {
            assert_eq!(data(number).len(), DATA_BYTES);
            let two = [frame(7), frame(number)].concat();
            assert_eq!(last_number(&two), Some(number));
        }
        assert_eq!(last_number(b"id: AcqXgRKoe3Qzc9BdgwH-XCiD\n\n"), None);
        assert_eq!(last_number(b""), None);
    }
}
