//! Programs that a test needs and a machine may not have.

/// Says that `test` is skipped because of `why`.
///
/// # Panics
///
/// If the environment variable `SSE_TEST_REQUIRE` lists `requirement` or `all`: then a test that
/// cannot run has failed.
pub fn skip(test: &str, requirement: &str, why: &str) {
    let required = std::env::var("SSE_TEST_REQUIRE").unwrap_or_default();
    let is_required = required
        .split(',')
        .map(str::trim)
        .any(|name| name == requirement || name == "all");
    assert!(
        !is_required,
        "{test} is required to run (SSE_TEST_REQUIRE={required}): {why}"
    );
    eprintln!("SKIPPED {test}: {why}");
}
