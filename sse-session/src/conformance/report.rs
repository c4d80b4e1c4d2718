//! What became of the cases.

use core::fmt;
use std::{io::Write as _, sync::Mutex};

use super::Stop;

/// What became of the cases for one store. `Display` tells the counts, each skip, and each failure.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Of the store.
    pub store: String,
    /// The cases that passed.
    pub passed: Vec<&'static str>,
    /// The cases that say nothing about this store, and why.
    pub skipped: Vec<(&'static str, String)>,
    /// The cases that the store did not pass, and how.
    pub failed: Vec<(&'static str, String)>,
}

impl Report {
    pub(super) fn new(store: &str) -> Self {
        Self {
            store: store.to_owned(),
            passed: Vec::new(),
            skipped: Vec::new(),
            failed: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, case: &'static str, outcome: Result<(), Stop>) {
        match outcome {
            Ok(()) => self.passed.push(case),
            Err(Stop::Skipped { why }) => self.skipped.push((case, why)),
            Err(Stop::Failed { problem }) => self.failed.push((case, problem)),
        }
    }

    /// Whether the store did not pass this case.
    #[must_use]
    pub fn has_failed(&self, case: &str) -> bool {
        self.failed.iter().any(|(failed, _)| *failed == case)
    }

    /// The counts alone, in one line.
    #[must_use]
    pub fn counts(&self) -> String {
        format!(
            "{}: {} passed, {} failed, {} skipped",
            self.store,
            self.passed.len(),
            self.failed.len(),
            self.skipped.len()
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.counts())?;
        for (case, why) in &self.skipped {
            write!(f, "\nSKIPPED {}::{case}: {why}", self.store)?;
        }
        for (case, problem) in &self.failed {
            write!(f, "\nFAILED {}::{case}: {problem}", self.store)?;
        }
        Ok(())
    }
}

/// Counts the tests that [`store_conformance_tests!`](crate::store_conformance_tests) made for one store.
/// The last one to end prints the counts; none does if some were not asked for.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Tally {
    report: Mutex<Option<Report>>,
}

impl Tally {
    #[must_use]
    pub const fn new() -> Self {
        Self {
            report: Mutex::new(None),
        }
    }

    pub(super) fn add(
        &self,
        store: &str,
        case: &'static str,
        outcome: Result<(), Stop>,
        of: usize,
    ) {
        if let Err(Stop::Skipped { why }) = &outcome {
            say(format_args!("SKIPPED {store}::{case}: {why}"));
        }
        let mut report = match self.report.lock() {
            Ok(report) => report,
            Err(poisoned) => poisoned.into_inner(),
        };
        let report = report.get_or_insert_with(|| Report::new(store));
        report.add(case, outcome);
        if report.passed.len() + report.failed.len() + report.skipped.len() == of {
            say(format_args!("conformance of {}", report.counts()));
        }
    }
}

/// Past the capture of the test harness, which hides what a test that passed has printed. A closed
/// standard error is no reason to fail.
fn say(line: fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
