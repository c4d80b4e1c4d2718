use super::*;
use crate::store::GapReason;
use crate::store::Previous;

const EPOCH: u64 = 5;

/// The record of this offset; another lineage has other tags.
fn record(offset: u64, lineage: u32) -> Record {
    record_behind(offset, lineage, lineage)
}

fn record_behind(offset: u64, lineage: u32, previous_lineage: u32) -> Record {
    let previous = match offset {
        1 => Previous::default(),
        _ => position(offset - 1, previous_lineage).as_previous(),
    };
    Record {
        position: position(offset, lineage),
        previous,
        payload: Bytes::from(format!("data: {offset}\n\n")),
    }
}

fn position(offset: u64, lineage: u32) -> Position {
    Position {
        epoch: EPOCH,
        offset,
        tag: offset as u32 * 10 + lineage,
    }
}

fn frame(record: &Record) -> Frame {
    Frame::new(record.payload.clone(), 0)
}

fn ring(max_entries: usize, max_bytes: usize, at: Position) -> Ring {
    let ring = Ring::new(RingLimits {
        max_entries,
        max_bytes,
    });
    ring.prime(at);
    ring
}

fn offer(ring: &Ring, record: &Record) -> Offer {
    ring.offer(record, || frame(record))
}

/// What a reader at this place gets: offsets, 0 for what was announced, `u64::MAX` for a reset.
fn read(ring: &Ring, place: Place) -> Vec<u64> {
    let drained = ring.drain(place.next).unwrap();
    let number = |entry: &Entry| match entry {
        Entry::Record(_, position) => position.offset,
        Entry::Announcement(_) => 0,
        Entry::Reset(_) => u64::MAX,
    };
    drained.iter().map(number).collect()
}

fn read_behind(ring: &Ring, position: Position) -> Option<Vec<u64>> {
    ring.locate(position).map(|place| read(ring, place))
}

#[test]
fn only_what_extends_the_tail_is_taken() {
    let ring = ring(8, 1000, position(3, 1));
    assert_eq!(offer(&ring, &record(5, 1)), Offer::Refused, "a hole");
    assert_eq!(
        offer(&ring, &record(4, 2)),
        Offer::Refused,
        "another predecessor"
    );
    assert_eq!(offer(&ring, &record(4, 1)), Offer::Taken);
    assert_eq!(offer(&ring, &record(4, 1)), Offer::Known);
    assert_eq!(offer(&ring, &record(4, 2)), Offer::Refused);
    assert_eq!(
        offer(&ring, &record(2, 1)),
        Offer::Refused,
        "too old to know"
    );
    let mut other = record(5, 1);
    other.position.epoch += 1;
    assert_eq!(offer(&ring, &other), Offer::Refused, "another epoch");
    assert_eq!(read_behind(&ring, position(3, 1)), Some(vec![4]));
    assert_eq!(read_behind(&ring, position(4, 1)), Some(vec![]));
    assert_eq!(read_behind(&ring, position(4, 2)), None);
}

#[test]
fn nothing_is_taken_before_it_is_known_what_it_has_to_extend() {
    let unknown = Ring::new(RingLimits::default());
    assert_eq!(offer(&unknown, &record(1, 1)), Offer::Refused);
    assert_eq!(unknown.tail(), None);
    let empty = ring(8, 1000, position(0, 0));
    assert_eq!(
        offer(&empty, &record(1, 1)),
        Offer::Refused,
        "any log begins so"
    );
    assert!(empty.splice(position(0, 0), &[record(1, 1)], frame));
    assert_eq!(offer(&empty, &record(2, 1)), Offer::Taken);
}

#[test]
fn the_first_record_is_taken_where_it_is_told_of_and_nothing_was_lost() {
    let primed = || {
        let ring = Ring::new(RingLimits::default());
        ring.prime_with_first(Position {
            epoch: 1,
            offset: 0,
            tag: 0,
        });
        ring
    };
    let empty = primed();
    assert_eq!(offer(&empty, &record(2, 1)), Offer::Refused, "a hole");
    assert_eq!(offer(&empty, &record(1, 1)), Offer::Taken);
    assert_eq!(offer(&empty, &record(2, 1)), Offer::Taken);
    assert_eq!(offer(&empty, &record(1, 2)), Offer::Refused, "another log");
    let doubted = primed();
    doubted.doubt_first();
    assert_eq!(offer(&doubted, &record(1, 1)), Offer::Refused);
    let announced = primed();
    let reader = announced.oldest().unwrap().1;
    announced.announce(Bytes::from_static(b"data: x\n\n"));
    assert_eq!(offer(&announced, &record(1, 1)), Offer::Taken);
    assert_eq!(read(&announced, reader), [0, 1]);
    let not_empty = ring(8, 1000, position(3, 1));
    not_empty.prime_with_first(position(0, 0));
    assert_eq!(offer(&not_empty, &record(1, 1)), Offer::Refused);
}

#[test]
fn only_what_comes_alone_is_handed_on() {
    let ring = ring(8, 1000, position(3, 1));
    let next = ring.end();
    assert!(ring.only(next).is_none());
    assert_eq!(offer(&ring, &record(4, 1)), Offer::Taken);
    let (bytes, at) = ring.only(next).unwrap();
    assert_eq!((&*bytes, at), (&b"data: 4\n\n"[..], position(4, 1)));
    assert!(ring.only(next - 1).is_none(), "it has fallen off");
    assert_eq!(offer(&ring, &record(5, 1)), Offer::Taken);
    assert!(ring.only(next).is_none(), "two of them");
    ring.announce(Bytes::from_static(b"data: x\n\n"));
    assert!(ring.only(next + 2).is_none(), "no record");
}

#[test]
fn a_splice_takes_what_is_behind_the_tail_and_no_more() {
    let ring = ring(8, 1000, position(3, 1));
    let records = [4, 5, 6].map(|offset| record(offset, 1));
    assert!(ring.splice(position(3, 1), &records[..2], frame));
    assert!(
        ring.splice(position(3, 1), &records, frame),
        "one of them is new"
    );
    assert!(!ring.splice(position(3, 1), &records, frame));
    assert!(
        !ring.splice(position(8, 1), &[record(9, 1)], frame),
        "a hole"
    );
    assert_eq!(read_behind(&ring, position(3, 1)), Some(vec![4, 5, 6]));
}

#[test]
fn a_ring_is_bounded_by_count_and_by_bytes() {
    let bytes = frame(&record(1, 1)).len();
    for (max_entries, max_bytes) in [(3, 1000), (100, 3 * bytes + 1)] {
        let ring = ring(max_entries, max_bytes, position(0, 1));
        let records: Vec<_> = (1..=9).map(|offset| record(offset, 1)).collect();
        assert!(ring.splice(position(0, 1), &records, frame));
        assert_eq!(read_behind(&ring, position(6, 1)), Some(vec![7, 8, 9]));
        assert_eq!(read_behind(&ring, position(5, 1)), None);
        assert!(
            ring.drain(FIRST).is_none(),
            "a reader that fell off is told"
        );
        let (base, place) = ring.oldest().unwrap();
        assert_eq!((base, read(&ring, place)), (position(6, 1), vec![7, 8, 9]));
    }
}

#[test]
fn the_newest_entry_stays_whatever_its_size() {
    let ring = ring(8, 1, position(3, 1));
    assert_eq!(offer(&ring, &record(4, 1)), Offer::Taken);
    assert_eq!(offer(&ring, &record(5, 1)), Offer::Taken);
    assert_eq!(read_behind(&ring, position(4, 1)), Some(vec![5]));
    assert_eq!(read_behind(&ring, position(3, 1)), None);
}

#[test]
fn announcements_move_no_position() {
    let ring = ring(3, 1000, position(3, 1));
    let at_tail = ring.locate(position(3, 1)).unwrap();
    ring.announce(Bytes::from_static(b"data: x\n\n"));
    assert_eq!(read(&ring, at_tail), [0]);
    let late = ring.locate(position(3, 1)).unwrap();
    assert_eq!(late.live_from, late.next + 1, "it was not for this one");
    assert_eq!(offer(&ring, &record(4, 1)), Offer::Taken);
    for _ in 0..3 {
        ring.announce(Bytes::from_static(b"data: x\n\n"));
    }
    assert!(ring.drain(at_tail.next).is_none());
    assert!(
        ring.locate(position(4, 1)).is_some(),
        "no record is missing"
    );
    Ring::new(RingLimits::default()).announce(Bytes::new());
}

#[test]
fn behind_a_reset_goes_another_lineage() {
    let ring = ring(8, 1000, position(3, 1));
    assert!(ring.splice(position(3, 1), &[record(4, 1), record(5, 1)], frame));
    let common = position(4, 1);
    let reset = Reset {
        reason: GapReason::Forked,
        earliest: common,
        head: position(6, 2),
        base: common,
    };
    assert!(!ring.reset(common, reset), "the ring has gone on");
    assert!(ring.reset(position(5, 1), reset));
    let fork = [record_behind(5, 2, 1), record(6, 2)];
    assert!(ring.splice(common, &fork, frame));

    const RESET: u64 = u64::MAX;
    assert_eq!(
        read_behind(&ring, position(3, 1)),
        Some(vec![4, 5, RESET, 5, 6])
    );
    assert_eq!(read_behind(&ring, position(5, 1)), Some(vec![RESET, 5, 6]));
    assert_eq!(
        read_behind(&ring, common),
        Some(vec![5, 6]),
        "of both lineages"
    );
    assert_eq!(read_behind(&ring, position(5, 2)), Some(vec![6]));
}

#[test]
fn older_records_come_before_the_front_while_there_is_room() {
    let ring = ring(4, 1000, position(6, 1));
    assert_eq!(offer(&ring, &record(7, 1)), Offer::Taken);
    let reader = ring.locate(position(6, 1)).unwrap();
    let page: Vec<_> = (1..=6).map(|offset| record(offset, 1)).collect();
    ring.prepend(position(0, 1), &page[..3], frame);
    assert_eq!(
        read_behind(&ring, position(2, 1)),
        None,
        "they do not reach up to the front"
    );
    ring.prepend(position(3, 1), &page[3..], frame);
    assert_eq!(read_behind(&ring, position(3, 1)), Some(vec![4, 5, 6, 7]));
    assert_eq!(read(&ring, reader), [7]);
    ring.prepend(position(2, 1), &page[2..3], frame);
    assert_eq!(read_behind(&ring, position(2, 1)), None, "there is no room");
}

/// The number before the front belongs to an entry that some reader may still have before it.
#[test]
fn nothing_comes_before_the_front_once_something_was_forgotten() {
    let ring = ring(8, 100, position(1, 1));
    let reader = ring.locate(position(1, 1)).unwrap();
    ring.announce(Bytes::from(vec![b' '; 90]));
    assert_eq!(offer(&ring, &record(2, 1)), Offer::Taken);
    assert_eq!(offer(&ring, &record(3, 1)), Offer::Taken);
    assert!(
        ring.drain(reader.next).is_none(),
        "the announcement had to go"
    );
    ring.prepend(position(0, 1), &[record(1, 1)], frame);
    assert!(
        ring.drain(reader.next).is_none(),
        "it has seen the first one"
    );
    assert_eq!(read_behind(&ring, position(1, 1)), Some(vec![2, 3]));
    assert_eq!(read_behind(&ring, position(0, 1)), None);
}
