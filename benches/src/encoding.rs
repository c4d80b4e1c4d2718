//! The encode measurement: every encoder on every case.

use core::time::Duration;
use std::collections::BTreeMap;

use crate::{
    divergences::{always_encodes_rightly, wrong_data},
    encoders,
    measure::{Effort, Work, interleaved},
    message::Case,
};

/// All encoders on one case.
#[derive(Debug)]
pub struct Row {
    /// The case.
    pub case: &'static str,
    /// How many events were encoded.
    pub events: usize,
    /// How many bytes our encoder made of them.
    pub bytes: usize,
    /// Median time by encoder; `None` for one that is wrong.
    pub results: BTreeMap<&'static str, Option<Duration>>,
}

impl Row {
    /// The median time of an encoder that is right.
    #[must_use]
    pub fn time(&self, encoder: &str) -> Option<Duration> {
        *self.results.get(encoder)?
    }

    /// The fastest of the other crates that are right in this case.
    #[must_use]
    pub fn fastest_here(&self) -> Option<(&'static str, Duration)> {
        self.fastest(|_| true)
    }

    /// The fastest of the other crates that are right in every case, timed or not.
    #[must_use]
    pub fn fastest_right(&self) -> Option<(&'static str, Duration)> {
        self.fastest(always_encodes_rightly)
    }

    fn fastest(&self, counts: impl Fn(&str) -> bool) -> Option<(&'static str, Duration)> {
        let others = encoders::OTHERS.iter().filter(|other| counts(other.name()));
        let times = others.filter_map(|other| Some((other.name(), self.time(other.name())?)));
        times.min_by_key(|&(_, time)| time)
    }
}

/// Measures, and reports each row as soon as it is done.
pub fn run(cases: &[&'static str], effort: Effort, mut report: impl FnMut(&Row)) -> Vec<Row> {
    let mut rows = Vec::new();
    for case in cases.iter().filter_map(|name| Case::new(name)) {
        let row = measure(&case, effort);
        report(&row);
        rows.push(row);
    }
    rows
}

fn measure<'a>(case: &'a Case, effort: Effort) -> Row {
    let mut results = BTreeMap::new();
    let mut names = Vec::new();
    let mut works: Vec<Box<dyn FnMut() -> Work<'a>>> = Vec::new();
    for encoder in encoders::all() {
        if !wrong_data(encoder.name(), case.name).is_empty() {
            results.insert(encoder.name(), None);
            continue;
        }
        names.push(encoder.name());
        works.push(Box::new(|| {
            Box::new(|| {
                core::hint::black_box(encoder.count(&case.messages));
            })
        }));
    }
    let mut works: Vec<&mut dyn FnMut() -> Work<'a>> =
        works.iter_mut().map(|work| &mut **work as _).collect();
    let medians = interleaved(effort, &mut works);
    results.extend(names.into_iter().zip(medians.into_iter().map(Some)));
    Row {
        case: case.name,
        events: case.messages.len(),
        bytes: encoders::BUFFER.count(&case.messages).bytes,
        results,
    }
}
