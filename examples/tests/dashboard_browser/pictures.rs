//! Pictures of pages, for people to look at.

use std::path::PathBuf;

use serde_json::json;
use sse_tests::browser::Browser;

/// The page in its three looks.
pub(crate) fn pictures(page: &mut Browser, name: &str) {
    let folder = std::env::var_os("SSE_SCREENSHOT_DIR");
    let folder = PathBuf::from(folder.unwrap_or(env!("CARGO_TARGET_TMPDIR").into()));
    for (look, scheme, width) in [
        ("light", "light", 1100),
        ("dark", "dark", 1100),
        ("narrow", "light", 380),
    ] {
        let picture = folder.join(format!("{name}-{look}.png"));
        page.ask("screenshot", &json!([picture, scheme, width]));
        let bytes = picture.metadata().unwrap().len();
        assert!(bytes > 1000, "{}", picture.display());
    }
}
