//! This program as another process, in a role that is an ignored test.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
};

/// Where the role finds its arguments.
pub(crate) const ARGUMENTS: &str = "SSE_MANY_STREAMS_ARGUMENTS";

/// Before each line that is meant for the parent; the test harness prints others.
const MARK: &str = "many-streams: ";

/// Killed with -9 when dropped.
pub(crate) struct Process {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Process {
    /// Starts a role, in a network namespace of its own if one is named.
    pub(crate) fn start(role: &str, arguments: &[String], namespace: Option<&str>) -> Self {
        // With as many descriptors as it may have.
        let mut command = Command::new("sh");
        command.args(["-c", r#"ulimit -n "$(ulimit -Hn)"; exec "$@""#, "sh"]);
        if let Some(namespace) = namespace {
            command.args(["ip", "netns", "exec", namespace]);
        }
        command.arg(std::env::current_exe().unwrap());
        command.args(["--ignored", "--exact", "--nocapture", role]);
        command.env(ARGUMENTS, arguments.join(" "));
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// The next line that it tells.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            let read = self.lines.read_line(&mut line).unwrap();
            assert_ne!(read, 0, "the process has ended");
            if let Some((_, told)) = line.split_once(MARK) {
                return told.trim_end().to_owned();
            }
        }
    }

    /// With -9.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Tells the parent a line.
pub(crate) fn tell(line: &str) {
    println!("{MARK}{line}");
}

/// The arguments of this role.
pub(crate) fn arguments() -> Vec<String> {
    let arguments = std::env::var(ARGUMENTS).unwrap_or_default();
    arguments.split_whitespace().map(str::to_owned).collect()
}
