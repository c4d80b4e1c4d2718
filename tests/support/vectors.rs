//! The test vectors of `tests/vectors`, whose README describes the format.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::reference::ReferenceOutcome;

/// A stream and what it must decode to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vector {
    /// The subject: the name of its file without `.json`.
    pub subject: String,
    /// A sentence, unique among all vectors.
    pub name: String,
    /// The clause it is about: an anchor of the standard and a quotation, or a rule of our own.
    pub clause: String,
    /// The stream.
    pub input: Vec<u8>,
    /// The last event ID of an earlier connection, "" for none.
    pub initial_last_event_id: String,
    /// The line limit in bytes; `None` is no limit.
    pub max_line_bytes: Option<usize>,
    /// The event limit in bytes; `None` is no limit.
    pub max_event_bytes: Option<usize>,
    /// What the stream must decode to.
    pub expect: Expectation,
}

/// What a stream must decode to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Items, and with limits errors too, in order. Comments are always among them.
    pub items: Vec<ReferenceOutcome>,
    /// The last event ID at the end.
    pub last_event_id: String,
}

impl Vector {
    /// Whether it is about the limits of the decoder, which the standard does not have.
    #[must_use]
    pub fn has_limits(&self) -> bool {
        self.max_line_bytes.is_some() || self.max_event_bytes.is_some()
    }
}

/// A vector as written in its file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenVector {
    name: String,
    clause: String,
    input: Option<String>,
    input_hex: Option<String>,
    #[serde(default)]
    initial_last_event_id: String,
    max_line_bytes: Option<usize>,
    max_event_bytes: Option<usize>,
    expect: Expectation,
}

/// All vectors, by file and in the order of the files.
///
/// # Panics
///
/// If a file cannot be read, is not of the format, or uses a name that was used before.
#[must_use]
pub fn all() -> Vec<Vector> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut files: Vec<PathBuf> = fs::read_dir(&directory)
        .expect("the directory of the vectors can be read")
        .map(|entry| {
            entry
                .expect("the directory of the vectors can be listed")
                .path()
        })
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    let vectors: Vec<Vector> = files.iter().flat_map(|file| of_file(file)).collect();
    let mut names = HashSet::new();
    for vector in &vectors {
        assert!(
            names.insert(&vector.name),
            "two vectors are named {:?}",
            vector.name
        );
    }
    vectors
}

/// The vectors of one file.
fn of_file(file: &Path) -> Vec<Vector> {
    let json = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let written: Vec<WrittenVector> =
        serde_json::from_slice(&json).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let subject = file.file_stem().unwrap_or_default().to_string_lossy();
    written
        .into_iter()
        .map(|written| read(written, &subject))
        .collect()
}

/// A vector with its input as bytes.
fn read(written: WrittenVector, subject: &str) -> Vector {
    let input = match (written.input, written.input_hex) {
        (Some(text), None) => text.into_bytes(),
        (None, Some(digits)) => bytes_of_hex(&digits)
            .unwrap_or_else(|| panic!("{:?}: input_hex is not pairs of digits", written.name)),
        _ => panic!(
            "{:?}: exactly one of input and input_hex is needed",
            written.name
        ),
    };
    Vector {
        subject: subject.to_owned(),
        name: written.name,
        clause: written.clause,
        input,
        initial_last_event_id: written.initial_last_event_id,
        max_line_bytes: written.max_line_bytes,
        max_event_bytes: written.max_event_bytes,
        expect: written.expect,
    }
}

/// The bytes of pairs of hexadecimal digits; spaces may stand between pairs.
fn bytes_of_hex(digits: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = digits
        .chars()
        .filter(|c| *c != ' ')
        .map(|c| c.to_digit(16))
        .collect::<Option<_>>()?;
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(high * 16 + low).ok(),
            _ => None,
        })
        .collect()
}
