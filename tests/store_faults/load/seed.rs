//! What makes a run repeatable, as far as threads and servers let it be.

use core::time::Duration;

/// The seed of a run, by its test: the one in `SSE_TEST_SEED`, or by chance. It is printed.
pub(crate) fn seed(test: &str) -> u64 {
    let given = std::env::var("SSE_TEST_SEED").ok();
    let given = given.map(|seed| seed.parse().expect("SSE_TEST_SEED is a number"));
    let seed = given.unwrap_or_else(|| fastrand::u64(..));
    println!("{test}: SSE_TEST_SEED={seed}");
    seed
}

/// How long a soak takes: the seconds of `SSE_TEST_SOAK`. Without, none is asked for.
pub(crate) fn soak(test: &str) -> Option<Duration> {
    let seconds = std::env::var("SSE_TEST_SOAK").ok()?;
    let seconds = seconds.parse().expect("SSE_TEST_SOAK is a number");
    println!("{test}: for {seconds} s");
    Some(Duration::from_secs(seconds))
}
