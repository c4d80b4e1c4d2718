//! The demo's page in a real Chromium: it draws what it is sent, asks nobody else for anything, and
//! comes back by itself after the server was killed.
//!
//! `tests/browser/demo.mjs` looks at the page, this test looks after the server. The environment:
//! `CHROMIUM` is the browser if it is not `/usr/bin/chromium`; `SSE_SCREENSHOT_DIR` is where
//! pictures of the page go if not to `target/tmp`.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]
#![cfg(unix)]

mod support;

use std::path::PathBuf;

use serde_json::{Value, json};
use sse_tests::browser::Browser;
use support::Demo;

#[test]
fn the_page_draws_the_figures_and_comes_back_after_the_server_was_killed() {
    let test = "the_page_draws_the_figures_and_comes_back_after_the_server_was_killed";
    let Some(mut page) = Browser::open_or_skip(test, "demo.mjs") else {
        return;
    };
    let demo = Demo::start(&[]);
    let address = demo.address();
    let opened = page.ask("open", &json!([demo.url()]));
    assert_eq!(opened["status"], 200);

    let before = page.ask("figures", &json!([3]));
    assert!(ids(&before).is_sorted_by(|a, b| a < b), "{before}");
    assert!(before["points"].as_u64() >= Some(3), "{before}");
    for (name, scheme, width) in [
        ("light", "light", 1100),
        ("dark", "dark", 1100),
        ("narrow", "light", 380),
    ] {
        let picture = screenshots().join(format!("demo-{name}.png"));
        page.ask("screenshot", &json!([picture, scheme, width]));
        assert!(
            picture.metadata().unwrap().len() > 1000,
            "{}",
            picture.display()
        );
    }
    let complaints = page.ask("complaints", &json!([]));
    assert_eq!(complaints["errors"], json!([]));
    assert_eq!(complaints["foreign"], json!([]));
    for path in ["/", "/page.css", "/page.js", "/chart.js", "/events"] {
        assert!(
            complaints["paths"]
                .as_array()
                .unwrap()
                .contains(&json!(path)),
            "{complaints}"
        );
    }

    demo.kill();
    page.ask("state", &json!(["reconnecting"]));
    let demo = Demo::start_at(address, &[]);
    let back = page.ask("state", &json!(["live"]));
    assert!(back["reconnections"].as_u64() >= Some(1), "{back}");
    let after = page.ask("figures", &json!([3]));
    assert!(ids(&after).is_sorted_by(|a, b| a < b), "{after}");

    // The browser itself complains of the lost server, as it should; the script must not.
    let complaints = page.ask("complaints", &json!([]));
    assert_eq!(complaints["exceptions"], json!([]));
    assert_eq!(complaints["foreign"], json!([]));
    drop((page, demo));
}

fn ids(reply: &Value) -> Vec<u64> {
    reply["ids"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_u64().unwrap())
        .collect()
}

fn screenshots() -> PathBuf {
    std::env::var_os("SSE_SCREENSHOT_DIR")
        .unwrap_or(env!("CARGO_TARGET_TMPDIR").into())
        .into()
}
