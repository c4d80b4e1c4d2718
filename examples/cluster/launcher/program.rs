//! Where a program is.

use std::env;
use std::path::PathBuf;

/// The program of this name in `PATH`, or where Debian has its servers, which is not in every user's `PATH`.
///
/// # Errors
///
/// It is not there.
pub(super) fn find(program: &str) -> Result<PathBuf, String> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/local/sbin".into(), "/usr/sbin".into()])
        .map(|directory| directory.join(program))
        .find(|candidate| candidate.is_file())
        .ok_or_else(|| format!("there is no {program}; on Debian, apt install {program}"))
}
