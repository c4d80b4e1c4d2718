//! A real Chromium, driven by a script of `tests/browser`.
//!
//! The script looks at pages, the test looks after servers and judges. They talk in lines of JSON:
//! `{"name":"open","arguments":["http://…"]}` and `{"ok":true,…}`. The environment variable
//! `CHROMIUM` is the browser if it is not `/usr/bin/chromium`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;

use serde_json::{Value, json};

use crate::{requirement, servers::DEADLINE};

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/browser");

/// A script that has its browser open, until this is dropped.
#[derive(Debug)]
pub struct Browser {
    script: Child,
    commands: Option<ChildStdin>,
    replies: Receiver<String>,
}

impl Browser {
    /// Starts the script of this name; says that `test` is skipped if something is missing.
    ///
    /// # Panics
    ///
    /// If the browser does not start, or something is missing and required: see
    /// [`requirement::skip`].
    pub fn open_or_skip(test: &str, script: &str) -> Option<Self> {
        if let Some(why) = missing() {
            requirement::skip(test, "chromium", &why);
            return None;
        }
        Some(Self::open(script))
    }

    fn open(script: &str) -> Self {
        let mut script = Command::new("node")
            .arg(Path::new(SCRIPTS).join(script))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node starts");
        let output = BufReader::new(script.stdout.take().expect("a pipe"));
        let (sender, replies) = channel();
        thread::spawn(move || {
            output
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| sender.send(line))
        });
        let browser = Self {
            commands: script.stdin.take(),
            script,
            replies,
        };
        browser.reply("the start of the browser");
        browser
    }

    /// Gives the script a command and waits for its answer.
    ///
    /// # Panics
    ///
    /// If the answer is an error, or there is none.
    pub fn ask(&mut self, name: &str, arguments: &Value) -> Value {
        let command = json!({ "name": name, "arguments": arguments }).to_string();
        let commands = self.commands.as_mut().expect("a pipe");
        writeln!(commands, "{command}").expect("the script listens");
        self.reply(&command)
    }

    fn reply(&self, to: &str) -> Value {
        let reply = self
            .replies
            .recv_timeout(DEADLINE)
            .unwrap_or_else(|error| panic!("{to}: {error}"));
        let reply: Value = serde_json::from_str(&reply).expect("a line of JSON");
        assert_eq!(reply["ok"], true, "{to}: {reply}");
        reply
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The end of its input makes the script close the browser, and with that its own end. Only
        // a script that is past hearing is killed: its browser would be left behind.
        drop(self.commands.take());
        while !matches!(
            self.replies.recv_timeout(DEADLINE),
            Err(RecvTimeoutError::Disconnected)
        ) {
            let _ = self.script.kill();
        }
        let _ = self.script.wait();
    }
}

/// What this machine lacks, if it lacks anything.
fn missing() -> Option<String> {
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
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
