//! Streams that are ended wrongly, and observers that are told wrong things.

use sse_tests::{
    fuzz,
    oracle::{BodyStep, Ended, Verdict, check_ends_of},
};

type Ends = fn(Vec<Timed<'_>>, u64) -> Ended;

/// What the inner body gives, with the second it comes in.
type Timed<'a> = (u64, &'a [u8]);

const FAREWELL: &[u8] = b"event: sse-tower-oracle-farewell\ndata: \n\n";

const MISTAKES: [(&str, Ends); 6] = [
    (
        "the farewell comes in the middle of an event",
        |frames, end| {
            let before = concat(frames.iter().filter(|frame| frame.0 <= end));
            told([before, FAREWELL.to_vec()].concat())
        },
    ),
    ("a blank line completes what had begun", |frames, end| {
        let before = concat(frames.iter().filter(|frame| frame.0 <= end));
        told([before, b"\n\n".to_vec(), FAREWELL.to_vec()].concat())
    }),
    ("the stream does not end", |frames, _| {
        told(concat(frames.iter()))
    }),
    ("the frame before the end is lost", |frames, end| {
        let mut before: Vec<_> = frames.iter().filter(|frame| frame.0 <= end).collect();
        before.pop();
        told([concat(before.into_iter()), FAREWELL.to_vec()].concat())
    }),
    ("no farewell", |frames, end| {
        told(concat(frames.iter().filter(|frame| frame.0 <= end)))
    }),
    ("a stream counts as closed twice", |frames, end| Ended {
        closed: 2,
        ..told(concat(frames.iter().filter(|frame| frame.0 <= end)))
    }),
];

fn concat<'a>(frames: impl Iterator<Item = &'a Timed<'a>>) -> Vec<u8> {
    frames.flat_map(|frame| frame.1).copied().collect()
}

/// An observer is told of the events that are in it, less the farewell.
fn told(sent: Vec<u8>) -> Ended {
    let items = sse_tests::reference::decode(&sent).items.into_iter();
    let events = items.filter(|item| {
        matches!(item, sse_tests::reference::ReferenceItem::Event { event_type, .. }
            if !event_type.starts_with("sse-tower-oracle"))
    });
    Ended {
        events: events.count(),
        sent,
        opened: 1,
        closed: 1,
    }
}

fn ended(ends: Ends, steps: &[BodyStep], end_after_seconds: u8) -> Ended {
    let mut now = 0;
    let mut frames = Vec::new();
    for step in steps {
        now += step.seconds();
        if let BodyStep::Frame(data) = step {
            frames.push((now, &data[..]));
        }
    }
    ends(frames, end_after_seconds.into())
}

/// The seeds, as the fuzz target takes them.
fn verdicts(ends: Ends) -> impl Iterator<Item = Verdict> {
    fuzz::seeds("ends").into_iter().map(move |seed| {
        let steps = BodyStep::from_fuzz(&seed[1..]);
        let layers = |steps: &[BodyStep], end: u8, _: bool| ended(ends, steps, end);
        check_ends_of(&layers, &steps, seed[0] % 16, false)
    })
}

#[test]
fn the_right_end_of_whole_events_passes() {
    let steps = [
        BodyStep::Frame(b"data: a\n\n".to_vec()),
        BodyStep::Wait(4),
        BodyStep::Frame(b"data: b\n\n".to_vec()),
    ];
    let right = |steps: &[BodyStep], end: u8, _: bool| ended(MISTAKES[0].1, steps, end);
    check_ends_of(&right, &steps, 2, false).unwrap();
}

#[test]
fn every_mistake_of_an_end_is_caught() {
    let mut passed = Vec::new();
    for (mistake, ends) in MISTAKES {
        if verdicts(ends).all(|verdict| verdict.is_ok()) {
            passed.push(mistake);
        }
    }
    assert_eq!(passed, [""; 0]);
}
