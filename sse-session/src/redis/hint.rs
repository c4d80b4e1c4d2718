//! What comes on a channel.

use bytes::Bytes;

use crate::store::{LogName, Position, Previous, Record, WatchEvent};

/// What is announced begins with this.
pub(super) const ANNOUNCED: u8 = b'n';

/// What was published on a log's channel; anything else than what our scripts publish means that the log may
/// have changed.
pub(super) fn event(log: &LogName, mut message: Vec<u8>) -> WatchEvent {
    match message.first() {
        Some(b'a') => record(message).map_or_else(
            || WatchEvent::Changed(log.clone()),
            |record| WatchEvent::Appended {
                log: log.clone(),
                record,
            },
        ),
        Some(&ANNOUNCED) => WatchEvent::Announced {
            log: log.clone(),
            payload: Bytes::from(message.split_off(1)),
        },
        _ => WatchEvent::Changed(log.clone()),
    }
}

/// `aEPOCH OFFSET TAG TAG-BEFORE`, a line feed, and the payload.
fn record(message: Vec<u8>) -> Option<Record> {
    let end = message.iter().position(|byte| *byte == b'\n')?;
    let line = core::str::from_utf8(message.get(1..end)?).ok()?;
    let mut numbers = line.split(' ');
    let position = Position {
        epoch: numbers.next()?.parse().ok()?,
        offset: numbers.next()?.parse().ok()?,
        tag: numbers.next()?.parse().ok()?,
    };
    let tag = numbers.next()?.parse().ok()?;
    let payload = Bytes::from(message).slice(end + 1..);
    Some(Record {
        position,
        previous: previous(position.offset, tag),
        payload,
    })
}

/// Where the record before one stood. Offsets are contiguous.
pub(super) fn previous(offset: u64, tag: u32) -> Previous {
    match offset.checked_sub(1) {
        None | Some(0) => Previous::default(),
        Some(offset) => Previous { offset, tag },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Channel;

    #[test]
    fn a_record_is_told_as_it_is_and_anything_else_as_a_change() {
        let log = LogName::of_channel(&Channel::try_from("a").unwrap());
        let told = event(&log, b"a18446744073709551615 2 4294967295 7\nx\ny".to_vec());
        let record = Record {
            position: Position {
                epoch: u64::MAX,
                offset: 2,
                tag: u32::MAX,
            },
            previous: Previous { offset: 1, tag: 7 },
            payload: Bytes::from_static(b"x\ny"),
        };
        let appended = WatchEvent::Appended {
            log: log.clone(),
            record,
        };
        assert_eq!(told, appended);
        let payload = Bytes::from_static(b"hello");
        let announced = WatchEvent::Announced {
            log: log.clone(),
            payload,
        };
        assert_eq!(event(&log, b"nhello".to_vec()), announced);
        for other in [
            "",
            "c",
            "a",
            "a\n",
            "a1 2 3\nx",
            "a1 2 3 4",
            "a1 2 x 4\n",
            "z",
        ] {
            let told = event(&log, other.as_bytes().to_vec());
            assert_eq!(told, WatchEvent::Changed(log.clone()), "{other}");
        }
    }

    #[test]
    fn the_first_record_has_no_predecessor() {
        assert_eq!(previous(1, 0), Previous::default());
        assert_eq!(previous(2, 9), Previous { offset: 1, tag: 9 });
    }
}
