//! The bodies of the fuzz targets: a fuzzer's bytes become an input of an oracle.

use crate::{
    oracle::{
        Beat, BodyStep, Chunking, Sent, check_bodies, check_differential, check_ends,
        check_injection, check_layers, check_limits, check_reconnection, check_round_trip,
    },
    vectors,
};

/// A fuzz target by name.
pub type Target = (&'static str, fn(&[u8]));

/// All targets, by the names of their files in `fuzz/targets`.
pub const TARGETS: [Target; 7] = [
    ("decode", decode),
    ("limits", limits),
    ("round_trip", round_trip),
    ("injection", injection),
    ("bodies", bodies),
    ("layers", layers),
    ("ends", ends),
];

/// A chunking, then a stream.
pub fn decode(input: &[u8]) {
    let (chunking, stream) = Chunking::from_fuzz(input);
    check_differential(stream, &chunking);
    check_reconnection(stream, &chunking);
}

/// Two limits, a chunking, then a stream.
pub fn limits(input: &[u8]) {
    let [line, event, rest @ ..] = input else {
        return;
    };
    let (chunking, stream) = Chunking::from_fuzz(rest);
    check_limits(stream, &chunking, usize::from(*line), usize::from(*event));
}

/// A chunking, then blocks.
pub fn round_trip(input: &[u8]) {
    let (chunking, blocks) = Chunking::from_fuzz(input);
    check_round_trip(&Sent::from_fuzz(blocks), &chunking);
}

/// A text.
pub fn injection(input: &[u8]) {
    check_injection(&String::from_utf8_lossy(input));
}

/// The cap of a frame, how many events are ready in turns, then blocks.
pub fn bodies(input: &[u8]) {
    let [cap, rest @ ..] = input else { return };
    let (turns, blocks) = Chunking::from_fuzz(rest);
    check_bodies(&Sent::from_fuzz(blocks), &turns, usize::from(*cap) * 4);
}

/// Which beat, then frames and pauses.
pub fn layers(input: &[u8]) {
    let [beat, rest @ ..] = input else { return };
    let beat = if beat % 2 == 0 {
        Beat::Comment
    } else {
        Beat::Event
    };
    check_layers(&BodyStep::from_fuzz(rest), beat);
}

/// When it ends, whether its body fails, then frames and pauses.
pub fn ends(input: &[u8]) {
    let [end, rest @ ..] = input else { return };
    check_ends(&BodyStep::from_fuzz(rest), end % 128, *end >= 128);
}

/// Inputs to start from, made of the test vectors, for the target of this name.
#[must_use]
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    let vectors = vectors::all();
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    for (number, vector) in vectors.iter().enumerate() {
        if target == "layers" || target == "ends" {
            // Frames of some length with a pause behind each, long enough for a beat.
            let first = if target == "ends" { number } else { number % 2 };
            let mut seed = vec![u8::try_from(first % 256).unwrap_or_default()];
            for frame in vector.input.chunks([127, 1, 3, 9][number % 4]) {
                seed.push(u8::try_from(frame.len()).unwrap_or_default());
                seed.extend_from_slice(frame);
                seed.push(134);
            }
            seeds.push(seed);
            continue;
        }
        let limit = |bytes: Option<usize>| bytes.and_then(|bytes| bytes.try_into().ok());
        let head = match target {
            // Every third whole, the others in ones, and in threes and fives.
            "decode" => [&[0][..], &[1, 1], &[2, 3, 5]][number % 3].to_vec(),
            "limits" => {
                let line = limit(vector.max_line_bytes).unwrap_or(u8::MAX);
                vec![line, limit(vector.max_event_bytes).unwrap_or(u8::MAX), 1, 4]
            }
            // The stream itself is the data, with a type, an id, a comment and a second block.
            "round_trip" => {
                b"\x01\x07\x01type\xFF\x027\xFF\x04comment\xFF\x03a\xFF\x05\xFF\x00".to_vec()
            }
            "bodies" => b"\x10\x02\x01\x03\x00one\xFF\x05\xFF\x00two\xFF\x05\xFF\x00".to_vec(),
            _ => Vec::new(),
        };
        seeds.push([head, vector.input.clone()].concat());
    }
    seeds
}
