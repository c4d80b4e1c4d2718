//! Bodies that are wrong: the real one behind a mistake.

use bytes::Bytes;
use sse_tests::{
    fuzz,
    oracle::{BodyFrames, Chunking, MakeBody, Sent, Turns, Verdict, body_frames, check_bodies_of},
};

type Make = fn(Turns, usize) -> BodyFrames;

const MISTAKES: [(&str, Make); 9] = [
    ("an event is cut over two frames", |turns, cap| {
        with_frames(body_frames(turns, cap), |frames| {
            let first = frames.remove(0);
            frames.splice(..0, [first.slice(..4), first.slice(4..)]);
        })
    }),
    ("the last frame is lost", |turns, cap| {
        with_frames(body_frames(turns, cap), |frames| drop(frames.pop()))
    }),
    ("the last byte is lost", |turns, cap| {
        with_frames(body_frames(turns, cap), |frames| {
            if let Some(last) = frames.last_mut() {
                last.truncate(last.len() - 1);
            }
        })
    }),
    ("an event comes twice", |turns, cap| {
        with_frames(body_frames(turns, cap), |frames| {
            frames.push(frames[0].clone())
        })
    }),
    ("events change places", |turns, cap| {
        with_frames(body_frames(turns, cap), |frames| frames.rotate_left(1))
    }),
    ("a frame is empty", |turns, cap| {
        with_frames(body_frames(turns, cap), |frames| frames.push(Bytes::new()))
    }),
    ("a frame is larger than the cap", |turns, cap| {
        body_frames(turns, cap + 40)
    }),
    ("every event is a frame", |turns, _| body_frames(turns, 0)),
    ("the end is not told", |turns, cap| BodyFrames {
        is_end_stream: false,
        ..body_frames(turns, cap)
    }),
];

fn with_frames(mut body: BodyFrames, change: fn(&mut Vec<Bytes>)) -> BodyFrames {
    change(&mut body.frames);
    body
}

/// The seeds, as the fuzz target takes them.
fn verdicts(make_body: MakeBody<'_>) -> impl Iterator<Item = Verdict> {
    fuzz::seeds("bodies").into_iter().map(move |seed| {
        let (turns, blocks) = Chunking::from_fuzz(&seed[1..]);
        let cap = usize::from(seed[0]) * 4;
        check_bodies_of(make_body, &Sent::from_fuzz(blocks), &turns, cap)
    })
}

#[test]
fn the_real_body_is_right() {
    for verdict in verdicts(&body_frames) {
        verdict.unwrap();
    }
}

#[test]
fn every_mistake_of_a_body_is_caught() {
    let mut passed = Vec::new();
    for (mistake, make_body) in MISTAKES {
        if verdicts(&make_body).all(|verdict| verdict.is_ok()) {
            passed.push(mistake);
        }
    }
    assert_eq!(passed, [""; 0]);
}

#[test]
fn a_body_that_waits_for_the_next_turn_is_caught() {
    let block = |data: &str| Sent {
        data: data.to_owned(),
        ..Sent::default()
    };
    let blocks = [block("a"), block("b")];
    let all_in_one = |turns: Turns, cap| {
        let mut body = body_frames(turns, cap);
        body.frames = vec![Bytes::from(body.frames.concat())];
        body
    };
    let one_by_one = Chunking::new([1]);
    check_bodies_of(&body_frames, &blocks, &one_by_one, 1000).unwrap();
    check_bodies_of(&all_in_one, &blocks, &Chunking::whole(), 1000).unwrap();
    check_bodies_of(&all_in_one, &blocks, &one_by_one, 1000).unwrap_err();
}
