//! The demo's page in a real Chromium: it draws what it is sent, asks nobody else for anything, and
//! goes on where it was after the server was stopped or killed, or says that it cannot.
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
use tempfile::TempDir;

#[test]
fn the_page_draws_the_figures_and_asks_nobody_else() {
    let test = "the_page_draws_the_figures_and_asks_nobody_else";
    let Some(mut page) = Browser::open_or_skip(test, "demo.mjs") else {
        return;
    };
    let demo = Demo::start(&[]);
    let opened = page.ask("open", &json!([demo.url()]));
    assert_eq!(opened["status"], 200);

    let before = page.ask("figures", &json!([3]));
    assert!(numbers(&before["samples"]).is_sorted_by(|a, b| a < b));
    assert!(before["points"].as_u64() >= Some(3), "{before}");
    pictures(&mut page, "demo");
    let complaints = page.ask("complaints", &json!([]));
    assert_eq!(complaints["errors"], json!([]));
    assert_eq!(complaints["foreign"], json!([]));
    for path in ["/", "/page.css", "/page.js", "/chart.js", "/events"] {
        let paths = complaints["paths"].as_array().unwrap();
        assert!(paths.contains(&json!(path)), "{complaints}");
    }
}

#[test]
fn the_page_goes_on_over_restarts_and_shows_a_gap_if_the_history_is_gone() {
    let test = "the_page_goes_on_over_restarts_and_shows_a_gap_if_the_history_is_gone";
    let Some(mut page) = Browser::open_or_skip(test, "demo.mjs") else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("history.redb");
    let arguments = ["--interval", "200", "--history", file.to_str().unwrap()];
    let mut demo = Demo::start(&arguments);
    let address = demo.address();
    page.ask("open", &json!([demo.url()]));
    page.ask("figures", &json!([3]));

    // Killed once, and stopped well once.
    for clean in [false, true] {
        if clean {
            demo.signal("INT");
            assert_eq!(demo.exit_status().code(), Some(0));
        } else {
            demo.kill();
        }
        page.ask("state", &json!(["reconnecting"]));
        demo = Demo::start_at(address, &arguments);
        page.ask("state", &json!(["live"]));
        page.ask("figures", &json!([3]));
    }
    let back = page.ask("received", &json!([]));
    assert!(goes_on(&back["samples"]), "{back}");
    assert_eq!(back["gaps"], json!([]));
    assert_eq!(
        (&back["notice"], &back["missing"]),
        (&json!(null), &json!("0"))
    );
    assert!(back["reconnections"].as_u64() >= Some(2), "{back}");
    pictures(&mut page, "demo-restarted");

    // The control: with another history it does not go on, and says so.
    demo.kill();
    std::fs::remove_file(&file).unwrap();
    let demo = Demo::start_at(address, &arguments);
    page.ask("gap", &json!([]));
    page.ask("figures", &json!([3]));
    let after = page.ask("received", &json!([]));
    assert!(!goes_on(&after["samples"]), "{after}");
    let gap = json!([{ "channel": "stats", "reason": "epoch", "missed": null }]);
    assert_eq!(after["gaps"], gap);
    let notice = after["notice"].as_str().unwrap();
    assert!(notice.contains("the history was begun anew"), "{notice}");
    assert_eq!(after["missing"], "unknown");
    pictures(&mut page, "demo-gap");

    // The browser itself complains of the lost server, as it should; the script must not.
    let complaints = page.ask("complaints", &json!([]));
    assert_eq!(complaints["exceptions"], json!([]));
    assert_eq!(complaints["foreign"], json!([]));
    drop((page, demo));
}

/// Whether each sample came, once and in order.
fn goes_on(samples: &Value) -> bool {
    let samples = numbers(samples);
    let first = samples[0];
    samples
        .iter()
        .copied()
        .eq(first..first + samples.len() as u64)
}

/// The page in its three looks.
fn pictures(page: &mut Browser, name: &str) {
    for (look, scheme, width) in [
        ("light", "light", 1100),
        ("dark", "dark", 1100),
        ("narrow", "light", 380),
    ] {
        let picture = screenshots().join(format!("{name}-{look}.png"));
        page.ask("screenshot", &json!([picture, scheme, width]));
        let bytes = picture.metadata().unwrap().len();
        assert!(bytes > 1000, "{}", picture.display());
    }
}

fn numbers(list: &Value) -> Vec<u64> {
    let list = list.as_array().unwrap().iter();
    list.map(|number| number.as_u64().unwrap()).collect()
}

fn screenshots() -> PathBuf {
    std::env::var_os("SSE_SCREENSHOT_DIR")
        .unwrap_or(env!("CARGO_TARGET_TMPDIR").into())
        .into()
}
