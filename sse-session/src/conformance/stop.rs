//! Why a case ended early.

use core::{
    error::Error,
    fmt::{self, Write as _},
    panic::Location,
};

use crate::store::StoreError;

/// Why a case ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stop {
    /// It says nothing about this store.
    Skipped {
        /// Why not.
        why: String,
    },
    /// The store broke its contract.
    Failed {
        /// Where and how.
        problem: String,
    },
}

/// What a case gives.
pub(crate) type Outcome = Result<(), Stop>;

impl Stop {
    /// What is told of a problem, in characters.
    const MAX_CHARACTERS: usize = 1_500;

    /// It says nothing about this store, because of this.
    #[must_use]
    pub fn skipped(why: impl Into<String>) -> Self {
        Self::Skipped { why: why.into() }
    }

    /// The store broke its contract.
    #[must_use]
    #[track_caller]
    pub fn failed(problem: impl fmt::Display) -> Self {
        let at = Location::caller();
        let mut problem = format!("{}:{}: {problem}", at.file(), at.line());
        if let Some((end, _)) = problem.char_indices().nth(Self::MAX_CHARACTERS) {
            problem.truncate(end);
            problem.push('…');
        }
        Self::Failed { problem }
    }
}

impl From<StoreError> for Stop {
    #[track_caller]
    fn from(error: StoreError) -> Self {
        let mut problem = format!("the store failed: {error}");
        let mut source = error.source();
        while let Some(cause) = source {
            // Writing into a string does not fail.
            let _ = write!(problem, ": {cause}");
            source = cause.source();
        }
        Self::failed(problem)
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Skipped { why } => write!(f, "skipped: {why}"),
            Self::Failed { problem } => f.write_str(problem),
        }
    }
}

impl Error for Stop {}

/// Ends the case as failed unless this holds.
macro_rules! ensure {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err($crate::conformance::Stop::failed(format_args!($($message)+)));
        }
    };
}

/// Ends the case as failed unless the first, which is what was found, is the second.
macro_rules! ensure_eq {
    ($found:expr, $expected:expr, $($message:tt)+) => {
        match (&$found, &$expected) {
            (found, expected) => if *found != *expected {
                return Err($crate::conformance::Stop::failed(format_args!(
                    "{}: found {found:?}, expected {expected:?}", format_args!($($message)+)
                )));
            },
        }
    };
}

pub(super) use {ensure, ensure_eq};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_error_tells_its_place_and_its_cause() {
        fn fails() -> Outcome {
            Err(StoreError::Unavailable {
                source: Some("no route".into()),
            })?;
            Ok(())
        }
        let problem = fails().unwrap_err().to_string();
        assert!(problem.contains("stop.rs:"), "{problem}");
        assert!(
            problem.ends_with("the store is unavailable: no route"),
            "{problem}"
        );
    }

    #[test]
    fn a_long_problem_is_cut() {
        let problem = Stop::failed("ü".repeat(5_000)).to_string();
        assert_eq!(problem.chars().count(), Stop::MAX_CHARACTERS + 1);
    }
}
