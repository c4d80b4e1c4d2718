//! The pages of the dashboard in a real Chromium, with its own `EventSource`, htmx and Datastar.
//!
//! `tests/browser/dashboard.mjs` looks at the pages, these tests look after the servers. The environment: `CHROMIUM` is
//! the browser if it is not `/usr/bin/chromium`; `SSE_SCREENSHOT_DIR` is where pictures of the pages go if not to
//! `target/tmp`.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]
#![cfg(unix)]

mod board;
mod connection;
mod dashboard;
mod pages;
mod pictures;
#[path = "../support/mod.rs"]
mod support;
mod views;

use std::path::Path;

use dashboard::Dashboard;
use serde_json::{Value, json};
use sse_tests::browser::Browser;

/// The packages of the pages are newer than the browser's own.
fn browser(test: &str) -> Option<Browser> {
    let packages = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/browser/node_modules");
    if !Path::new(packages).join("htmx.org").exists() {
        let why = "run `npm ci --ignore-scripts` in tests/browser first";
        support::skip(test, "chromium", why);
        return None;
    }
    Browser::open_or_skip(test, "dashboard.mjs")
}

/// Signs in, which leads to the dashboard, and waits until its streams are open.
fn sign_in(page: &mut Browser, server: &Dashboard) {
    let url = server.url("/sign-in/alice");
    page.ask("open", &json!([url, "connected", "#notifications"]));
    page.ask("state", &json!(["connected", "#live"]));
}

fn asked(page: &mut Browser, path: &str) -> Vec<Value> {
    let asked = page.ask("asked", &json!([path]));
    asked["all"].as_array().unwrap().clone()
}

fn last(log: &Value) -> &Value {
    log.as_array().unwrap().last().unwrap()
}
