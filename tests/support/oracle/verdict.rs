//! What a property says of what it was shown.

use core::fmt::Debug;

/// `Ok` if the property holds; else what was seen instead.
///
/// Each property is a function `check_…_of` that gives a verdict on any encoder, decoder or body,
/// so that `tests/oracle_controls` can show it broken ones; `check_…` is the same on the real
/// one, and panics.
pub type Verdict = Result<(), String>;

/// `seen` is `expected`; else both are told, and where.
pub(super) fn equal<S, E>(seen: &S, expected: &E, at: impl FnOnce() -> String) -> Verdict
where
    S: PartialEq<E> + Debug + ?Sized,
    E: Debug + ?Sized,
{
    if seen == expected {
        return Ok(());
    }
    let at = at();
    Err(format!("{at}\n    seen: {seen:?}\nexpected: {expected:?}"))
}

/// It is so; else what is wrong is told.
pub(super) fn holds(is_so: bool, wrong: impl FnOnce() -> String) -> Verdict {
    if is_so { Ok(()) } else { Err(wrong()) }
}

/// Panics with what was seen, if that was not what should be.
#[track_caller]
pub(super) fn must_hold(verdict: Verdict) {
    if let Err(seen) = verdict {
        panic!("{seen}");
    }
}
