//! The demo's page in a real Chromium: it draws what it is sent, asks nobody else for anything, and
//! comes back by itself after the server was killed.
//!
//! `tests/browser/demo.mjs` looks at the page, this test looks after the server. The environment:
//! `CHROMIUM` is the browser if it is not `/usr/bin/chromium`; `SSE_SCREENSHOT_DIR` is where
//! pictures of the page go if not to `target/tmp`.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]
#![cfg(unix)]

mod support;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use serde_json::{Value, json};
use support::{DEADLINE, Demo, skip};

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/browser");

#[test]
fn the_page_draws_the_figures_and_comes_back_after_the_server_was_killed() {
    if let Some(why) = missing() {
        skip("demo_browser", "chromium", &why);
        return;
    }
    let demo = Demo::start(&[]);
    let address = demo.address();
    let mut page = Page::open(&demo.url());

    let before = page.ask("figures", json!([3]));
    assert!(ids(&before).is_sorted_by(|a, b| a < b), "{before}");
    assert!(before["points"].as_u64() >= Some(3), "{before}");
    for (name, scheme, width) in [
        ("light", "light", 1100),
        ("dark", "dark", 1100),
        ("narrow", "light", 380),
    ] {
        let picture = screenshots().join(format!("demo-{name}.png"));
        page.ask("screenshot", json!([picture, scheme, width]));
        assert!(
            picture.metadata().unwrap().len() > 1000,
            "{}",
            picture.display()
        );
    }
    let complaints = page.ask("complaints", json!([]));
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
    page.ask("state", json!(["reconnecting"]));
    let demo = Demo::start_at(address, &[]);
    let back = page.ask("state", json!(["live"]));
    assert!(back["reconnections"].as_u64() >= Some(1), "{back}");
    let after = page.ask("figures", json!([3]));
    assert!(ids(&after).is_sorted_by(|a, b| a < b), "{after}");

    // The browser itself complains of the lost server, as it should; the script must not.
    let complaints = page.ask("complaints", json!([]));
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

/// What this machine lacks, if it lacks anything.
fn missing() -> Option<String> {
    let chromium = std::env::var("CHROMIUM").unwrap_or("/usr/bin/chromium".to_owned());
    if !Path::new(&chromium).exists() {
        return Some(format!("there is no {chromium} (CHROMIUM names another)"));
    }
    if Command::new("node").arg("--version").output().is_err() {
        return Some("there is no node".to_owned());
    }
    if !Path::new(SCRIPTS)
        .join("node_modules/playwright-core")
        .exists()
    {
        return Some("run `npm ci --ignore-scripts` in tests/browser first".to_owned());
    }
    None
}

/// The page, as the script sees it.
struct Page {
    script: Child,
    commands: Option<ChildStdin>,
    replies: Receiver<String>,
}

impl Page {
    fn open(url: &str) -> Self {
        let mut script = Command::new("node")
            .arg(Path::new(SCRIPTS).join("demo.mjs"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(script.stdout.take().unwrap());
        let (sender, replies) = channel();
        thread::spawn(move || {
            output
                .lines()
                .map_while(Result::ok)
                .try_for_each(|l| sender.send(l))
        });
        let mut page = Self {
            commands: script.stdin.take(),
            script,
            replies,
        };
        page.reply("the start of the browser");
        let opened = page.ask("open", json!([url]));
        assert_eq!(opened["status"], 200);
        page
    }

    /// Gives the script a command and waits for its answer.
    fn ask(&mut self, name: &str, arguments: Value) -> Value {
        let command = json!({ "name": name, "arguments": arguments }).to_string();
        writeln!(self.commands.as_mut().unwrap(), "{command}").unwrap();
        self.reply(&command)
    }

    fn reply(&self, to: &str) -> Value {
        let reply = self
            .replies
            .recv_timeout(DEADLINE)
            .unwrap_or_else(|e| panic!("{to}: {e}"));
        let reply: Value = serde_json::from_str(&reply).unwrap();
        assert_eq!(reply["ok"], true, "{to}: {reply}");
        reply
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // The end of its input makes the script close the browser, and with that its own end. Only
        // a script that is past hearing is killed: its browser would be left behind.
        drop(self.commands.take());
        while !matches!(
            self.replies.recv_timeout(DEADLINE),
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected)
        ) {
            let _ = self.script.kill();
        }
        let _ = self.script.wait();
    }
}
