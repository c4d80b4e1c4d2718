//! What happens when a program that a test needs is not there.
//!
//! A test against a real program (a browser, a server) cannot run on a machine without it. On a
//! developer's machine that is said aloud and passes; where the environment variable
//! [`VARIABLE`] lists the program, it fails, so that green there never means "did not run".
//!
//! ```no_run
//! # fn find_browser() -> Option<std::path::PathBuf> { None }
//! # use sse_tests::requirement;
//! let Some(browser) = find_browser() else {
//!     return requirement::skip("page_shows_figures", "chromium", "no chromium in PATH");
//! };
//! ```

use std::io::Write as _;

/// The environment variable that turns a skip into a failure: names of programs separated by
/// commas, or `all`.
pub const VARIABLE: &str = "SSE_TEST_REQUIRE";

/// Says that `test` is skipped because of `why`: it needs `program`. The caller returns after it.
///
/// Prints `SKIPPED <test>: <why>` to standard error, past the capture of the test harness, since
/// `scripts/test` counts these lines.
///
/// # Panics
///
/// If `SSE_TEST_REQUIRE` lists `program`, or `all`.
pub fn skip(test: &str, program: &str, why: &str) {
    let required = std::env::var(VARIABLE).unwrap_or_default();
    assert!(
        !lists(&required, program),
        "{test} has to run ({VARIABLE}={required}), but {why}"
    );
    // Not `eprintln!`, which the harness hides when the test passes. A closed standard error is no
    // reason to fail.
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: {why}");
}

/// Whether the value of [`VARIABLE`] asks for `program`.
fn lists(required: &str, program: &str) -> bool {
    required
        .split(',')
        .map(str::trim)
        .any(|name| name == "all" || name == program)
}

#[cfg(test)]
mod tests {
    use super::lists;

    #[test]
    fn nothing_is_required_by_default() {
        assert!(!lists("", "chromium"));
        assert!(!lists(" , ,", "chromium"));
    }

    #[test]
    fn each_listed_program_is_required_and_no_other() {
        let required = "chromium, node";
        assert!(lists(required, "chromium"));
        assert!(lists(required, "node"));
        assert!(!lists(required, "nginx"));
        assert!(!lists(required, "chrom"), "a prefix is another program");
    }

    #[test]
    fn all_requires_every_program_wherever_it_stands() {
        assert!(lists("all", "chromium"));
        assert!(lists("node,all", "nginx"));
        assert!(!lists("allowed", "nginx"));
    }
}
