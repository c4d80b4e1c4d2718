//! Where a program is.

use std::env;
use std::path::PathBuf;

use crate::requirement;

/// The program of this name in `PATH` or where Debian has its servers, which is not in every
/// user's `PATH`.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/local/sbin".into(), "/usr/sbin".into()])
        .map(|directory| directory.join(program))
        .find(|candidate| candidate.is_file())
}

/// As [`find`]; says that `test` is skipped if the program is missing.
///
/// # Panics
///
/// If it is missing and required: see [`requirement::skip`].
pub fn find_or_skip(test: &str, program: &str) -> Option<PathBuf> {
    let found = find(program);
    if found.is_none() {
        requirement::skip(test, program, &format!("there is no {program}"));
    }
    found
}
