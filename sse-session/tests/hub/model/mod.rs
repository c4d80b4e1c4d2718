//! Anything in any order, against a plain list of what was published.
//!
//! Clients know only bytes, and ask for more only when they are woken. A [`Judge`] holds each of them to the promises: what it gets of a
//! channel is contiguous, or a gap event stands exactly where it jumps, and no gap stands where
//! nothing is missing. The same run with a [`Flaw`] is rejected.

mod flaw;
mod judge;
mod random;
mod reader;
mod run;
mod truth;

use self::{
    flaw::Flaw,
    judge::{Judge, Violation},
    random::Random,
    reader::Reader,
    run::run,
    truth::Truth,
};

const STEPS: u32 = 300;

/// More of them with `SSE_MODEL_SEEDS`.
fn seeds() -> u64 {
    let seeds = std::env::var("SSE_MODEL_SEEDS").ok();
    seeds.and_then(|seeds| seeds.parse().ok()).unwrap_or(700)
}

#[test]
fn each_client_gets_all_or_a_gap_where_something_is_missing() {
    let mut counts = run::Counts::default();
    for seed in 0..seeds() {
        match run(seed, STEPS, Flaw::None) {
            Ok(counted) => counts += counted,
            Err(violation) => panic!("seed {seed}: {violation:?}"),
        }
    }
    println!("{counts:?}");
    // Else nothing of it was tried.
    let per_seed = |count: u64| count / seeds();
    assert!(per_seed(counts.events) > 50 && per_seed(counts.reconnects) > 5);
    assert!(counts.gaps.len() >= 6, "{:?}", counts.gaps);
}

fn rejected(flaw: Flaw, expected: impl Fn(&Violation) -> bool) {
    let found = (0..200).find_map(|seed| run(seed, STEPS, flaw).err());
    let found = found.unwrap_or_else(|| panic!("{flaw:?} is not noticed"));
    assert!(expected(&found), "{flaw:?}: {found:?}");
}

#[test]
fn a_hub_that_tells_no_gap_is_rejected() {
    let silent = |it: &Violation| {
        matches!(
            it,
            Violation::SilentLoss { .. }
                | Violation::Duplicate { .. }
                | Violation::StrangeId { .. }
                | Violation::Behind { .. }
        )
    };
    rejected(Flaw::NoGaps, silent);
}

#[test]
fn a_hub_that_loses_an_event_is_rejected() {
    let loses = |it: &Violation| {
        matches!(
            it,
            Violation::SilentLoss { .. }
                | Violation::TooMuchSkipped { .. }
                | Violation::Behind { .. }
        )
    };
    rejected(Flaw::LosesEvents, loses);
}

#[test]
fn a_hub_that_doubles_an_event_is_rejected() {
    rejected(Flaw::DoublesEvents, |it| {
        matches!(it, Violation::Duplicate { .. })
    });
}

#[test]
fn a_hub_that_never_wakes_who_was_too_slow_is_rejected() {
    rejected(Flaw::DeafAfterLag, |it| {
        matches!(it, Violation::Behind { .. })
    });
}

#[test]
fn a_hub_that_never_looks_at_the_log_is_rejected() {
    rejected(Flaw::HintsOnly, |it| matches!(it, Violation::Behind { .. }));
}

#[test]
fn a_store_that_finds_everything_contiguous_is_rejected() {
    let silent =
        |it: &Violation| matches!(it, Violation::SilentLoss { .. } | Violation::Behind { .. });
    rejected(Flaw::EverythingContiguous, silent);
}

#[test]
fn a_store_that_finds_gaps_where_there_are_none_is_rejected() {
    rejected(Flaw::FalseGaps, |it| {
        matches!(it, Violation::FalseGap { .. })
    });
}
