//! Layers that are wrong: each puts its additions where a hand-written one would.

use sse_tests::{
    fuzz,
    oracle::{BodyStep, Verdict, check_layers_of},
};

type Layers = fn(&[BodyStep]) -> Vec<u8>;

const RETRY: &[u8] = b"retry: 3000\n\n";
const BEAT: &[u8] = b": sse-tower-oracle-beat\n\n";

const MISTAKES: [(&str, Layers); 7] = [
    ("a beat in every pause, wherever the frame ended", |steps| {
        sent(RETRY, steps, |_| BEAT)
    }),
    (
        "a beat with a blank line between the lines of an event",
        |steps| {
            sent(RETRY, steps, |before| {
                if before.ends_with(b"\n") { BEAT } else { b"" }
            })
        },
    ),
    ("a comment line between CR and LF", |steps| {
        sent(RETRY, steps, |before| match before.last() {
            Some(b'\r') => b": sse-tower-oracle-beat\n",
            _ => b"",
        })
    }),
    ("no reconnection time", |steps| sent(b"", steps, |_| b"")),
    (
        "an inner byte order mark behind the reconnection time",
        |steps| [RETRY, &inner(steps)].concat(),
    ),
    ("the last frame is lost", |steps| {
        sent(RETRY, &steps[..steps.len().saturating_sub(2)], |_| b"")
    }),
    (
        "the reconnection time again behind the first frame",
        |steps| [&sent(RETRY, steps, |_| b"")[..], b"\n\n", RETRY].concat(),
    ),
];

/// What comes of writing the prefix, then each frame, and in each pause what `beat` makes of what
/// was sent so far. A BOM goes.
fn sent(prefix: &[u8], steps: &[BodyStep], beat: fn(&[u8]) -> &'static [u8]) -> Vec<u8> {
    let mut sent = Vec::new();
    for step in steps {
        match step {
            BodyStep::Frame(data) => sent.extend_from_slice(data),
            BodyStep::Wait(_) => sent.extend_from_slice(beat(&sent)),
        }
    }
    let without_mark = sent.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&sent);
    [prefix, without_mark].concat()
}

fn inner(steps: &[BodyStep]) -> Vec<u8> {
    let frames = steps.iter().filter_map(|step| match step {
        BodyStep::Frame(data) => Some(&data[..]),
        BodyStep::Wait(_) => None,
    });
    frames.collect::<Vec<_>>().concat()
}

/// The seeds, as the fuzz target takes them.
fn verdicts(layers: Layers) -> impl Iterator<Item = Verdict> {
    fuzz::seeds("layers")
        .into_iter()
        .map(move |seed| check_layers_of(&layers, &BodyStep::from_fuzz(&seed[1..])))
}

#[test]
fn layers_that_only_tell_the_reconnection_time_are_right() {
    for verdict in verdicts(|steps| sent(RETRY, steps, |_| b"")) {
        verdict.unwrap();
    }
}

#[test]
fn every_mistake_of_a_layer_is_caught() {
    let mut passed = Vec::new();
    for (mistake, layers) in MISTAKES {
        if verdicts(layers).all(|verdict| verdict.is_ok()) {
            passed.push(mistake);
        }
    }
    assert_eq!(passed, [""; 0]);
}
